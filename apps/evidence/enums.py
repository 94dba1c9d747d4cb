"""Kinds of files and what their bytes can be."""

from django.db import models


class FileKind(models.TextChoices):
    """What a page takes."""

    TABLE = "table", "Table (CSV, XLSX, XLS or ODS)"
    DOCUMENT = "document", "Document (PDF, DOCX, PNG or JPEG)"
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
