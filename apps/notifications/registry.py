"""Registry of messages: what may be sent to people, and how it reads.

Each room's ``messages.py`` declares its messages here by making them. No PHI and no
names of agents: an inbox and a mailbox are read on phones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SUBJECT_MAX = 200

_registry: dict[str, Message] = {}


@dataclass(frozen=True)
class Message:
    """A kind of message.

    ``subject`` and ``line`` (the sentence in the inbox) are format strings over the
    context; ``template`` is the text of the mail, rendered with the context, the
    ``recipient``'s name, the ``organization``'s name, the ``url`` of the page, the
    ``reason`` for which they get it and the ``why_url`` of the page that explains it.
    ``why`` names that page; it takes the id of the notification.
    """

    kind: str
    subject: str
    template: str
    line: str
    why: str = "notifications:why"

    def __post_init__(self) -> None:
        if self.kind in _registry and _registry[self.kind] != self:
            raise ValueError(f"The message {self.kind} is declared twice.")
        _registry[self.kind] = self

    def subject_for(self, context: Mapping[str, object]) -> str:
        """The subject on one line, of at most 200 characters."""
        text = " ".join(self.subject.format_map(context).split())
        return text if len(text) <= SUBJECT_MAX else text[: SUBJECT_MAX - 1] + "…"

    def line_for(self, context: Mapping[str, object]) -> str:
        """The sentence of the inbox."""
        return self.line.format_map(context)


def registered() -> dict[str, Message]:
    """All messages by kind."""
    return dict(_registry)


def line_of(kind: str, context: Mapping[str, object]) -> str:
    """The sentence of a stored notification; values it lacks read as "…"."""
    message = _registry.get(kind)
    return message.line_for(_Lenient(context)) if message else kind


def why_of(kind: str) -> str:
    """The page that explains a stored notification."""
    message = _registry.get(kind)
    return message.why if message else "notifications:why"


class _Lenient(dict[str, object]):
    """A message may have gained a placeholder since the row was written."""

    def __missing__(self, key: str) -> str:
        return "…"
