"""Registry of verbs: what may be written to the trail, and how it reads.

Each room's ``trail.py`` declares its verbs here by making them. ``facts`` may hold
ids, enums, dates, counts and hashes and stand in clear; ``personal`` holds names,
free text, addresses and file names, which enter the body only as a commitment.
"""

from __future__ import annotations

from dataclasses import dataclass

_registry: dict[str, Verb] = {}


@dataclass(frozen=True)
class Verb:
    """A verb ``<object>.<past participle>`` and the sentence it renders to.

    ``sentence`` is a format string over ``actor``, the facts and the personal fields.
    """

    name: str
    sentence: str
    facts: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.name in _registry and _registry[self.name] != self:
            raise ValueError(f"The verb {self.name} is declared twice.")
        _registry[self.name] = self


def registered() -> dict[str, Verb]:
    """All verbs by name."""
    return dict(_registry)


def sentence_for(name: str, values: dict[str, object]) -> str:
    """The sentence of a verb; what is missing (erased) reads as such."""
    verb = _registry.get(name)
    if verb is None:
        return name
    wanted = {"actor", *verb.facts, *verb.personal}
    full = {key: values.get(key, "(erased)") for key in wanted}
    return verb.sentence.format(**full)
