"""Every sample of hostile and of real evidence, handed in as evidence and fetched."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.evidence import actions
from apps.evidence.enums import Trait
from apps.evidence.forms import MAX_FILES
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import make_evidence_request
from tests.factories.questionnaires import make_assignment
from tests.shared_data import shared

ClientFor = Callable[[Actor], Client]

DAMAGED = (
    "The PDF is damaged and cannot be opened. Print it to a new PDF and upload that."
)
NO_PAGE = (
    "The PDF has no page that can be opened. Print it to a new PDF and upload that."
)
UNKNOWN = " ".join(
    (
        "The file is of no known kind. Upload a",
        "PDF, DOCX, PNG, JPEG, CSV, XLSX or ODS file.",
    )
)
NOT_A = (
    "The name ends in .{}, but the content is of the kind Text. Rename the file or "
    "upload the right one."
)
LOCKED = (
    "The PDF opens with a password only, so nobody could check later what it says. "
    "Save it without a password and upload it again."
)
LOCKED_BOOK = (
    "The file is protected by a password. Remove the password and upload it again."
)
PACKED_TEXT = (
    "The image carries a text that unpacks to far more than its own size. Save it "
    "again without its remarks."
)
ENTITIES = (
    "The file declares XML entities, which no document needs. Save it again and "
    "upload that."
)
MARKUP = "The file is a web page, a drawing or XML. Upload a PDF or a table instead."
# Why each refused sample is refused, in the words people read.
REFUSALS = {
    "artur_corrupted.pdf": NO_PAGE,
    "corkami_1016garbage.pdf": UNKNOWN,
    "corkami_adobe-tiny.pdf": DAMAGED,
    "corkami_js-annots.pdf": NOT_A.format("pdf"),
    "corkami_signature-null.pdf": DAMAGED,
    "corkami_structure-noendobj.pdf": DAMAGED,
    "pdfjs_poppler-85140-0.pdf": DAMAGED,
    "pdfminer_aes-256-r6.pdf": LOCKED,
    "pdfminer_evil_xobjects_recursion.pdf": DAMAGED,
    "pillow_decompression_bomb.gif": NOT_A.format("gif"),
    "pillow_png_decompression_dos.png": PACKED_TEXT,
    "poi_password_protected_tika.xlsx": LOCKED_BOOK,
    "poi_xmlbomb.xlsx": ENTITIES,
    "polydet_lfs_pointer_named.pdf": NOT_A.format("pdf"),
    "qpdf_bad-encryption-length.pdf": LOCKED,
    "qpdf_bad1.pdf": NOT_A.format("pdf"),
    "qpdf_enc-R3,V2,U=view,O=view.pdf": LOCKED,
    "qpdf_enc-XI-R6,V5,U=attachment,encrypted-attachments.pdf": LOCKED,
    "qpdf_fuzz-16214.pdf": UNKNOWN,
    "svg_script_onload.svg": MARKUP,
    "svg_xlink_billion_laughs.svg": MARKUP,
    "pypdf_password_openpassword.pdf": LOCKED,
}

# Name of the file, what becomes of it without a scanner, and the traits named.
SAFETY = {
    "artur_corrupted.pdf": ("refused", set()),
    "corkami_1016garbage.pdf": ("refused", set()),
    "corkami_adobe-tiny.pdf": ("refused", set()),
    "corkami_attachedNames.pdf": ("quarantined", {Trait.EMBEDDED}),
    "corkami_false_redaction.pdf": ("quarantined", {Trait.SCRIPT}),
    "corkami_incremental.pdf": ("accepted", set()),
    "corkami_javascript.pdf": ("quarantined", {Trait.SCRIPT, Trait.OPENS}),
    "corkami_js-annots.pdf": ("refused", set()),
    "corkami_launch.pdf": ("quarantined", {Trait.LAUNCH, Trait.OPENS}),
    "corkami_schizo-text.pdf": ("accepted", set()),
    "corkami_sha1_collision_1.pdf": ("accepted", set()),
    "corkami_sha1_collision_2.pdf": ("accepted", set()),
    "corkami_signature-null.pdf": ("refused", set()),
    "corkami_structure-noendobj.pdf": ("refused", set()),
    "pdfjs_attachment.pdf": ("quarantined", {Trait.EMBEDDED}),
    "pdfjs_poppler-85140-0.pdf": ("refused", set()),
    "pdfminer_aes-256-r6.pdf": ("refused", set()),
    "pdfminer_evil_xobjects_recursion.pdf": ("refused", set()),
    "pikepdf_cyclic-toc.pdf": ("accepted", set()),
    "pikepdf_invalid_creationdate.pdf": ("accepted", set()),
    "pillow_decompression_bomb.gif": ("refused", set()),
    "pillow_png_decompression_dos.png": ("refused", set()),
    "poi_password_protected_tika.xlsx": ("refused", set()),
    # Repeats one long text in many cells: harmless kept, refused by what reads tables.
    "poi_shared_strings_bomb.xlsx": ("accepted", set()),
    "poi_xmlbomb.xlsx": ("refused", set()),
    "polydet_lfs_pointer_named.pdf": ("refused", set()),
    "pyhanko_circular_page_tree.pdf": ("quarantined", {Trait.CIRCULAR}),
    "pyhanko_sig_tail_uncovered.pdf": ("accepted", {Trait.EXTENDED}),
    "pyhanko_signed_then_sneaky_update.pdf": ("accepted", {Trait.EXTENDED}),
    "qpdf_append-xref-loop.pdf": ("accepted", set()),
    "qpdf_bad-encryption-length.pdf": ("refused", set()),
    "qpdf_bad1.pdf": ("refused", set()),
    "qpdf_digitally-signed.pdf": ("accepted", set()),
    "qpdf_enc-R3,V2,U=view,O=view.pdf": ("refused", set()),
    "qpdf_enc-XI-R6,V5,U=attachment,encrypted-attachments.pdf": ("refused", set()),
    "qpdf_fuzz-16214.pdf": ("refused", set()),
    "svg_script_onload.svg": ("refused", set()),
    "svg_xlink_billion_laughs.svg": ("refused", set()),
}
REAL = {
    "37signals_dpa_v202010_executable.pdf": ("accepted", set()),
    "37signals_security_overview.pdf": ("accepted", set()),
    "aptible_hitrust_certification.pdf": ("accepted", {Trait.ENCRYPTED}),
    "aptible_iso_27001_certificate.pdf": ("accepted", set()),
    "physionet_training_report.pdf": ("accepted", set()),
    "pypdf_arabic_rotated.pdf": ("accepted", set()),
    "pypdf_password_openpassword.pdf": ("refused", set()),
    "pypdf_with_attachment.pdf": ("quarantined", {Trait.EMBEDDED}),
}
SAMPLES = [
    *(("upload_safety", name, *found) for name, found in SAFETY.items()),
    *(("evidence_real", name, *found) for name, found in REAL.items()),
]


@pytest.mark.parametrize("folder", ["upload_safety", "evidence_real"])
def test_no_sample_is_left_out(folder: str) -> None:
    here = {path.name for path in shared("data", folder).iterdir()}
    assert here == {name for group, name, *_ in SAMPLES if group == folder}


@pytest.mark.parametrize(
    ("folder", "name", "verdict", "traits"),
    SAMPLES,
    ids=[f"{folder}-{name}" for folder, name, *_ in SAMPLES],
)
def test_sample(
    cast: Cast,
    client_for: ClientFor,
    folder: str,
    name: str,
    verdict: str,
    traits: set[Trait],
) -> None:
    started = time.perf_counter()
    with shared("data", folder, name).open("rb") as content:
        [handed] = actions.store_files(
            [(name, content)], by=cast.analyst, organization=cast.clinic
        )
    assert time.perf_counter() - started < 15
    assert (handed.verdict, handed.reason) == (verdict, _words(name, verdict, traits))
    if handed.file is None:
        return
    assert set(handed.file.traits) == traits
    answer = client_for(cast.analyst).get(f"/evidence/{handed.file.pk}/")
    if verdict == "quarantined":
        assert answer.status_code == 410
        return
    _assert_cannot_run(answer, shared("data", folder, name).read_bytes())


def _words(name: str, verdict: str, traits: set[Trait]) -> str:
    """What the page says of a sample."""
    if verdict == "refused":
        return REFUSALS[name]
    words = ", ".join(str(trait.label) for trait in sorted(traits))
    if verdict == "quarantined":
        return f"It contains {words}, and no virus scanner has looked at it"
    return words


def _assert_cannot_run(answer: object, content: bytes) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]


def test_two_files_of_one_sha1_are_two_files(cast: Cast) -> None:
    uploads = []
    for number in (1, 2):
        path = shared("data", "upload_safety", f"corkami_sha1_collision_{number}.pdf")
        uploads.append((path.name, path.open("rb")))
    first, second = actions.store_files(
        uploads, by=cast.analyst, organization=cast.clinic
    )
    for _, content in uploads:
        content.close()
    assert first.file is not None
    assert second.file is not None
    assert first.file.sha256 != second.file.sha256


# -- The same by every door ---------------------------------------------------------


def _upload(folder: str, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, shared("data", folder, name).read_bytes())


def _expected(name: str, verdict: str, traits: set[Trait]) -> tuple[str, str]:
    return verdict, _words(name, verdict, traits)


@pytest.mark.scale
def test_samples_by_the_bulk_page(cast: Cast, client_for: ClientFor) -> None:
    browser, said = client_for(cast.analyst), {}
    for start in range(0, len(SAMPLES), MAX_FILES):
        chosen = [
            _upload(folder, name)
            for folder, name, *_ in SAMPLES[start : start + MAX_FILES]
        ]
        page = browser.post("/evidence/upload/", {"chosen": chosen})
        for sent, one in zip(chosen, page.context["handed"], strict=True):
            said[sent.name] = (one.verdict, one.reason)
    assert said == {name: _expected(name, *rest) for _, name, *rest in SAMPLES}


@pytest.mark.scale
def test_samples_by_the_api(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.analyst)
    for folder, name, verdict, traits in SAMPLES:
        answer = client.post("/api/v1/files/", {"file": _upload(folder, name)})
        body = answer.json()
        if verdict == "refused":
            assert answer.status_code == 422, name
            assert body["message"] == REFUSALS[name]
            continue
        assert answer.status_code == 201, name
        assert set(body["traits"]) == traits
        assert bool(body["quarantined_reason"]) == (verdict == "quarantined")
        bytes_of = client.get(f"/api/v1/files/{body['id']}/content/")
        if verdict == "quarantined":
            assert bytes_of.status_code == 410, name
        else:
            _assert_cannot_run(bytes_of, shared("data", folder, name).read_bytes())


@pytest.mark.scale
def test_samples_behind_an_answer(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    vendor = client_for(cast.manager)
    attach = reverse("api:questionnaires-attach", args=[row.pk])
    for folder, name, verdict, _ in SAMPLES:
        data = {"question": "E-1", "file": _upload(folder, name)}
        answer = vendor.post(attach, data)
        assert answer.status_code == (422 if verdict == "refused" else 201), name
        if verdict != "refused":
            reason = answer.json()["quarantined_reason"]
            assert bool(reason) == (verdict == "quarantined"), name


@pytest.mark.scale
def test_samples_for_a_request(cast: Cast, client_for: ClientFor) -> None:
    """What is in quarantine never reaches the client."""
    vendor, client = client_for(cast.manager), client_for(cast.officer)
    for folder, name, verdict, _ in SAMPLES:
        asked = make_evidence_request(cast.engagement, title=name[:80])
        url = reverse("assurance:request_answer", args=[asked.pk])
        vendor.post(url, {"document": _upload(folder, name)})
        found = [answer.pk for answer in asked.answers.all()]
        assert len(found) == (verdict != "refused"), name
        for pk in found:
            taken = client.get(reverse("assurance:answer_file", args=[pk]))
            assert taken.status_code == (410 if verdict == "quarantined" else 200)
