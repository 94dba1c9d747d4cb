"""The files a statement rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from apps.agreements.models import AgreementVersion
from apps.core.dates import end_of_day
from apps.core.types import GateCondition
from apps.drift.rules import local_day
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.reports import rules
from apps.training.models import TrainingImport
from apps.training.queries import AgentTraining
from apps.workforce.models import RosterImport


def evidence(
    engagement: Engagement,
    version: AgreementVersion | None,
    conditions: Iterable[GateCondition],
    trained: Iterable[AgentTraining],
    *,
    as_of: date,
) -> tuple[rules.EvidenceLine, ...]:
    """Each file once, by what it is: the BAA's document, the last roster, the training
    files the records came from, and whatever the conditions name. What people called
    a file stays out. Three queries.
    """
    words: dict[str, str] = {}
    if version is not None:
        title = f"{version.agreement.title}, version {version.number}"
        words[version.document_sha256] = f"Signed document of the BAA: {title}"
    words |= _rosters(engagement, as_of=as_of)
    words |= _training_files([agent.agent_id for agent in trained], as_of=as_of)
    for condition in conditions:
        for sha256 in condition.evidence:
            words.setdefault(sha256, condition.title)
    return _lines(engagement, words)


def _rosters(engagement: Engagement, *, as_of: date) -> dict[str, str]:
    """The last roster the provider committed by the end of the day."""
    last = (
        RosterImport.objects.filter(
            organization=engagement.provider_id,
            committed_at__lt=end_of_day(as_of, engagement.client.time_zone),
        )
        .order_by("-committed_at")
        .values_list("file__sha256", flat=True)
        .first()
    )
    return {last: "Roster of agents, as imported last"} if last else {}


def _training_files(agent_ids: list[UUID], *, as_of: date) -> dict[str, str]:
    rows = (
        TrainingImport.objects.filter(
            trainingrecord__agent__in=agent_ids,
            trainingrecord__completed_on__lte=as_of,
            trainingrecord__superseded_by=None,
        )
        .order_by("created_at")
        .values_list("file__sha256", flat=True)
        .distinct()
    )
    return dict.fromkeys(rows, "Training records, as imported")


def _lines(
    engagement: Engagement, words: dict[str, str]
) -> tuple[rules.EvidenceLine, ...]:
    zone = engagement.client.time_zone
    parties = [engagement.client_id, engagement.provider_id]
    files = StoredFile.objects.filter(
        sha256__in=words, organization__in=parties
    ).order_by("-created_at")
    first = {row.sha256: row for row in files}
    return tuple(
        rules.EvidenceLine(
            sha256=sha256,
            what=what,
            media_type=first[sha256].media_type if sha256 in first else "",
            size=first[sha256].size if sha256 in first else 0,
            received_on=local_day(first[sha256].created_at, zone)
            if sha256 in first
            else None,
        )
        for sha256, what in words.items()
    )
