"""Reads of sites, agents, assignments and roster imports."""

from apps.workforce.queries.conditions import due_items, gate_conditions
from apps.workforce.queries.imports import (
    directory,
    engagement_names,
    known_agents,
    known_assignments,
    remembered_mapping,
    roster_import,
    roster_import_for_job,
    roster_imports,
    working_count,
)
from apps.workforce.queries.observed import (
    ObservedWorkforce,
    assignments_on,
    observed_facts,
)
from apps.workforce.queries.people import (
    RosterLine,
    acting_member,
    agent,
    agents,
    assignments,
    assignments_of,
    roster,
    roster_lines,
    sites,
)

__all__ = [
    "ObservedWorkforce",
    "RosterLine",
    "acting_member",
    "agent",
    "agents",
    "assignments",
    "assignments_of",
    "assignments_on",
    "directory",
    "due_items",
    "engagement_names",
    "gate_conditions",
    "known_agents",
    "known_assignments",
    "observed_facts",
    "remembered_mapping",
    "roster",
    "roster_import",
    "roster_import_for_job",
    "roster_imports",
    "roster_lines",
    "sites",
    "working_count",
]
