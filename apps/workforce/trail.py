"""What the trail says about sites, rosters and assignments."""

from apps.audit.verbs import Verb

SITE_CREATED = Verb(
    "site.created",
    "{actor} added the site {name} in {country}.",
    facts=("country", "is_remote"),
    personal=("name",),
)
SITE_ATTESTED = Verb(
    "site.attested",
    "{actor} attested on {attested_on} for the site {name}: in place {in_place}; "
    "not in place {not_in_place}.",
    facts=("in_place", "not_in_place", "attested_on"),
    personal=("name", "note"),
)
ROSTER_UPLOADED = Verb(
    "roster.uploaded",
    "{actor} uploaded the roster {file_name}.",
    facts=("is_complete",),
    personal=("file_name",),
)
ROSTER_REFUSED = Verb(
    "roster.refused",
    "The roster {file_name} could not be read: {reason}",
    personal=("file_name", "reason"),
)
ROSTER_REMAPPED = Verb(
    "roster.remapped",
    "{actor} corrected the columns of the roster {file_name}.",
    personal=("file_name",),
)
ROSTER_CONFIRMED = Verb(
    "roster.confirmed",
    "{actor} confirmed the import of the roster {file_name}.",
    facts=("leavers",),
    personal=("file_name",),
)
ROSTER_IMPORTED = Verb(
    "roster.imported",
    "The roster {file_name} was imported: {imported} rows new, {updated} changed, "
    "{unchanged} as before, {refused} refused; {left} agents left.",
    facts=("read", "imported", "updated", "unchanged", "refused", "left"),
    personal=("file_name",),
)
ASSIGNMENTS_CHANGED = Verb(
    "assignments.changed",
    "A roster started {started} and changed {changed} assignments of {engagement}.",
    facts=("started", "changed"),
    personal=("engagement",),
)
AGENTS_PUSHED = Verb(
    "agents.pushed",
    "{actor} stated {stated} agents or assignments: {imported} new, {updated} changed, "
    "{unchanged} as before.",
    facts=("stated", "imported", "updated", "unchanged"),
)
