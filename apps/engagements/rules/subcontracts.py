"""What a subcontract carries, and when it may be answered or ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from apps.core.errors import Conflict, Invalid
from apps.engagements.enums import Channel, Service


class SubcontractAlreadyAnswered(Conflict):
    """The client has said yes or no before, or nothing is left to answer."""

    default_code = "subcontract_answered"


def check_carried(*, services: Collection[str], channels: Collection[str]) -> None:
    """Raise Invalid unless the subcontract names at least one known service."""
    wrong = {
        "services": [
            f"“{value}” is not in the list."
            for value in services
            if value not in Service
        ]
        or ([] if services else ["Name at least one service."]),
        "channels": [
            f"“{value}” is not in the list."
            for value in channels
            if value not in Channel
        ],
    }
    wrong = {field: texts for field, texts in wrong.items() if texts}
    if wrong:
        raise Invalid("Say what the subcontractor does.", fields=wrong)


def check_answerable(
    *, approved_on: date | None, refused_on: date | None, ended_on: date | None
) -> None:
    """Raise SubcontractAlreadyAnswered unless the client's answer is still open."""
    if approved_on is not None:
        raise SubcontractAlreadyAnswered(
            f"The subcontract was approved on {approved_on:%-d %B %Y}. The provider "
            "may end it."
        )
    if refused_on is not None:
        raise SubcontractAlreadyAnswered(
            f"The subcontract was refused on {refused_on:%-d %B %Y}. The provider "
            "may declare it anew."
        )
    if ended_on is not None:
        raise SubcontractAlreadyAnswered(
            f"The provider set {ended_on:%-d %B %Y} as the last day of the "
            "subcontract; there is nothing left to answer."
        )


def check_subcontract_end(
    *,
    effective_on: date,
    already_ended_on: date | None,
    refused_on: date | None,
    ended_on: date,
) -> None:
    """Raise unless ``ended_on`` may be the subcontract's last day, inclusive."""
    if refused_on is not None:
        raise Conflict(
            f"The subcontract was refused on {refused_on:%-d %B %Y}; nothing is left "
            "to end."
        )
    if already_ended_on is not None:
        raise Conflict(
            f"The subcontract already has {already_ended_on:%-d %B %Y} as its last day."
        )
    if ended_on < effective_on:
        raise Invalid(
            f"The subcontract began on {effective_on:%-d %B %Y}; it cannot end before.",
            fields={"ended_on": [f"Not before {effective_on:%-d %B %Y}."]},
        )
