"""A message kind of these tests, with the text of its mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Engine

from apps.notifications import registry
from apps.notifications.registry import Message


@pytest.fixture
def message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Message]:
    """Registered for the length of a test."""
    (tmp_path / "happened.txt").write_text(
        '{% extends "emails/base.txt" %}'
        "{% block text %}{{ what }} & more.{% endblock %}"
    )
    monkeypatch.setattr(registry, "_registry", dict(registry._registry))
    engine = Engine.get_default()
    loaders = engine.template_loaders
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, tmp_path])
    for loader in loaders:
        if hasattr(loader, "reset"):
            loader.reset()
    yield Message(
        kind="test.happened",
        subject="Happened: {what}",
        template="happened.txt",
        line="It happened: {what}.",
    )
    for loader in loaders:
        if hasattr(loader, "reset"):
            loader.reset()
