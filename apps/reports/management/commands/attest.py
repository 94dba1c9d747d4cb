"""``manage.py attest``: issue an attestation and write its PDF to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import NotFound, PortalError
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.evidence.queries import opened
from apps.reports import actions, queries
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from apps.tenancy.queries import actor_for_email

FINDER = system("reports.attest", {Permission.ENGAGEMENTS_VIEW})


class Command(BaseCommand):
    """Does what the page does, in the name of a member of either party."""

    help = "Issue an attestation on an engagement and write its PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the engagement, the day, the person and the file."""
        parser.add_argument("--engagement", required=True, help="name or id")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="YYYY-MM-DD; default today"
        )
        parser.add_argument("--by", required=True, metavar="EMAIL")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue, render here and now, write."""
        try:
            self._attest(**options)
        except PortalError as error:
            raise CommandError(error.message) from error

    def _attest(
        self, *, engagement: str, as_of: date | None, by: str, out: Path, **_: Any
    ) -> None:
        found = _engagement(engagement)
        actor = _actor(by, found)
        day = as_of or clock.today(found.client.time_zone)
        issued = actions.issue_attestation(
            engagements.engagement(actor, found.pk), by=actor, as_of=day
        )
        actions.render_attestation(issued.pk)
        made = queries.attestation(actor, issued.pk)
        file = actions.take_document(made, by=actor)
        with opened(file) as source:
            out.write_bytes(source.read())
        self.stdout.write(
            f"{out}: {found} as of {day}, {made.statement['verdict_words']}, "
            f"code {made.code}, SHA-256 {file.sha256}"
        )


def _engagement(name_or_id: str) -> Engagement:
    try:
        return engagements.engagement(FINDER, UUID(name_or_id))
    except ValueError:
        matching = engagements.engagements(FINDER, q=name_or_id)
        rows = [row for row in matching if row.name.lower() == name_or_id.lower()]
    if len(rows) != 1:
        raise CommandError(
            f"{len(rows)} engagements are named {name_or_id!r}. Give the id instead."
        )
    return rows[0]


def _actor(email: str, engagement: Engagement) -> Actor:
    """The person as a member of the provider or else of the client."""
    try:
        return actor_for_email(email, engagement.provider, via="command")
    except NotFound:
        return actor_for_email(email, engagement.client, via="command")
