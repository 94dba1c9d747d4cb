"""Names of organizations, made comparable. A match is a proposal for a person."""

from __future__ import annotations

import re
import unicodedata

_FORMS = {
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "pc",
    "pa",
    "pllc",
    "plc",
    "gmbh",
    "the",
    "and",
    "of",
}
_ALIAS = re.compile(r"\b(?:f/k/a|fka|d/b/a|dba|a/k/a|aka|formerly known as)\b", re.I)
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
CLOSE_ENOUGH = 0.6


def words_of(name: str) -> frozenset[str]:
    """Words that tell organizations apart: no legal forms, case or punctuation."""
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), name)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("\x19", ""))
    telling = [word for word in found if word not in _FORMS]
    return frozenset(telling or found)


def names_in(name: str) -> list[str]:
    """The names one cell holds: before and after "f/k/a", "d/b/a" and the like."""
    parts = _ALIAS.split(name.replace("(", " ").replace(")", " "))
    return [part.strip(" ,") for part in parts if part.strip(" ,")]


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how far two names share their telling words; 1 is the same set.

    The best over the aliases of both. Our own measure; nothing follows from it but a
    proposal.
    """
    pairs = [(words_of(a), words_of(b)) for a in names_in(one) for b in names_in(other)]
    return max((len(a & b) / len(a | b) for a, b in pairs if a | b), default=0.0)
