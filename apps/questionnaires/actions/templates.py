"""Writing questionnaires: drafts change, published versions never do."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core import clock, ids
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.questionnaires import rules, trail
from apps.questionnaires.enums import TemplateSource
from apps.questionnaires.models import Template, TemplateVersion
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def create_template(
    *,
    by: Actor,
    title: str,
    content: rules.Content,
    label: str = "1",
    intro: str = "",
    source: TemplateSource = TemplateSource.WRITTEN,
) -> TemplateVersion:
    """Begin a questionnaire of the actor's organization; returns its first draft.

    Events ``questionnaire_template.created`` and ``questionnaire_version.drafted``.
    """
    by.require(Permission.QUESTIONNAIRES_DESIGN)
    template = Template(
        organization=by.organization, code=_code(title), title=title.strip()
    )
    template.save(force_insert=True)
    record(
        trail.TEMPLATE_CREATED,
        by=by,
        about=_subject(template, by=by),
        personal={"title": template.title},
    )
    return _drafted(
        template, by=by, content=content, label=label, intro=intro, source=source
    )


def _code(title: str) -> str:
    """A readable code of its own: titles may repeat."""
    return f"{slugify(title)[:50] or 'questionnaire'}-{ids.uuid7().hex[-8:]}"


@transaction.atomic
def draft_version(origin: TemplateVersion, *, by: Actor, label: str) -> TemplateVersion:
    """Begin a new version from an old one; event ``questionnaire_version.drafted``.

    From a questionnaire of the portal this makes one of the actor's own organization.
    Raises Conflict while another draft of the same questionnaire is open.
    """
    by.require(Permission.QUESTIONNAIRES_DESIGN)
    template = origin.template
    if template.organization_id is None:
        row = create_template(
            by=by,
            title=template.title,
            content=origin.questionnaire,
            label=label,
            intro=origin.intro,
        )
        row.made_from = origin
        row.save(update_fields=["made_from"])
        return row
    template = Template.objects.locked(template.pk)
    _require_own(template, by)
    if TemplateVersion.objects.filter(template=template, published_at=None).exists():
        raise Conflict(
            "A draft of this questionnaire is open already. Edit or publish that one."
        )
    return _drafted(
        template,
        by=by,
        content=origin.questionnaire,
        label=label,
        intro=origin.intro,
        source=TemplateSource.WRITTEN,
        made_from=origin,
    )


def _drafted(
    template: Template,
    *,
    by: Actor,
    content: rules.Content,
    label: str,
    intro: str,
    source: TemplateSource,
    made_from: TemplateVersion | None = None,
) -> TemplateVersion:
    content = _checked(content, former=made_from)
    number = TemplateVersion.objects.filter(template=template).count() + 1
    row = TemplateVersion(
        template=template,
        number=number,
        label=label.strip() or str(number),
        intro=intro.strip(),
        content=rules.as_data(content),
        content_sha256=rules.sha256_of(content),
        source=source,
        made_from=made_from,
    )
    row.save(force_insert=True)
    record(
        trail.VERSION_DRAFTED,
        by=by,
        about=_subject(template, by=by),
        facts={
            "number": number,
            "questions": len(content.questions),
            "source": row.source,
        },
        personal={"title": template.title},
    )
    return row


def _checked(
    content: rules.Content, *, former: TemplateVersion | None
) -> rules.Content:
    """The content as it is meant, without a flaw that ``former`` did not have."""
    rules.check_content(content)
    content = rules.as_meant(content)
    rules.check_words(content, former=former.questionnaire if former else None)
    return content


@transaction.atomic
def edit_draft(
    version: TemplateVersion,
    *,
    by: Actor,
    content: rules.Content,
    revision: int,
) -> TemplateVersion:
    """Replace the content of a draft; event ``questionnaire_version.edited``.

    ``revision`` is the one the editor saw. Content that is the same changes nothing.
    Raises Conflict when another edit came between, or for a published version, which
    never changes; ContentRefused for what cannot be asked.
    """
    by.require(Permission.QUESTIONNAIRES_DESIGN)
    template, row = _held(version, by)
    if row.revision != revision:
        raise Conflict(
            "Somebody else edited this draft meanwhile. Open it again and repeat your "
            "change."
        )
    content = _checked(content, former=row)
    if row.questionnaire == content:
        return row
    row.content = rules.as_data(content)
    row.content_sha256 = rules.sha256_of(content)
    row.revision += 1
    row.save(update_fields=["content", "content_sha256", "revision"])
    _record(trail.VERSION_EDITED, row, template, content, by=by)
    return row


@transaction.atomic
def publish_version(
    version: TemplateVersion, *, by: Actor, revision: int
) -> TemplateVersion:
    """Make a draft final, ready to be assigned; event
    ``questionnaire_version.published``.

    Assignments of earlier versions keep theirs. Raises Conflict, Invalid for an empty
    one, ContentRefused for a test or a condition that can never hold.
    """
    by.require(Permission.QUESTIONNAIRES_DESIGN)
    template, row = _held(version, by)
    if row.revision != revision:
        raise Conflict("The draft changed meanwhile. Look at it again, then publish.")
    content = row.questionnaire
    if not content.questions:
        raise Invalid("A questionnaire has at least one question. Add one first.")
    rules.check_words(content)
    row.published_at, row.published_by = clock.now(), by.user
    row.save(update_fields=["published_at", "published_by"])
    _record(trail.VERSION_PUBLISHED, row, template, content, by=by)
    return row


def _record(
    verb: Verb,
    row: TemplateVersion,
    template: Template,
    content: rules.Content,
    *,
    by: Actor,
) -> None:
    record(
        verb,
        by=by,
        about=_subject(template, by=by),
        facts={
            "number": row.number,
            "questions": len(content.questions),
            "content_sha256": row.content_sha256,
        },
        personal={"title": template.title},
    )


def _held(version: TemplateVersion, by: Actor) -> tuple[Template, TemplateVersion]:
    """Template and draft, locked in that order."""
    template = Template.objects.locked(version.template_id)
    _require_own(template, by)
    row = TemplateVersion.objects.locked(version.pk)
    if not row.is_draft:
        raise Conflict(
            "This version is published and never changes. Begin a new version from it."
        )
    return template, row


def _require_own(template: Template, by: Actor) -> None:
    if template.organization_id != by.organization_id:
        raise NotAllowed(
            "This questionnaire belongs to somebody else. Begin your own from it."
        )


def _subject(template: Template, *, by: Actor) -> Subject:
    return Subject(
        obj=template,
        organization_id=by.organization_id,
        visible_to=frozenset({by.organization_id}),
    )
