"""Days on which a review opens again: counted from the first, whatever came between."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.access_reviews import actions, queries
from apps.access_reviews.models import Campaign
from apps.access_reviews.rules import next_opening
from apps.core import clock
from tests.conftest import Cast
from tests.factories.access_reviews import make_grant, make_system


@pytest.mark.parametrize(
    ("first", "months", "after", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 31), 1, date(2026, 3, 2), date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2027, 2, 28), date(2028, 2, 29)),
        (date(2026, 6, 15), 3, date(2026, 9, 18), date(2026, 12, 15)),
        # Nobody ran jobs for a year: the days missed are not made up for.
        (date(2026, 6, 15), 3, date(2027, 7, 1), date(2027, 9, 15)),
    ],
)
def test_next_day_is_whole_periods_after_the_first(
    first: date, months: int, after: date, expected: date
) -> None:
    assert next_opening(first, months, after=after) == expected


def test_short_month_and_late_job_move_no_later_day(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    with clock.held(datetime(2026, 1, 31, 9, tzinfo=UTC)):
        terms = actions.CampaignTerms(
            name="Monthly",
            systems=[system],
            due_on=date(2026, 2, 10),
            recurrence_months=1,
        )
        actions.open_campaign(by=cast.manager, terms=terms)
    # On the day, three days late, on the day.
    for month, day in ((2, 28), (4, 3), (4, 30)):
        with clock.held(datetime(2026, month, day, 9, tzinfo=UTC)):
            [due] = queries.campaigns_to_repeat()
            actions.repeat_campaign(due)
    rows = Campaign.objects.order_by("opened_at")
    days = [(row.recurs_from, row.next_on, row.due_on) for row in rows]
    first = date(2026, 1, 31)
    assert days == [
        (first, None, date(2026, 2, 10)),
        (first, None, date(2026, 3, 10)),
        (first, None, date(2026, 4, 13)),
        (first, date(2026, 5, 31), date(2026, 5, 10)),
    ]


def test_review_from_before_counts_from_its_own_opening(cast: Cast) -> None:
    """One opened when the first day was not kept yet."""
    system = make_system(cast.vendor)
    make_grant(system)
    with clock.held(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        terms = actions.CampaignTerms(
            name="Old",
            systems=[system],
            due_on=date(2026, 1, 20),
            recurrence_months=3,
        )
        old = actions.open_campaign(by=cast.manager, terms=terms)
    Campaign.objects.filter(pk=old.pk).update(recurs_from=None)
    with clock.held(datetime(2026, 4, 17, 9, tzinfo=UTC)):
        [due] = queries.campaigns_to_repeat()
        assert actions.repeat_campaign(due).next_on == date(2026, 7, 15)
