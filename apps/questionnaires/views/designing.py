"""Designing questionnaires: shelf, drafts, publishing, files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.questionnaires import actions, forms, importer, queries, rules
from apps.questionnaires.enums import TemplateSource
from apps.questionnaires.models import TemplateVersion
from apps.questionnaires.views.base import checked, upload_of
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

_DESIGN = Permission.QUESTIONNAIRES_DESIGN


class TemplatesView(PortalView):
    """Questionnaires on the shelf."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Own ones and those of the portal."""
        return self.page(
            "questionnaires/templates.html",
            {
                "templates": queries.templates(self.actor),
                "may_design": self.actor.can(_DESIGN),
            },
        )


class VersionView(PortalView):
    """One version: its questions, and what may be done with it."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A draft of one's own can be edited here."""
        version = queries.version(self.actor, pk)
        return self.page("questionnaires/version.html", version_context(self, version))


def version_context(view: PortalView, version: TemplateVersion) -> dict[str, Any]:
    """What the page about a version needs."""
    content = version.questionnaire
    is_own = version.template.organization_id == view.actor.organization_id
    designs = view.actor.can(_DESIGN)
    parts = [
        (section, [q for q in content.questions if q.section == section.id])
        for section in content.sections
    ]
    return {
        "version": version,
        "parts": parts,
        "count": len(content.questions),
        "knockouts": sum(q.criticality == "knockout" for q in content.questions),
        "may_edit": is_own and designs and version.is_draft,
        "may_draft": designs,
        "draft_form": forms.DraftForm(),
    }


class TemplateCreateView(ActionView):
    """Begin a questionnaire."""

    permission = _DESIGN
    form_class = forms.TitleForm
    template_name = "questionnaires/template_create.html"

    def perform(self, form: forms.TitleForm) -> HttpResponse:
        """An empty draft with one section."""
        content = rules.Content((rules.Section("GEN", "General"),), ())
        version = actions.create_template(
            by=self.actor, title=form.cleaned_data["title"], content=content
        )
        return redirect("questionnaires:version", pk=version.pk)


class TemplateImportView(ActionView):
    """Read a questionnaire from a file."""

    permission = _DESIGN
    form_class = forms.ImportForm
    template_name = "questionnaires/template_import.html"

    def perform(self, form: forms.ImportForm) -> HttpResponse:
        """A draft with what the file says."""
        upload = upload_of(form)
        name = upload.name or "file"
        with importer.spooled(upload.chunks()) as path:
            found = importer.read_questionnaire(path, name=name)
        version = actions.create_template(
            by=self.actor,
            title=found.title,
            content=found.content,
            label=found.label,
            intro=found.intro,
            source=TemplateSource.FILE,
        )
        for note in found.notes:
            messages.info(self.request, note)
        messages.success(self.request, "The draft is ready. Look it through.")
        return redirect("questionnaires:version", pk=version.pk)


