"""Recording, amending and terminating agreements."""

from apps.agreements.actions.agreements import (
    amend_agreement,
    record_agreement,
    terminate_agreement,
)

__all__ = ["amend_agreement", "record_agreement", "terminate_agreement"]
