"""Engagements, declared scope, subcontracts, portal grants."""
