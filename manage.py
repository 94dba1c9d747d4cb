#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL the embedded engines are used."""

import os
import sys

from compliance_portal import engines


def main() -> None:
    """Run one administrative command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance_portal.settings")
    engines.ensure()
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
