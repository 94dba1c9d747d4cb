"""PDF from a print template: frozen data in, bytes out, nothing fetched.

WeasyPrint is heavy; only the process that renders loads it.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.core.errors import PortalError

PRINT_CSS = "css/print.css"
# Families a stylesheet may name; the second holds the letters the first has not.
FONTS = {
    "fonts/inter-latin-wght-normal.woff2": "Inter",
    "fonts/inter-latin-ext-wght-normal.woff2": "Inter Extended",
}
FONT_FACES = [
    f'@font-face {{ font-family: "{family}"; src: url("{path}"); }}'
    for path, family in FONTS.items()
]
FONT_HEADERS = {"Content-Type": "font/woff2"}
# Tagged for assistive technology and archival, with the data attached.
VARIANT = "pdf/a-3a"
# Relative references resolve against this and are refused like all others.
NOWHERE = "https://nowhere.invalid/"
FONT_STAMP = "SOURCE_DATE_EPOCH"
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


class NotRendered(PortalError):
    """The document could not be made; the message says so without detail."""

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    default_code = "not_rendered"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file carried inside the PDF: the data the document was made from."""

    name: str
    description: str
    content: bytes


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    language: str = "en",
    author: str = "",
    created: datetime | None = None,
    attached: Sequence[Attached] = (),
    sheets: Sequence[str] = (),
) -> bytes:
    """Render a print template to a tagged PDF/A-3a.

    The template gets ``context``, ``title``, ``language`` and ``print_css``: the print
    stylesheet, followed by ``sheets``, static files of ours. Any reference to something
    outside (http, file, data, relative) ends in NotRendered. Same arguments and same
    release, same bytes: times and identifier come from the arguments, never from the
    clock.
    """
    css = print_css(sheets)
    html = render_to_string(
        template, {**context, "title": title, "language": language, "print_css": css}
    )
    return _write(
        html,
        metadata={"title": title, "lang": language, "authors": [author] * bool(author)},
        created=(created or _UNDATED).astimezone(UTC),
        attached=attached,
    )


def print_css(sheets: Sequence[str] = ()) -> SafeString:
    """Our stylesheets as one text, to stand inline: a document fetches nothing."""
    texts = [_static(path).decode() for path in (PRINT_CSS, *sheets)]
    return mark_safe("\n".join([*FONT_FACES, *texts]))  # noqa: S308 - our own files


def _static(path: str) -> bytes:
    """Bytes of one of our own static files."""
    found = finders.find(path)
    if not isinstance(found, str):
        raise NotRendered(f"The file {path} of the portal is missing. Reinstall it.")
    return Path(found).read_bytes()


def _write(
    html: str,
    *,
    metadata: dict[str, Any],
    created: datetime,
    attached: Sequence[Attached],
) -> bytes:
    # A web process imports this module through its rooms and never renders.
    import weasyprint  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    identifier = hashlib.sha256(html.encode())
    for file in attached:
        identifier.update(hashlib.sha256(file.content).digest())
    try:
        with _at_rest(created):
            source = weasyprint.HTML(
                string=html, base_url=NOWHERE, url_fetcher=_deny_all()
            )
            document = source.render(pdf_variant=VARIANT)
            _describe(document.metadata, metadata, created)
            return bytes(
                document.write_pdf(
                    pdf_variant=VARIANT,
                    pdf_identifier=identifier.digest()[:16],
                    attachments=[_attachment(file, created) for file in attached],
                )
            )
    except FatalURLFetchingError as error:
        raise NotRendered(
            "The document refers to something outside itself, which is never fetched."
        ) from error


def _describe(target: Any, metadata: dict[str, Any], created: datetime) -> None:
    """Metadata comes from the caller, whatever the template says."""
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    described = metadata | {
        "created": stamp,
        "modified": stamp,
        "generator": "Compliance Portal",
    }
    for name, value in described.items():
        setattr(target, name, value)


def _attachment(file: Attached, created: datetime) -> Any:
    import weasyprint  # noqa: PLC0415

    return weasyprint.Attachment(
        file_obj=io.BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=created,
        modified=created,
        relationship="Source",
        url_fetcher=_deny_all(),
    )


def _deny_all() -> Any:
    """A fetcher that hands over our own fonts by name and fetches nothing.

    Any other reference stops the rendering. Source: security reference R41;
    CVE-2025-68616 and CVE-2026-55073 came through fetchers that judged addresses.
    """
    # No stubs, and see _write.
    from weasyprint.urls import (  # noqa: PLC0415
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class DenyAll(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = url.removeprefix(NOWHERE)
            if path not in FONTS:
                raise FatalURLFetchingError("Nothing is fetched for a document.")
            return URLFetcherResponse(url, io.BytesIO(_static(path)), FONT_HEADERS)

    return DenyAll()


@contextmanager
def _at_rest(created: datetime) -> Iterator[None]:
    """The collector off, and embedded fonts stamped with ``created``.

    Layout makes millions of small objects, and collecting among them is waste.
    Source: reproducible-builds.org, SOURCE_DATE_EPOCH, which fontTools reads.
    """
    was_on, stamp = gc.isenabled(), os.environ.get(FONT_STAMP)
    gc.disable()
    os.environ[FONT_STAMP] = str(int(created.timestamp()))
    try:
        with warnings.catch_warnings():
            # WeasyPrint leaves it to the interpreter to close its colour profile.
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        if stamp is None:
            del os.environ[FONT_STAMP]
        else:
            os.environ[FONT_STAMP] = stamp
        if was_on:
            gc.enable()
