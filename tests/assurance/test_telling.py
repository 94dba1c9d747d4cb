"""Who handed a file in learns of quarantine and of its end."""

from __future__ import annotations

from datetime import date

import pytest

from apps.assurance import actions, reactions, tasks
from apps.audit.subscriptions import handlers_of
from apps.core.errors import NotAllowed
from apps.evidence.models import StoredFile
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.registry import line_of
from apps.tenancy.actor import system
from apps.tenancy.models import Membership
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file

LINE = "The PDF you handed in on 15 Jun 2026 is in quarantine. Malware was found in it."


def handed_in(cast: Cast, **overrides: object) -> StoredFile:
    values = {
        "quarantined_reason": "Malware was found in it",
        "name": "Marisol.pdf",
        "uploaded_by": cast.analyst.user,
    }
    return make_stored_file(cast.clinic, **values | overrides)


def test_told_once_without_the_name_of_the_file(cast: Cast) -> None:
    file = handed_in(cast)
    for _ in range(2):
        tasks.tell_uploader(str(file.pk))
    row = Notification.objects.get()
    assert row.recipient == cast.analyst.user
    assert row.path == f"/evidence/files/{file.pk}/"
    assert line_of(row.kind, row.context) == LINE
    assert "Marisol" not in OutgoingMail.objects.get().body


def test_told_again_when_it_is_free(cast: Cast) -> None:
    file = handed_in(cast, quarantined_reason="It waits for the virus scanner")
    tasks.tell_uploader(str(file.pk))
    file.quarantined_reason, file.scan_state = "", "clean"
    file.save(update_fields=["quarantined_reason", "scan_state"])
    tasks.tell_uploader(str(file.pk))
    kinds = Notification.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["file.quarantined", "file.released"]


@pytest.mark.parametrize("has_left", [False, True])
def test_nobody_to_tell(cast: Cast, *, has_left: bool) -> None:
    file = handed_in(cast, **({} if has_left else {"uploaded_by": None}))
    if has_left:
        member = Membership.objects.get(user=cast.analyst.user)
        member.valid_until = date(2026, 6, 1)
        member.save(update_fields=["valid_until"])
    tasks.tell_uploader(str(file.pk))
    assert not Notification.objects.exists()


def test_telling_is_for_jobs_with_the_permission(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.tell_uploader(handed_in(cast), by=system("other"))


@pytest.mark.parametrize("verb", ["file.quarantined", "file.released"])
def test_the_trail_wakes_it(verb: str) -> None:
    assert reactions.tell_uploader in handlers_of(verb)
