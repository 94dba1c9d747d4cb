"""Files of cases are kept six calendar years after the case is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Model

from apps.core.errors import Conflict
from apps.evidence import actions as evidence
from apps.evidence import queries as library
from apps.evidence.models import StoredFile
from apps.evidence.registry import keeper_of
from apps.incidents import queries
from apps.incidents.models import (
    Attachment,
    Incident,
    LawEnforcementHold,
    Letter,
    Notice,
    RegisterImport,
)
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.incidents import KNEW, make_incident, make_register_entry

pytestmark = pytest.mark.django_db
# 1 March 2026 in UTC, still 28 February in New York.
CLOSED = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def made(model: type[Model], incident: Incident, file: StoredFile) -> None:
    """A row of the kind that names the file."""
    values: dict[type[Model], dict[str, Any]] = {
        Attachment: {"file": file, "title": "Screenshot"},
        LawEnforcementHold: {
            "document": file,
            "form": "oral",
            "official": "Agent",
            "statement": "Wait.",
            "stated_on": date(2026, 2, 1),
        },
        Letter: {
            "document": file,
            "kind": "individual",
            "parts": {},
            "edited_at": KNEW,
            "finished_at": KNEW,
            "finished_by": incident.closed_by,
        },
        Notice: {
            "proof": file,
            "duty": "hhs",
            "to_whom": "OCR",
            "method": "ocr_portal",
            "sent_at": KNEW,
            "zone": "UTC",
        },
    }
    row = {"incident": incident, "organization": file.organization} | values[model]
    if model is Letter and row["finished_by"] is None:
        row["finished_by"] = incident.reported_by
    model._default_manager.create(**row)


@pytest.mark.parametrize("model", [Attachment, LawEnforcementHold, Letter, Notice])
def test_open_case_keeps_its_files_and_a_closed_one_six_years_more(
    cast: Cast, model: type[Model]
) -> None:
    cast.clinic.time_zone = "America/New_York"
    cast.clinic.save(update_fields=["time_zone"])
    old = datetime(2019, 1, 5, 12, 0, tzinfo=UTC)
    file = make_stored_file(cast.clinic, created_at=old)
    incident = make_incident(cast.engagement, reported_by=cast.officer.user)
    made(model, incident, file)
    assert library.keeping(file).until is None
    assert "in effect" in library.keeping(file).reason
    incident.closed_at, incident.closed_by = CLOSED, cast.officer.user
    incident.save(update_fields=["closed_at", "closed_by"])
    assert library.keeping(file).until == date(2032, 2, 28)
    assert queries.keep_through(incident) == date(2032, 2, 28)
    keeper = keeper_of(model)
    assert keeper is not None
    path = keeper.page(model._default_manager.get(incident=incident))
    assert path == f"/incidents/{incident.pk}/"


def test_legal_hold_keeps_what_retention_lets_go(cast: Cast) -> None:
    old = datetime(2010, 1, 5, 12, 0, tzinfo=UTC)
    file = make_stored_file(cast.clinic, created_at=old)
    closed = {"closed_at": old, "closed_by": cast.officer.user}
    made(Attachment, make_incident(cast.engagement, **closed), file)
    assert library.keeping(file).until == date(2016, 1, 5)
    evidence.place_hold(file, by=cast.officer, reason="OCR asks for the file.")
    with pytest.raises(Conflict, match="legal hold"):
        evidence.destroy(file, by=cast.officer, reason="Retention has ended.")


def test_file_of_two_cases_is_kept_for_the_later_one(cast: Cast) -> None:
    file = make_stored_file(cast.clinic)
    by = cast.officer.user
    for year in (2027, 2029):
        at = datetime(year, 5, 1, 12, 0, tzinfo=UTC)
        case = make_incident(cast.engagement, closed_at=at, closed_by=by)
        made(Attachment, case, file)
    assert library.keeping(file).until == date(2035, 5, 1)


def test_export_of_the_register_is_kept_from_the_day_it_was_read(cast: Cast) -> None:
    entry = make_register_entry(cast.clinic)
    assert library.keeping(entry.source.file).until == date(2032, 6, 15)
    keeper = keeper_of(RegisterImport)
    assert keeper is not None
    assert keeper.page(entry.source).endswith(f"{entry.source.pk}/")
