"""Foreign keys point down, and rooms meet only through their public files."""

from __future__ import annotations

from django.apps import apps

from tests.architecture.source import floors, sources

# What another room may import; core and tenancy are open in full.
PUBLIC_KINDS = {
    "actions",
    "enums",
    "messages",
    "models",
    "queries",
    "registry",
    "rules",
    "scoping",
    "trail",
}
ALSO_PUBLIC = {
    "apps.audit.subscriptions": "reactions register here",
    "apps.audit.verbs": "rooms declare their verbs here",
    "apps.evidence.views.file_response": "one way to hand out a file",
}


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        room = model._meta.app_config.name.removeprefix("apps.")
        if room not in floors():
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created:
                continue
            above = floors().get(target._meta.app_label, -1)
            if above > floors()[room]:
                upward.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert upward == []


def test_rooms_meet_through_public_files_only() -> None:
    private = []
    for source in sources():
        for name in source.imported():
            parts = name.split(".")
            if parts[0] != "apps" or len(parts) < 3:
                continue
            room, kind = parts[1], parts[2]
            if room in {source.room, "core", "tenancy"} or kind in PUBLIC_KINDS:
                continue
            if not any(name.startswith(allowed) for allowed in ALSO_PUBLIC):
                private.append(f"{source.module} imports {name}")
    assert private == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {source.room for source in sources()}
    assert rooms == set(floors())
