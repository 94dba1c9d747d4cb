"""``manage.py seal_files``: every file under the portal's key of now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.evidence import actions, queries
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


class Command(BaseCommand):
    """Run after a change of ``PORTAL_FILES_KEY``, and once after an upgrade from a
    release that kept files open. May be stopped and run again."""

    help = "Seal files that lie open; wrap the keys of all by the key of now."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line an organization."""
        job = system("seal_files", {Permission.EVIDENCE_ADD})
        for organization in queries.owners(job):
            done = actions.seal_files(organization, by=job)
            self.stdout.write(
                f"{organization}: {done.sealed} sealed, {done.rewrapped} rewrapped"
            )
