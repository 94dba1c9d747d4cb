"""How long a grant may last, and who may open the names of agents."""

from __future__ import annotations

from datetime import date, timedelta

from apps.core.errors import Invalid

# Our own default: an auditor's look lasts at most this many days, both ends counted.
MAX_GRANT_DAYS = 90


def check_grant(
    *,
    valid_from: date,
    valid_until: date,
    today: date,
    names_agents: bool,
    is_provider: bool,
) -> None:
    """Raise Invalid unless a grant over these inclusive days may be given today.

    A grant never shows more than its giver sees: the names of agents are the
    provider's to show. Our own defaults.
    """
    last = valid_from + timedelta(days=MAX_GRANT_DAYS - 1)
    if valid_until < valid_from:
        _refuse("valid_until", "The last day comes before the first.")
    if valid_until < today:
        _refuse("valid_until", "The last day has passed. Choose today or later.")
    if valid_until > last:
        _refuse(
            "valid_until",
            f"A grant lasts at most {MAX_GRANT_DAYS} days, here to {last:%-d %B %Y}. "
            "Renew it when it ends.",
        )
    if names_agents and not is_provider:
        _refuse(
            "names_agents",
            "Only the provider may show the names of its agents. Ask it for a grant.",
        )


def _refuse(field: str, text: str) -> None:
    raise Invalid(text, fields={field: [text]})
