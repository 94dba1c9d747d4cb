"""Courses, requirements, training records, clearance."""