class _VersionStep(PortalView):
    """A button on the page of a version."""

    permission = _DESIGN
    form_class: type[Any]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The buttons live on the version's page."""
        version = queries.version(self.actor, pk)
        return redirect("questionnaires:version", pk=version.pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Run the action; refusals are answered by the middleware."""
        version = queries.version(self.actor, pk)
        form = checked(self.form_class, request)
        version = self.step(version, form.cleaned_data)
        part = form.cleaned_data.get("part", "")
        url = reverse("questionnaires:version", args=[version.pk])
        return redirect(f"{url}#{quote(part)}" if part else url)

    def step(self, version: TemplateVersion, data: dict[str, Any]) -> TemplateVersion:
        """Call the action."""
        raise NotImplementedError


class DraftView(_VersionStep):
    """Begin a new version from this one."""

    form_class = forms.DraftForm

    def step(self, version: TemplateVersion, data: dict[str, Any]) -> TemplateVersion:
        """Draft."""
        messages.success(self.request, "The draft is yours to edit.")
        return actions.draft_version(version, by=self.actor, label=data["label"])


class PublishView(_VersionStep):
    """Make a draft final."""

    form_class = forms.PublishForm

    def step(self, version: TemplateVersion, data: dict[str, Any]) -> TemplateVersion:
        """Publish."""
        row = actions.publish_version(version, by=self.actor, revision=data["revision"])
        messages.success(self.request, "Published. It can be assigned from now on.")
        return row


class _PartStep(_VersionStep):
    """A button that gives the draft another content, and back to the place."""

    form_class = forms.PartForm

    def content(self, content: rules.Content, data: dict[str, Any]) -> rules.Content:
        """The content the button leads to."""
        raise NotImplementedError

    def step(self, version: TemplateVersion, data: dict[str, Any]) -> TemplateVersion:
        """Edit the draft."""
        return actions.edit_draft(
            version,
            by=self.actor,
            content=self.content(version.questionnaire, data),
            revision=data["revision"],
        )


class QuestionRemoveView(_PartStep):
    """Take a question out."""

    def content(self, content: rules.Content, data: dict[str, Any]) -> rules.Content:
        """Without it."""
        return rules.without_question(content, data["part"])


class QuestionMoveView(_PartStep):
    """Move a question up or down in its section."""

    form_class = forms.MoveForm

    def content(self, content: rules.Content, data: dict[str, Any]) -> rules.Content:
        """With it moved."""
        return rules.moved_question(content, data["part"], steps=data["steps"])


class SectionRemoveView(_PartStep):
    """Take an empty section out."""

    def content(self, content: rules.Content, data: dict[str, Any]) -> rules.Content:
        """Without it."""
        return rules.without_section(content, data["part"])


class SectionMoveView(_PartStep):
    """Move a section with its questions up or down."""

    form_class = forms.MoveForm

    def content(self, content: rules.Content, data: dict[str, Any]) -> rules.Content:
        """With it moved."""
        return rules.moved_section(content, data["part"], steps=data["steps"])


class _EditView(ActionView):
    permission = _DESIGN

    def load(self) -> None:
        """The draft, and which part of it ("" for a new one)."""
        self.version = queries.version(self.actor, self.kwargs["pk"])
        self.replaces = self.request.GET.get("edit", "")

    def context(self) -> dict[str, Any]:
        """The draft."""
        return {"version": self.version, "replaces": self.replaces}

    def edited(self, form: Any, content: rules.Content, text: str) -> HttpResponse:
        """Edit the draft and go back to it."""
        revision = form.cleaned_data["revision"]
        actions.edit_draft(
            self.version, by=self.actor, content=content, revision=revision
        )
        messages.success(self.request, text)
        return redirect("questionnaires:version", pk=self.version.pk)


class QuestionView(_EditView):
    """Add or change a question."""

    form_class = forms.QuestionForm
    template_name = "questionnaires/question.html"

    def form_arguments(self) -> dict[str, Any]:
        """Sections of the draft; the question as it stands."""
        content = self.version.questionnaire
        initial: dict[str, Any] = {"revision": self.version.revision}
        known = content.by_id.get(self.replaces)
        if known is not None:
            initial |= forms.initial_of(known)
        return {"sections": content.sections, "initial": initial}

    def perform(self, form: forms.QuestionForm) -> HttpResponse:
        """Put the question."""
        known = self.version.questionnaire.by_id.get(self.replaces)
        kept: dict[str, Any] = {}
        if known is not None:
            kept = {"frameworks": list(known.frameworks), "proposed": known.proposed}
        question = form.question(kept)
        content = rules.with_question(
            self.version.questionnaire, question, replaces=self.replaces
        )
        return self.edited(form, content, "The question is in the draft.")


class SectionView(_EditView):
    """Add or change a section."""

    form_class = forms.SectionForm
    template_name = "questionnaires/section.html"

    def form_arguments(self) -> dict[str, Any]:
        """The section as it stands."""
        initial: dict[str, Any] = {"revision": self.version.revision}
        for section in self.version.questionnaire.sections:
            if section.id == self.replaces:
                initial |= {
                    "id": section.id,
                    "title": section.title,
                    "requirement": section.requirement,
                }
        return {"initial": initial}

    def perform(self, form: forms.SectionForm) -> HttpResponse:
        """Put the section."""
        content = rules.with_section(
            self.version.questionnaire, form.section(), replaces=self.replaces
        )
        return self.edited(form, content, "The section is in the draft.")
