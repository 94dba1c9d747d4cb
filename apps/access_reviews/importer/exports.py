"""JSON answers of known interfaces to rows of one table. Never imports Django.

Either a recording of calls (``exchanges`` with url and body) or a plain body. An
unknown shape is flattened, and its columns are recognised like those of a CSV file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def read_accounts(content: bytes) -> Export:
    """Return the accounts of a JSON document. Raises PartialExport."""
    exchanges = _exchanges(json.loads(content))
    check_whole(exchanges)
    notes: list[str] = []
    found = _known(exchanges)
    if found is None:
        return _flattened(exchanges)
    name, reader = found
    return Export(name, list(HEADER), reader(exchanges, notes), notes)


def read_log(content: bytes) -> Export:
    """Return the events of a log: one JSON document with a list, or one a line.

    Raises PartialExport for a line that is no object, naming it.
    """
    try:
        document = json.loads(content)
    except ValueError:
        return _table("JSON lines", list(_lines(content)))
    return _table("JSON", _events(document))


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise PartialExport(f"line {number} is cut short") from error
        if not isinstance(found, dict):
            raise PartialExport(f"line {number} holds no event")
        yield found


def _events(document: Any) -> list[dict[str, Any]]:
    """The list itself, the longest list of objects in the document, or the one event
    of a log of one line."""
    if isinstance(document, list):
        return [each for each in document if isinstance(each, dict)]
    lists = [value for value in document.values() if isinstance(value, list)]
    events = max(lists, key=len, default=[])
    found = [each for each in events if isinstance(each, dict)]
    return found or [document]


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
    items = list(vendors.items(exchanges))
    if not items:
        raise PartialExport("no list of accounts was found in it")
    return _table("JSON", items)


def _table(source: str, items: Sequence[dict[str, Any]]) -> Export:
    rows = [_flat(each) for each in items]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return Export(source, header, rows)


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
