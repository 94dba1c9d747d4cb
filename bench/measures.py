"""What is measured, and the limit it is held against."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from apps.core import pdf
from apps.core.pdf import print_css
from apps.engagements import queries as engagements
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.reminders import actions as reminders
from apps.reports import actions as reports
from apps.reports.models import Attestation
from apps.reports.queries.paper import SHEETS, TEMPLATE, paper, pdf_of
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Membership, User
from apps.training import actions as training
from bench.dataset import COURSES, OFFICER, Dataset, key
from bench.drift import drift_sweep
from bench.gate import gate_sweep
from bench.timing import Row, once, turn_by_turn

LIST_ROUNDS = 40
PDF_ROUNDS = 3


def _browser() -> Client:
    client = Client(SERVER_NAME="localhost")
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(User.objects.get(pk=OFFICER), backend=backend)
    return client


def vendor_list(dataset: Dataset) -> Row:
    """B1: the page of fifty vendors against a bare list of fifty rows."""
    browser = _browser()

    def product(_: int) -> None:
        assert browser.get("/vendors/").status_code == 200

    def limit(_: int) -> None:
        with override_settings(ROOT_URLCONF="bench.bare", MIDDLEWARE=[]):
            assert Client(SERVER_NAME="localhost").get("/rows/").status_code == 200

    measured = turn_by_turn(product, limit, rounds=LIST_ROUNDS)
    with CaptureQueriesContext(connection) as queries:
        product(0)
    result = (
        f"{measured.ratio:.1f} x bare list; p95 {measured.tail:.1f} x p50; "
        f"{len(queries)} queries"
    )
    goal = "3.5 x; p95 2 x; 8 queries"
    return Row("B1", f"vendor list, {dataset.size.vendors:,} vendors", result, goal)


def _export(dataset: Dataset, rows: int, salt: int) -> bytes:
    """A training export of the largest vendor's agents: fresh days for each salt."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Employee ID", "Course code", "Completed on", "Score", "Status"])
    largest = [i for i in range(dataset.size.agents) if dataset.vendor_of(i) == 0]
    for i in range(rows):
        agent, rest = largest[i % len(largest)], i // len(largest)
        course, back = COURSES[rest % len(COURSES)][0], rest // len(COURSES)
        day = dataset.today - timedelta(days=1000 + salt + back)
        writer.writerow([f"A-{agent:07d}", course, day, 90, "Completed"])
    return out.getvalue().encode()


def training_import(dataset: Dataset) -> Row:
    """B4: preview and commit against parsing, validating and COPY."""
    rows = min(dataset.size.records, 100_000)
    manager = Actor.of(
        Membership.objects.select_related("user", "organization").get(
            organization=key("vendor", 0)
        )
    )
    product = once(partial(_import, manager, _export(dataset, rows, 0)))
    limit = once(partial(_copy, dataset, _export(dataset, rows, 400)))
    share = limit / product
    result = f"{share:.0%} of parse + validate + COPY; {rows / product:,.0f} rows/s"
    return Row("B4", f"training CSV, {rows:,} rows", result, "50 % at 100,000 rows")


def _import(manager: Actor, content: bytes) -> None:
    with transaction.atomic():
        file = evidence.store_file(
            by=manager,
            organization=manager.organization,
            name="export.csv",
            content=io.BytesIO(content),
            accept=FileKind.TABLE,
        )
        job = training.upload_training(
            by=manager, organization=manager.organization, file=file
        )
    job = training.read_training(job)
    job = training.confirm_training(job, by=manager)
    job = training.commit_training(job)
    assert job.state == "done", job.refusal or job.understood


def _copy(dataset: Dataset, content: bytes) -> None:
    agents = {f"A-{i:07d}": key("agent", i) for i in range(dataset.size.agents)}
    courses = {code: number for number, (code, _) in enumerate(COURSES)}
    with transaction.atomic(), connection.cursor() as cursor:
        columns = (
            "id, created_at, agent_id, course_id, course_version_id, completed_on, "
            "valid_until, outcome, score, language, mode, trainer"
        )
        statement = f"COPY training_trainingrecord ({columns}) FROM STDIN"
        with cursor.cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            source = csv.reader(io.StringIO(content.decode(), newline=""))
            next(source)
            for number, (agent, code, done, score, _) in enumerate(source):
                day, course = date.fromisoformat(done), courses[code]
                if day > dataset.today or not 0 <= int(score) <= 100:
                    continue
                until = day + timedelta(days=365)
                copy.write_row(
                    (
                        *(key("copied", number), "2026-01-01T00:00:00Z"),
                        *(agents[agent], key("course", course)),
                        *(key("version", course), day, until, "passed", score),
                        *("", "online", ""),
                    )
                )


