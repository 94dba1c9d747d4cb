"""JSON answers of known interfaces to rows of one table. Never imports Django.

Either a recording of calls (``exchanges`` with url and body) or a plain body. An
unknown shape is flattened, and its columns are recognised like those of a CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.access_reviews.importer import vendors
from apps.access_reviews.importer.partial import Exchange, PartialExport, check_whole

Rows = list[dict[str, str]]
Reader = Callable[[Sequence[Exchange], list[str]], Rows]

HEADER = vendors.HEADER
_BY_HOST: tuple[tuple[str, str, Reader], ...] = (
    ("asana.com", "Asana", vendors.asana),
    ("docusign", "DocuSign", vendors.docusign),
    ("api.github.com", "GitHub", vendors.github),
    ("gitlab", "GitLab", vendors.gitlab),
    ("googleapis.com", "Google Workspace", vendors.google),
    ("hubapi.com", "HubSpot", vendors.hubspot),
    ("intercom.io", "Intercom", vendors.intercom),
    ("notion.com", "Notion", vendors.notion),
    ("okta", "Okta", vendors.okta),
    ("slack.com", "Slack", vendors.slack),
    ("zendesk.com", "Zendesk", vendors.zendesk),
    ("graph.microsoft.com", "Entra ID", vendors.entra),
)
# Words one account of a plain body carries.
_BY_WORDS: tuple[tuple[frozenset[str], str, Reader], ...] = (
    (frozenset({"profile", "status", "lastLogin"}), "Okta", vendors.okta),
    (frozenset({"profile", "is_bot", "deleted"}), "Slack", vendors.slack),
    (frozenset({"primaryEmail"}), "Google Workspace", vendors.google),
    (frozenset({"userPrincipalName"}), "Entra ID", vendors.entra),
    (frozenset({"login", "html_url"}), "GitHub", vendors.github),
    (frozenset({"role", "suspended", "email"}), "Zendesk", vendors.zendesk),
    (frozenset({"access_level", "username"}), "GitLab", vendors.gitlab),
)


@dataclass
class Export:
    """What a JSON file holds: where it is from, a header, rows, remarks."""

    source: str
    header: list[str]
    rows: Rows
    notes: list[str] = field(default_factory=list)


def read(document: Any) -> Export:
    """Return the accounts of a JSON document. Raises PartialExport."""
    exchanges = _exchanges(document)
    check_whole(exchanges)
    notes: list[str] = []
    found = _known(exchanges)
    if found is None:
        return _flattened(exchanges)
    name, reader = found
    return Export(name, list(HEADER), reader(exchanges, notes), notes)


def _exchanges(document: Any) -> list[Exchange]:
    if not isinstance(document, dict) or "exchanges" not in document:
        return [Exchange(url="", body=document)]
    return [
        Exchange(
            url=str(each.get("url") or ""),
            body=each.get("body"),
            status=int(each.get("status") or 200),
            links=tuple(each.get("link") or ()),
        )
        for each in document["exchanges"]
    ]


def _known(exchanges: Sequence[Exchange]) -> tuple[str, Reader] | None:
    for one in exchanges:
        for host, name, reader in _BY_HOST:
            if host in one.place.split("/")[0]:
                return name, reader
    first = next(iter(vendors.items(exchanges)), None)
    if first is not None:
        for words, name, reader in _BY_WORDS:
            if words <= set(first):
                return name, reader
    return None


def _flattened(exchanges: Sequence[Exchange]) -> Export:
    rows = [_flat(each) for each in vendors.items(exchanges)]
    if not rows:
        raise PartialExport("no list of accounts was found in it")
    header = list(dict.fromkeys(name for row in rows for name in row))
    return Export("JSON", header, rows)


def _flat(item: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            found |= {f"{name} {k}": _text(v) for k, v in value.items()}
        else:
            found[name] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_text(each) for each in _plain(value))
    return vendors.text(value)


def _plain(values: Iterable[Any]) -> list[Any]:
    return [each for each in values if not isinstance(each, dict | list)]
