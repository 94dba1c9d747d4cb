"""Reminders in words that stay true when they are read later."""

from __future__ import annotations

from datetime import date

from apps.reminders.enums import kind_label
from apps.reminders.rules.plan import Line, Planned


def when(due: date, today: date) -> str:
    """The due day; overdue only once it has passed, due today is not."""
    word = "Overdue since" if due < today else "Due"
    return f"{word} {written(due)}"


def written(day: date) -> str:
    """A date nobody can misread."""
    return f"{day:%-d %B %Y}"


def offset_words(offset: int) -> str:
    """``30 days before the due day``, ``on the due day``, ``1 day after …``."""
    if offset == 0:
        return "on the due day"
    unit = "day" if abs(offset) == 1 else "days"
    side = "before" if offset < 0 else "after"
    return f"{abs(offset)} {unit} {side} the due day"


def reason(planned: Planned, organization: str, *, is_default: bool) -> str:
    """Why this person got this reminder: policy, duty, day and role."""
    whose = "the portal's default" if is_default else f"set by {organization}"
    day = offset_words(planned.offset)
    how = f"escalated {day}" if planned.is_escalation else day
    role = planned.person.role.label
    return (
        f"reminder policy “{kind_label(planned.item.kind)}” ({whose}): "
        f"{how}, {written(planned.item.due)}, to every {role} of {organization}"
    )


def digest_reason(organization: str, role: str) -> str:
    """Why somebody got several in one message; each line names its own policy."""
    return (
        f"the reminder policies named beside each line, to every {role} of "
        f"{organization}"
    )


def line_note(line: Line) -> str:
    """Policy and day of a line of a digest."""
    first = line.planned[0]
    day = offset_words(first.offset)
    how = f"escalated {day}" if first.is_escalation else day
    return f"{kind_label(first.item.kind)}: {how}"


def late_words(
    lines: tuple[Line, ...], *, ran_on: date | None, has_failed: bool = False
) -> str:
    """Says that it is late and why, "" when it is not.

    ``ran_on`` is the local day of the pass before this one, None for the first;
    ``has_failed`` says that lately some duties could not be read.
    """
    late = [each for line in lines for each in line.planned if each.is_late]
    if not late:
        return ""
    first = min(each.day for each in late)
    days = max((each.slot - each.day).days for each in late)
    unit = "day" if days == 1 else "days"
    was_off = ran_on is None or ran_on < first
    why = (
        "the portal sent nothing in between"
        if was_off
        else "the duty, your role or the policy was recorded after that day"
        + (", or the portal could not read the duty before" if has_failed else "")
    )
    what = "This was" if len(late) == 1 else "The first of these was"
    return f"{what} planned for {written(first)} and comes {days} {unit} late: {why}."
