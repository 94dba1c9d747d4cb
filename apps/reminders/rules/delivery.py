"""When an organization's reminders may leave: sending time, quiet hours, digests.

Everything is read off the wall clock of a zone, nothing is added to it: a night in
which the clock is changed needs no case of its own. Figures are our own defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from apps.core.errors import Invalid
from apps.reminders.enums import Cadence, Weekday

SEND_AT = time(8)
QUIET_FROM = time(19)
QUIET_UNTIL = time(7)
_ONE_DAY = timedelta(days=1)
_WEEK = 7


class DeliveryRefused(Invalid):
    """Times or zone of a delivery cannot be used."""

    default_code = "delivery_refused"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: [message]})


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the reminders of an organization reach its people.

    ``quiet_from`` until ``quiet_until`` (exclusive), over midnight where it is the
    later one, nothing leaves; both None for no quiet hours. ``zone`` is an IANA name.
    """

    zone: str = "UTC"
    cadence: Cadence = Cadence.IMMEDIATE
    weekday: Weekday = Weekday.MONDAY
    send_at: time = SEND_AT
    quiet_from: time | None = QUIET_FROM
    quiet_until: time | None = QUIET_UNTIL
    allows_preferences: bool = True

    def is_quiet(self, local: time) -> bool:
        """Whether nothing leaves at this time of the day."""
        first, until = self.quiet_from, self.quiet_until
        if first is None or until is None:
            return False
        if first < until:
            return first <= local < until
        return local >= first or local < until


def is_quiet_at(delivery: Delivery, now: datetime) -> bool:
    """Whether nothing may leave at the instant."""
    return delivery.is_quiet(now.astimezone(ZoneInfo(delivery.zone)).time())


def slot(delivery: Delivery, cadence: Cadence, now: datetime) -> date:
    """The day whose reminders may have left by the instant.

    Reminders of a day may leave from the sending time of that day on; before it
    those of the day before are still the newest. Of a weekly message the day is its
    weekday, today or before.
    """
    local = now.astimezone(ZoneInfo(delivery.zone))
    day = local.date()
    if local.time() < delivery.send_at:
        day -= _ONE_DAY
    if cadence is Cadence.WEEKLY:
        day -= timedelta(days=(day.weekday() - delivery.weekday) % _WEEK)
    return day


def slot_before(cadence: Cadence, day: date) -> date:
    """The slot before this one."""
    return day - (timedelta(days=_WEEK) if cadence is Cadence.WEEKLY else _ONE_DAY)


def next_slot(delivery: Delivery, cadence: Cadence, day: date) -> date:
    """The first slot on or after ``day``."""
    if cadence is not Cadence.WEEKLY:
        return day
    return day + timedelta(days=(delivery.weekday - day.weekday()) % _WEEK)


def check_delivery(delivery: Delivery) -> Delivery:
    """The delivery, if it can be kept.

    The zone exists; quiet hours have both ends or none and do not hold the sending
    time. Raises DeliveryRefused.
    """
    if delivery.zone not in available_timezones():
        raise DeliveryRefused("zone", f"There is no time zone {delivery.zone!r}.")
    if (delivery.quiet_from is None) != (delivery.quiet_until is None):
        field = "quiet_from" if delivery.quiet_from is None else "quiet_until"
        raise DeliveryRefused(field, "Give both ends of the quiet hours, or neither.")
    if delivery.quiet_from is not None and delivery.quiet_from == delivery.quiet_until:
        raise DeliveryRefused(
            "quiet_until",
            "Quiet hours from a time until itself are the whole day.",
        )
    if delivery.is_quiet(delivery.send_at):
        raise DeliveryRefused(
            "send_at", "The sending time lies in the quiet hours: nothing would leave."
        )
    return delivery
