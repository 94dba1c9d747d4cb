"""The database itself refuses to change the trail."""

import pytest
from django.db import connection, connections
from django.db.utils import IntegrityError, ProgrammingError

from apps.audit.models import AuditEvent


def test_application_role_may_not_update_the_trail(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        AuditEvent.objects.all().update(type="forged")


def test_application_role_may_not_delete_from_the_trail(db: None) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_event")


def test_application_role_may_not_change_the_schema(db: None) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE somewhere (id int)")


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE audit_event",
        "TRUNCATE audit_checkpoint",
    ],
)
def test_even_the_owner_is_refused_by_trigger(statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)
