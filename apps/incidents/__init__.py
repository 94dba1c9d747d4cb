"""Incidents, breach assessment, clocks and notices."""
