"""The nightly look for drift over the whole portfolio."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.drift import actions
from apps.drift.actions import DETECTOR
from apps.drift.models import DriftFinding
from bench.chain import Chain
from bench.dataset import Dataset
from bench.timing import Row, once

# People and declared scope against the BAA in force, in one statement.
ONE_SQL = """
WITH heads AS (
    SELECT a.engagement_id, c.channel, s.country, count(DISTINCT a.agent_id) AS agents
    FROM workforce_assignment a
    JOIN workforce_agent g ON g.id = a.agent_id
    LEFT JOIN workforce_site s ON s.id = a.site_id
    CROSS JOIN LATERAL unnest(a.channels) AS c (channel)
    WHERE a.effective_on <= %(today)s
        AND (a.ended_on IS NULL OR a.ended_on >= %(today)s)
        AND (g.left_on IS NULL OR g.left_on >= %(today)s)
    GROUP BY a.engagement_id, c.channel, s.country
)
SELECT e.id, h.channel, h.country, h.agents, d.services, v.id
FROM engagements_engagement e
LEFT JOIN heads h ON h.engagement_id = e.id
LEFT JOIN engagements_declaredscope d ON d.engagement_id = e.id
LEFT JOIN agreements_agreementcoverage x ON x.engagement_id = e.id
LEFT JOIN agreements_agreementversion v ON v.agreement_id = x.agreement_id
    AND v.effective_on <= %(today)s
    AND (v.expires_on IS NULL OR v.expires_on >= %(today)s)
WHERE h.agents > 0 AND (
    v.id IS NULL
    OR NOT h.channel = ANY(v.channels)
    OR NOT d.channels <@ v.channels
    OR h.agents > v.head_count_ceiling
)
"""


def drift_sweep(dataset: Dataset) -> Row:
    """B6: the first night finds what the generator put in, the second nothing new."""
    expected = Chain(dataset).expected_findings()
    first = once(lambda: actions.sweep(by=DETECTOR))
    assert DriftFinding.objects.count() == expected
    with CaptureQueriesContext(connection) as queries:
        second = once(lambda: actions.sweep(by=DETECTOR))
    assert DriftFinding.objects.count() == expected
    limit = once(lambda: _one_sql(dataset))
    engagements = dataset.size.vendors + Chain(dataset).edges
    result = (
        f"{len(queries)} statements; {second / limit:.1f} x one SQL, "
        f"{engagements / second:,.0f} engagements/s; {expected} findings first, "
        f"then 0 (first night {first / second:.1f} x)"
    )
    what = f"drift, {engagements:,} engagements, {dataset.size.agents:,} agents"
    return Row("B6", what, result, "equal statements at S and M; second 0")


def _one_sql(dataset: Dataset) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_SQL, {"today": dataset.today})
        cursor.fetchall()
