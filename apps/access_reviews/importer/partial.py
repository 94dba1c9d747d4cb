"""Tells an export that is cut short from a whole one. Never imports Django.

A review over half a population is worse than none, so anything that says "there is
more" and is not followed by the rest refuses the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_OK = range(200, 300)


class PartialExport(Exception):
    """The export is not whole; the text says how it is known."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer of an interface: its address ("" where not recorded) and body."""

    url: str
    body: Any
    status: int = 200
    links: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Host and path: what a next page has in common with this one."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"


def check_whole(exchanges: Sequence[Exchange]) -> None:
    """Raise PartialExport for a failed answer, a next page that was not fetched, or
    a total that the pages do not reach."""
    for at, one in enumerate(exchanges):
        if one.status not in _OK:
            raise PartialExport(f"one of the answers is an error ({one.status})")
        if isinstance(one.body, dict) and one.body.get("ok") is False:
            raise PartialExport("one of the answers says that it failed")
        later = exchanges[at + 1 :]
        for link in _next_links(one.links):
            if all(link != other.url for other in later):
                raise PartialExport("a next page is named and not part of it")
        is_followed = any(other.place == one.place for other in later)
        if _says_more(one.body) and not is_followed:
            raise PartialExport("a next page is named and not part of it")
    _check_totals(exchanges)


def _next_links(links: Sequence[str]) -> list[str]:
    found = []
    for line in links:
        for part in line.split(","):
            address, _, relation = part.partition(";")
            if 'rel="next"' in relation:
                found.append(address.strip().strip("<>"))
    return found


def _says_more(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    meta = body.get("meta") or {}
    paging = body.get("paging") or {}
    metadata = body.get("response_metadata") or {}
    tokens = (
        body.get("has_more"),
        body.get("nextPageToken"),
        body.get("next_cursor"),
        body.get("next_page"),
        body.get("nextUri"),
        body.get("@odata.nextLink"),
        isinstance(meta, dict) and meta.get("has_more"),
        isinstance(paging, dict) and paging.get("next"),
        isinstance(metadata, dict) and metadata.get("next_cursor"),
    )
    return any(tokens)


def _check_totals(exchanges: Sequence[Exchange]) -> None:
    """An answer that names the size of the whole must have reached it."""
    reached: dict[str, int] = {}
    totals: dict[str, int] = {}
    for one in exchanges:
        if isinstance(one.body, dict) and "totalSetSize" in one.body:
            size = int(one.body.get("resultSetSize") or 0)
            reached[one.place] = reached.get(one.place, 0) + size
            totals[one.place] = int(one.body["totalSetSize"])
    for place, total in totals.items():
        if reached[place] < total:
            raise PartialExport(
                f"it holds {reached[place]} of the {total} accounts it speaks of"
            )
