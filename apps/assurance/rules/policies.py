"""What the days of a policy must agree on."""

from __future__ import annotations

from datetime import date

from apps.core.errors import Invalid


def check_review(review_on: date | None, *, effective_on: date) -> None:
    """A version is reviewed after it has taken effect, on another day."""
    if review_on is not None and review_on <= effective_on:
        message = (
            f"The version takes effect on {effective_on:%-d %b %Y}. Choose a later day "
            "to review it."
        )
        raise Invalid(message, fields={"review_on": [message]})
