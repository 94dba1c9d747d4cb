"""Recurring activities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.assurance import actions, forms, queries
from apps.assurance.enums import ActivityKind, Outcome
from apps.assurance.models import Activity
from apps.assurance.views.base import FormPage, ProofView, stored
from apps.core import clock
from apps.engagements import queries as engagements
from apps.evidence.models import StoredFile
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class ActivityView(PortalView):
    """One activity: how often, last done, next due, every record."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger."""
        row = queries.activity(self.actor, pk)
        today = clock.today(row.organization.time_zone)
        [line] = queries.activity_lines([row], as_of=today)
        is_own = row.organization_id == self.actor.organization_id
        context = {
            "activity": row,
            "line": line,
            "today": today,
            "may_edit": is_own
            and row.ended_on is None
            and self.actor.can(Permission.ASSURANCE_EDIT),
        }
        return self.page("assurance/activity.html", context)


class ActivityCreateView(FormPage):
    """Begin an activity."""

    form_class = forms.ActivityForm
    heading = "Start an activity"
    lede = "What you do again and again. Once started, it counts in the gate when late."
    button = "Start activity"

    def back(self) -> tuple[str, str]:
        """The overview."""
        return reverse("assurance:overview"), "Assurance"

    def form_arguments(self) -> dict[str, Any]:
        """Engagements that run."""
        return {"engagements": engagements.engagements(self.actor, is_ended=False)}

    def perform(self, form: forms.ActivityForm) -> HttpResponse:
        """On to the activity."""
        data = form.cleaned_data
        chosen = data["engagement"]
        row = actions.start_activity(
            by=self.actor,
            kind=ActivityKind(data["kind"]),
            first_due_on=data["first_due_on"],
            interval_months=data["interval_months"],
            engagement=engagements.engagement(self.actor, chosen) if chosen else None,
            is_shared=data["is_shared"],
        )
        messages.success(self.request, f"{row} was started.")
        return redirect("assurance:activity", row.pk)


class _OfActivity(FormPage):
    """A form about one activity."""

    activity: Activity

    def load(self) -> None:
        """404 for a stranger."""
        self.activity = queries.activity(self.actor, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        """The activity."""
        url = reverse("assurance:activity", args=[self.activity.pk])
        return url, str(self.activity)

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back."""
        messages.success(self.request, text)
        return redirect("assurance:activity", self.activity.pk)


class ActivityDoneView(_OfActivity):
    """It was done."""

    form_class = forms.DoneForm
    heading = "Record that it was done"
    lede = "With the day, what came of it, and the proof."
    button = "Record"

    def perform(self, form: forms.DoneForm) -> HttpResponse:
        """Keep it."""
        data = form.cleaned_data
        actions.record_done(
            self.activity,
            by=self.actor,
            done_on=data["done_on"],
            outcome=Outcome(data["outcome"]),
            summary=data["summary"],
            file=stored(data["document"], by=self.actor),
        )
        return self.done("It is on record.")


class ActivityEndView(_OfActivity):
    """Stop an activity."""

    form_class = forms.EndActivityForm
    heading = "End the activity"
    lede = "It is due no more; what was done stays on record."
    button = "End activity"

    def perform(self, form: forms.EndActivityForm) -> HttpResponse:
        """End."""
        actions.end_activity(self.activity, by=self.actor, **form.cleaned_data)
        return self.done("The activity has ended.")


class ActivityFileView(ProofView):
    """The proof of a record."""

    def file(self, pk: UUID) -> StoredFile:
        """Through the record's activity."""
        return queries.activity_record(self.actor, pk).file
