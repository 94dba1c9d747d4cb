"""Lists of assignments and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.engagements import queries as engagements
from apps.questionnaires import forms, queries
from apps.questionnaires.enums import AssignmentState
from apps.questionnaires.views.base import AssignmentView, filter_of, paged
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class ListView(PortalView):
    """Assignments the actor may see, those without a verdict first."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Current ones unless another state is chosen."""
        given = request.GET.copy()
        given.setdefault("state", "current")
        form = forms.FilterForm(given)
        chosen = filter_of(form)
        rows = queries.assignments(
            self.actor, state=chosen["state"], before=chosen["before"]
        )
        return self.page(
            "questionnaires/list.html",
            {
                **paged(rows, request),
                "form": form,
                "is_filtered": chosen["state"] != "current" or chosen["before"],
                "has_library": _has_library(self.actor),
                "today": clock.today(self.actor.organization.time_zone),
            },
        )


def _has_library(actor: Actor) -> bool:
    return actor.can(Permission.QUESTIONNAIRES_ANSWER) and queries.leads(actor)


class LibraryView(PortalView):
    """What the vendor answered so far, to whom and when."""

    permission = Permission.QUESTIONNAIRES_ANSWER

    def get(self, request: HttpRequest) -> HttpResponse:
        """The latest first, with words to look for."""
        form = forms.LibraryForm(request.GET)
        chosen = filter_of(form)
        rows = queries.answer_library(self.actor, **chosen)
        context = {
            **paged(rows, request),
            "form": form,
            "is_filtered": any(chosen.values()),
        }
        return self.page("questionnaires/library.html", context)


class EngagementView(PortalView):
    """Questionnaires of one engagement, and those of the vendor as a whole."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """With findings that are open."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        return self.page(
            "questionnaires/engagement.html",
            {
                "engagement": engagement,
                "assignments": queries.assignments(self.actor, engagement=engagement),
                "may_assign": self.actor.can(Permission.QUESTIONNAIRES_ASSIGN)
                and self.actor.organization_id == engagement.client_id,
                "today": clock.today(engagement.client.time_zone),
            },
        )


class DetailView(AssignmentView):
    """Where one assignment stands, its verdict, findings and documents."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One primary action: what waits for this side."""
        assignment = self.assignment
        return self.page(
            "questionnaires/detail.html",
            {
                "assignment": assignment,
                "may": queries.possibilities(self.actor, assignment),
                "findings": queries.findings(self.actor, assignment=assignment),
                "dossiers": queries.dossiers(self.actor, assignment),
                "submission": queries.latest_submission(assignment),
                "today": clock.today(self.actor.organization.time_zone),
                **self._links(),
            },
        )

    def _links(self) -> dict[str, Any]:
        state = self.assignment.state
        return {
            "is_current": state
            not in {AssignmentState.CLOSED, AssignmentState.WITHDRAWN}
        }


class OpenView(AssignmentView):
    """The page where this side works: the sheet, or the review."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send each side to its own page."""
        is_vendor = self.actor.organization_id == self.assignment.provider_id
        page = "questionnaires:sheet" if is_vendor else "questionnaires:review"
        return redirect(page, pk=pk)
