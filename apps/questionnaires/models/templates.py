"""Questionnaires and their versions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.questionnaires import rules
from apps.questionnaires.enums import TemplateSource
from apps.questionnaires.scoping import TemplateQuerySet, TemplateScopedQuerySet
from apps.tenancy.models import Organization, User


class Template(Record):
    """A questionnaire; without an organization it came with the portal."""

    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)

    objects = TemplateQuerySet["Template"].as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                name="questionnaire_template_code",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TemplateVersion(Record):
    """The content from a day on. A draft may change; once published it never does,
    which a trigger of the database enforces too."""

    template = models.ForeignKey(
        Template, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40)
    intro = models.CharField(max_length=2000, blank=True)
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=10, choices=TemplateSource.choices)
    made_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TemplateScopedQuerySet["TemplateVersion"].as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="questionnaire_version_number"
            ),
            models.UniqueConstraint(
                fields=["template"],
                name="questionnaire_one_draft",
                condition=Q(published_at=None),
            ),
        ]
        indexes = [
            models.Index(
                "template", F("number").desc(), name="questionnaire_version_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.label}"

    @property
    def questionnaire(self) -> rules.Content:
        """The content as rules read it."""
        return rules.as_meant(rules.read_content(self.content))

    @property
    def is_draft(self) -> bool:
        """Whether it may still change."""
        return self.published_at is None
