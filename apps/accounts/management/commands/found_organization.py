"""``manage.py found_organization``: an organization and its first manager's link."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apps.accounts import actions
from apps.core.errors import PortalError
from apps.tenancy.actor import system
from apps.tenancy.enums import ROLES_BY_KIND, OrganizationKind, Permission


class Command(BaseCommand):
    """Found an organization and print the invitation link of its first manager."""

    help = "Found an organization and print the invitation link of its first manager."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", required=True, choices=OrganizationKind.values)
        parser.add_argument("--country", required=True, help="two letters, US")
        parser.add_argument("--time-zone", required=True, help="America/Chicago")
        parser.add_argument("--manager-name", required=True)
        parser.add_argument("--manager-email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link, or the refusal and exit with 1."""
        kind = OrganizationKind(options["kind"])
        try:
            _, path = actions.found_organization(
                by=system("operator", {Permission.MEMBERS_EDIT}),
                founding=actions.Founding(
                    name=options["name"],
                    kind=kind,
                    country=options["country"],
                    time_zone=options["time_zone"],
                ),
                manager=actions.Invitee(
                    email=options["manager_email"],
                    full_name=options["manager_name"],
                    role=ROLES_BY_KIND[kind][0],
                ),
            )
        except PortalError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        self.stdout.write(f"{settings.BASE_URL}{path}")
