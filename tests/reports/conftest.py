"""An engagement with something to attest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from apps.agreements.models import AgreementVersion
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from apps.training.models import Course, TrainingImport
from apps.workforce.models import Agent, RosterImport
from tests.factories import agreements, drift, engagements, training, workforce
from tests.factories.evidence import make_stored_file


@dataclass(frozen=True)
class Story:
    """What the facts of the engagement rest on."""

    version: AgreementVersion
    downstream: Engagement
    course: Course
    trained: Agent
    untrained: Agent
    roster: str
    training_file: str


@pytest.fixture
def story(cast) -> Story:
    """Two agents, one of them trained; a subcontractor without a BAA; video drifts."""
    engagement = cast.engagement
    version = agreements.make_baa(
        engagement,
        scope=ScopeTerms(
            services=("patient_support",), channels=("chat",), countries=("PH",)
        ),
    )
    engagements.make_scope(engagement)
    downstream = engagements.make_engagement(
        client=cast.vendor, provider=cast.other_vendor
    )
    engagements.make_subcontract(engagement, downstream)
    drift.make_finding(engagement, value="video", observed="Video is used.")
    site = workforce.make_site(cast.vendor, code="MNL-1")
    roster_file = make_stored_file(cast.vendor, content=b"id,name\n1,Ann\n")
    RosterImport.objects.create(
        organization=cast.vendor,
        file=roster_file,
        file_name="roster.csv",
        committed_at=datetime(2026, 6, 1, 8, 0, tzinfo=UTC),
    )
    course = training.make_course(
        cast.vendor,
        title="PHI in chat",
        version={
            "label": "2026.1",
            "topics": ["Minimum necessary", "Verifying identity"],
            "is_scenario_based": True,
        },
    )
    training.make_requirement(engagement, course)
    training_file = make_stored_file(cast.vendor, content=b"id,course\n1,PHI\n")
    source = TrainingImport.objects.create(
        organization=cast.vendor, file=training_file, file_name="training.csv"
    )
    trained = workforce.make_agent(
        cast.vendor, external_id="CL-1", full_name="Łucja Núñez"
    )
    untrained = workforce.make_agent(
        cast.vendor, external_id="CL-2", full_name="Ramon Rao"
    )
    for agent in (trained, untrained):
        workforce.make_assignment(engagement, agent, site=site)
    training.make_record(
        trained, course, completed_on=date(2026, 2, 3), source_import=source
    )
    return Story(
        version=version,
        downstream=downstream,
        course=course,
        trained=trained,
        untrained=untrained,
        roster=roster_file.sha256,
        training_file=training_file.sha256,
    )


@pytest.fixture
def broken_template(settings, tmp_path):
    """The print template refers to something outside."""
    (tmp_path / "print").mkdir()
    template = tmp_path / "print" / "attestation.html"
    template.write_text("<html lang='en'><img src='http://a.test/b'></html>")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