LEDGER_PAIR = (
    """
    CREATE TEMP TABLE ledger ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, a.organization_id, c.course_id, c.valid_until,
        count(*) AS agents
    FROM training_certification c JOIN workforce_agent a ON a.id = c.agent_id
    WHERE c.valid_until BETWEEN %(first)s AND %(last)s
    GROUP BY a.organization_id, c.course_id, c.valid_until
    """,
    """
    CREATE TEMP TABLE messages ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, m.user_id, count(*) AS items
    FROM ledger l JOIN tenancy_membership m ON m.organization_id = l.organization_id
    GROUP BY m.user_id
    """,
)


def nightly_sweep(dataset: Dataset) -> Row:
    """B5: one pass over all certifications, and a second that finds nothing to do."""
    job = system(
        "reminders",
        {
            Permission.REMINDERS_EDIT,
            Permission.AGREEMENTS_VIEW,
            Permission.TRAINING_VIEW,
            Permission.DRIFT_VIEW,
            Permission.ENGAGEMENTS_VIEW,
        },
    )

    def pair() -> None:
        window = {
            "first": dataset.today - timedelta(days=14),
            "last": dataset.today + timedelta(days=30),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in LEDGER_PAIR:
                cursor.execute(statement, window)

    sent: list[int] = []
    reverse("reminders:deadlines")  # a worker loads the URLs once, not every pass
    with CaptureQueriesContext(connection) as queries:
        first = once(lambda: sent.append(reminders.send_due(by=job)))
    second = once(lambda: sent.append(reminders.send_due(by=job)))
    limit = once(pair)
    result = (
        f"{first / limit:.1f} x its SQL pair, again {second / limit:.1f} x; "
        f"{len(queries)} statements; sent {sent[0]}, then {sent[1]}"
    )
    what = f"reminder sweep, {dataset.size.records:,} records"
    return Row("B5", what, result, "1.5 x; 10 statements; second 0")


def attestation_pdf(dataset: Dataset) -> Row:
    """B10: our document against WeasyPrint on the same HTML."""
    from weasyprint import HTML  # noqa: PLC0415 - only this measure needs it

    officer = Actor.of(
        Membership.objects.select_related("user", "organization").get(user=OFFICER)
    )
    engagement = engagements.engagement(
        officer, key("engagement", dataset.size.vendors // 10)
    )
    with transaction.atomic():
        issued = reports.issue_attestation(engagement, by=officer, as_of=dataset.today)
    issued = Attestation.objects.select_related("engagement").get(pk=issued.pk)
    html = _html_of(issued)

    def limit(_: int) -> None:
        gc.collect()
        source = HTML(
            string=html,
            base_url=pdf.NOWHERE,
            url_fetcher=pdf._deny_all(),  # the fonts must be found here too
        )
        source.write_pdf(pdf_variant=pdf.VARIANT)

    def product(_: int) -> None:
        gc.collect()
        pdf_of(issued)

    measured = turn_by_turn(product, limit, rounds=PDF_ROUNDS)
    pages = len(PdfReader(io.BytesIO(pdf_of(issued))).pages)
    result = f"{measured.ratio:.2f} x bare WeasyPrint on the same HTML"
    what = f"attestation PDF, {pages} pages"
    return Row("B10", what, result, "1.2 x")


def _html_of(issued: Attestation) -> str:
    """The HTML our renderer lays out."""
    css = print_css(SHEETS)
    context = {"title": "x", "language": "en", "print_css": css}
    return render_to_string(TEMPLATE, {**paper(issued), **context})


MEASURES: dict[str, Callable[[Dataset], Row]] = {
    "B1": vendor_list,
    "B4": training_import,
    "B5": nightly_sweep,
    "B6": drift_sweep,
    "Gate": gate_sweep,
    "B10": attestation_pdf,
}
