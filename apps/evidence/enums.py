"""Kinds of files and what their bytes can be."""

from django.db import models


class FileKind(models.TextChoices):
    """What a page takes."""

    TABLE = "table", "Table (CSV, XLSX, XLS or ODS)"
    DOCUMENT = "document", "Document (PDF, DOCX, PNG or JPEG)"
    EVIDENCE = "evidence", "PDF, DOCX, PNG, JPEG, CSV, XLSX, XLS or ODS file"
    PDF_MADE = "pdf_made", "PDF made by the portal"


class MediaType(models.TextChoices):
    """What the bytes are, whatever the name says."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG image"
    JPEG = "image/jpeg", "JPEG image"
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word document",
    )
    XLSX = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel workbook",
    )
    XLS = "application/vnd.ms-excel", "Excel workbook (old format)"
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument sheet"
    TEXT = "text/plain", "Text"


class ScanState(models.TextChoices):
    """What is known about malware in a file; *not scanned* is never *clean*."""

    NOT_SCANNED = "not_scanned", "Not scanned"
    CLEAN = "clean", "Scanned, nothing found"
    INFECTED = "infected", "Malware found"
    WAITING = "waiting", "Waiting for the scanner"
    OURS = "ours", "Made by the portal"


class Trait(models.TextChoices):
    """What makes a file risky to open, found by looking at its bytes."""

    SCRIPT = "script", "a script"
    LAUNCH = "launch", "a command that starts a program"
    EMBEDDED = "embedded", "another file inside it"
    MEDIA = "media", "embedded media"
    OPENS = "opens", "an action that runs when it is opened"
    ENCRYPTED = "encrypted", "encryption that opens without a password"
    CIRCULAR = "circular", "a structure that turns in circles"
    EXTENDED = "extended", "bytes added after a signature"
    LINKED = "linked", "links to data outside the file"


class Purpose(models.TextChoices):
    """What a file proves where it is attached."""

    AGREEMENT = "agreement", "Agreement"
    CERTIFICATE = "certificate", "Certificate or report"
    POLICY = "policy", "Policy"
    ACTIVITY = "activity", "Record of an activity"
    TRAINING = "training", "Training"
    ACCESS = "access", "Access"
    INCIDENT = "incident", "Incident"
    ANSWER = "answer", "Answer to a question or request"
    OTHER = "other", "Other proof"


class ReviewState(models.TextChoices):
    """What a person of the organization made of an attached file."""

    PENDING = "pending", "Not reviewed"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
