"""Attestations: frozen data, PDF, evidence."""
