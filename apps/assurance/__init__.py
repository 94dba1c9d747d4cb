"""Certificates, policies and recurring activities."""
