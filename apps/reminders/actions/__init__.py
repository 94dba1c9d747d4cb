"""Sending what is due, once, and setting when, to whom and how."""

from apps.reminders.actions.choosing import set_delivery, set_policy, set_preference
from apps.reminders.actions.sending import PASS_LOCK, send_due

__all__ = ["PASS_LOCK", "send_due", "set_delivery", "set_policy", "set_preference"]
