"""Agreed scope against observed facts."""
