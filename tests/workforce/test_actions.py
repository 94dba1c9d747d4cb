"""Sites."""

from __future__ import annotations

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.workforce import actions
from apps.workforce.models import Site
from tests.conftest import Cast
from tests.factories.workforce import make_site


def create(cast: Cast, **changes: object) -> Site:
    values = {
        "by": cast.manager,
        "organization": cast.vendor,
        "code": "MNL-1",
        "name": "Manila",
        "country": "ph",
    }
    return actions.create_site(**values | changes)  # type: ignore[arg-type]


def test_site_is_created_and_recorded(cast: Cast) -> None:
    site = create(cast)
    assert (site.code, site.country, site.is_remote) == ("MNL-1", "PH", False)
    event = AuditEvent.objects.get()
    assert (event.type, event.object_id) == ("site.created", site.pk)


def test_code_is_unique_whatever_its_case(cast: Cast) -> None:
    make_site(cast.vendor, code="mnl-1")
    with pytest.raises(Conflict) as refused:
        create(cast)
    assert list(refused.value.fields) == ["code"]


def test_code_of_another_vendor_is_free(cast: Cast) -> None:
    make_site(cast.other_vendor, code="MNL-1")
    assert create(cast).code == "MNL-1"


@pytest.mark.parametrize(
    "changes", [{"country": "P1"}, {"country": "PHL"}, {"code": " "}, {"name": ""}]
)
def test_impossible_site_is_refused(cast: Cast, changes: dict) -> None:
    with pytest.raises(Invalid):
        create(cast, **changes)


def test_only_managers_of_the_vendor_create_sites(cast: Cast) -> None:
    for actor in (cast.lead, cast.officer, cast.reader, cast.other_manager):
        with pytest.raises(NotAllowed):
            create(cast, by=actor)
    assert Site.objects.count() == 0
