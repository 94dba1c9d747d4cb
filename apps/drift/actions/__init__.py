"""Writes of drift: detection by the job, decisions by people."""

from apps.drift.actions.decisions import accept, acknowledge, request_acceptance
from apps.drift.actions.detection import DETECTOR, Counts, detect, escalate, sweep

__all__ = [
    "DETECTOR",
    "Counts",
    "accept",
    "acknowledge",
    "detect",
    "escalate",
    "request_acceptance",
    "sweep",
]
