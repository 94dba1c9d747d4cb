"""How messages read."""

import pytest

from apps.notifications import registry
from apps.notifications.registry import Message


def test_message_declared_twice_differently(message: Message) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Message(kind=message.kind, subject="Other", template="x.txt", line="Other")


def test_message_declared_twice_alike(message: Message) -> None:
    again = Message(
        kind=message.kind,
        subject=message.subject,
        template=message.template,
        line=message.line,
    )
    assert registry.registered()[message.kind] == again


def test_subject_is_one_short_line(message: Message) -> None:
    assert message.subject_for({"what": "a\r\nBcc: x"}) == "Happened: a Bcc: x"
    long = message.subject_for({"what": "x" * 300})
    assert len(long) == 200
    assert long.endswith("…")


def test_line_of_stored_message(message: Message) -> None:
    assert registry.line_of(message.kind, {"what": "this"}) == "It happened: this."
    assert registry.line_of(message.kind, {}) == "It happened: …."
    assert registry.line_of("gone.kind", {}) == "gone.kind"
