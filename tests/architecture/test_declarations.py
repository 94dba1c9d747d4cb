"""Verbs, messages, tables, migrations and views declare what they must."""

from __future__ import annotations

import re
import string

import pytest
from django.apps import apps
from django.template.loader import get_template

from apps.audit import verbs
from apps.notifications import registry
from tests.architecture.source import APPS, floors, sources

VERB = re.compile(r"^[a-z][a-z_]*\.[a-z][a-z_]*$")
MIGRATION = re.compile(r"^\d{4}_[a-z][a-z0-9_]+$")

# Tables without an organization of their own, each for a reason.
WITHOUT_TENANT = {
    "tenancy.User": "a person may belong to several organizations",
    "tenancy.Organization": "is the tenant itself",
    "training.CourseVersion": "read through its course",
    "agreements.VersionProvision": "read through its version",
    "agreements.Signature": "read through its version",
    "engagements.EngagementGrant": "read through engagements.grants alone",
    "notifications.OutgoingMail": "never read by people",
    "reminders.LastPass": "one row about the job of the whole portal",
}


@pytest.mark.parametrize("verb", verbs.registered().values(), ids=lambda v: v.name)
def test_verb_reads_as_a_sentence(verb: verbs.Verb) -> None:
    assert VERB.match(verb.name)
    fields = {name for _, name, _, _ in string.Formatter().parse(verb.sentence) if name}
    assert fields <= {"actor", *verb.facts, *verb.personal}
    # Some end in what a person wrote, who ended it as they liked.
    assert verb.sentence.endswith((".", "}"))
    assert verb.sentence[0] in "{ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_every_verb_is_written_somewhere() -> None:
    text = "\n".join(s.text for s in sources() if s.kind != "trail")
    declared = re.compile(r"^([A-Z_]+) = Verb\(", re.MULTILINE)
    unused = [
        f"{source.room}.{name}"
        for source in sources()
        if source.kind == "trail"
        for name in declared.findall(source.text)
        if f"trail.{name}" not in text
    ]
    assert unused == []


@pytest.mark.parametrize(
    "message", registry.registered().values(), ids=lambda m: m.kind
)
def test_message_has_its_template(message: registry.Message) -> None:
    get_template(message.template)
    assert VERB.match(message.kind)


def test_every_table_belongs_to_somebody() -> None:
    stray = []
    for model in apps.get_models():
        room = model._meta.app_config.name.removeprefix("apps.")
        if room not in floors() or model._meta.label in WITHOUT_TENANT:
            continue
        if model._meta.db_table.startswith("audit_"):
            continue  # keeps organizations by id: the trail outlives them
        fields = {field.name for field in model._meta.get_fields()}
        scoped = hasattr(model._default_manager.all(), "visible_to")
        if not scoped and "organization" not in fields:
            stray.append(model._meta.label)
    assert stray == []


def test_reasons_are_not_stale() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    assert set(WITHOUT_TENANT) <= labels


def test_migrations_are_named_for_what_they_do() -> None:
    bad = [
        path.stem
        for path in APPS.glob("*/migrations/[0-9]*.py")
        if not MIGRATION.match(path.stem)
        or "_auto_" in path.stem
        or path.stem.endswith("_initial")
    ]
    assert bad == []
