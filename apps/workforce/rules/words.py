"""Words found in rosters: roles, channels, languages."""

from __future__ import annotations

import re

from apps.engagements.enums import Channel
from apps.workforce.enums import AgentRole

# What exports write where there is nothing.
BLANK_WORDS = frozenset(
    {"", "-", "--", "n/a", "na", "none", "null", "nil", "not applicable"}
)
BLANK_STARTS = frozenset(
    letter for word in BLANK_WORDS for letter in (word[:1], word[:1].upper())
)

_ROLES = {
    "agent": AgentRole.AGENT,
    "associate": AgentRole.AGENT,
    "representative": AgentRole.AGENT,
    "csr": AgentRole.AGENT,
    "operator": AgentRole.AGENT,
    "advisor": AgentRole.AGENT,
    "senior agent": AgentRole.SENIOR_AGENT,
    "senior": AgentRole.SENIOR_AGENT,
    "sr agent": AgentRole.SENIOR_AGENT,
    "team lead": AgentRole.TEAM_LEAD,
    "team leader": AgentRole.TEAM_LEAD,
    "lead": AgentRole.TEAM_LEAD,
    "tl": AgentRole.TEAM_LEAD,
    "quality": AgentRole.QUALITY,
    "quality reviewer": AgentRole.QUALITY,
    "quality analyst": AgentRole.QUALITY,
    "quality assurance": AgentRole.QUALITY,
    "qa": AgentRole.QUALITY,
    "trainer": AgentRole.TRAINER,
    "coach": AgentRole.TRAINER,
    "supervisor": AgentRole.SUPERVISOR,
    "manager": AgentRole.SUPERVISOR,
    "operations manager": AgentRole.SUPERVISOR,
}
_CHANNELS = {
    "chat": Channel.CHAT,
    "live chat": Channel.CHAT,
    "web chat": Channel.CHAT,
    "messaging": Channel.CHAT,
    "voice": Channel.VOICE,
    "phone": Channel.VOICE,
    "telephone": Channel.VOICE,
    "call": Channel.VOICE,
    "calls": Channel.VOICE,
    "inbound": Channel.VOICE,
    "email": Channel.EMAIL,
    "e mail": Channel.EMAIL,
    "mail": Channel.EMAIL,
    "sms": Channel.SMS,
    "text": Channel.SMS,
    "video": Channel.VIDEO,
    "social": Channel.SOCIAL,
    "social media": Channel.SOCIAL,
}
_WORKS = {
    True: (
        "active", "a", "enabled", "true", "yes", "y", "1", "employed", "working",
        "current", "hired", "on leave", "leave of absence", "probation",
    ),
    False: (
        "terminated", "t", "inactive", "i", "disabled", "false", "no", "n", "0", "left",
        "leaver", "resigned", "separated", "deactivated", "deprovisioned", "offboarded",
        "former", "ended", "exited",
    ),
}  # fmt: skip
_WORKS_MEANING = {word: works for works, words in _WORKS.items() for word in words}
_LIST_MARK = re.compile(r"[,;|/+&\n]|\band\b", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W_]+")


def _word(text: str) -> str:
    return _NO_LETTER.sub(" ", text.casefold()).strip()


def role_in(text: str) -> AgentRole | None:
    """Return the role a cell names, or None if the word is unknown."""
    return _ROLES.get(_word(text))


def channels_in(text: str) -> tuple[tuple[Channel, ...], str]:
    """Return the channels a cell lists, sorted, and the first unknown word or ""."""
    found: set[Channel] = set()
    for part in _LIST_MARK.split(text):
        word = _word(part)
        if not word:
            continue
        if word not in _CHANNELS:
            return (), part.strip()
        found.add(_CHANNELS[word])
    return tuple(sorted(found)), ""


def languages_in(text: str) -> tuple[str, ...]:
    """Return the languages a cell lists, as written, without repeats."""
    parts = (part.strip() for part in _LIST_MARK.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def works_in(text: str) -> bool | None:
    """Return whether a status says that the person works; None for another word."""
    return _WORKS_MEANING.get(_word(text))
