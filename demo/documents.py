"""Signed BAAs of the invented parties, as PDF."""

from __future__ import annotations

from datetime import date
from html import escape

from weasyprint import HTML

from apps.agreements.rules import checklist

STYLE = """
@page { size: A4; margin: 25mm 22mm; @bottom-center {
    content: "Page " counter(page) " of " counter(pages); font-size: 8pt } }
body { font-family: "DejaVu Serif", serif; font-size: 10pt; line-height: 1.45 }
h1 { font-size: 16pt } h2 { font-size: 11pt; margin-bottom: 0 }
"""


def agreement(
    discloser: str, recipient: str, *, effective_on: date, signers: tuple[str, str]
) -> bytes:
    """Return the agreement between two parties with every clause of the checklist.

    ``signers`` are the names under it: discloser's, recipient's.
    """
    clauses = "".join(
        f"<h2>{number}. {escape(row.title)}</h2><p>{escape(row.meaning)}</p>"
        for number, row in enumerate(checklist(), start=1)
    )
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
    <title>Business Associate Agreement</title><style>{STYLE}</style></head><body>
    <h1>Business Associate Agreement</h1>
    <p>Between {escape(discloser)} and {escape(recipient)}, effective
    {effective_on:%-d %B %Y}. Invented for a demonstration; not legal text.</p>
    {clauses}
    <h2>Signatures</h2>
    <p>For {escape(discloser)}: {escape(signers[0])}<br>
    For {escape(recipient)}: {escape(signers[1])}</p></body></html>"""
    return bytes(HTML(string=html, url_fetcher=_nothing).write_pdf())


def paper(title: str, issuer: str, text: str) -> bytes:
    """Return a page of evidence: a title, who issued it, and one paragraph."""
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
    <title>{escape(title)}</title><style>{STYLE}</style></head><body>
    <h1>{escape(title)}</h1>
    <p>{escape(issuer)}. Invented for a demonstration.</p>
    <p>{escape(text)}</p></body></html>"""
    return bytes(HTML(string=html, url_fetcher=_nothing).write_pdf())


def note(text: str) -> bytes:
    """Return a page that says one thing, such as that an account was closed."""
    return paper("Record", "The system's operator", f"{text}.")


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"A demonstration document asks for {url}.")
