"""Pages where the result of one room becomes a fact of its neighbour."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.access_reviews import actions as access_reviews
from apps.access_reviews import queries as logs
from apps.access_reviews.models import LogAudit
from apps.assurance import actions as assurance
from apps.assurance import queries as activities
from apps.assurance.enums import ActivityKind, Outcome
from apps.portal import forms
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class LogRecordView(ActionView):
    """An access-log audit becomes the record of an activity, with its report as the
    proof."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.LogRecordForm
    template_name = "portal/log_record.html"
    job: LogAudit

    def load(self) -> None:
        """404 for an audit of anybody else."""
        self.job = logs.log_audit(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Running activities of this kind, the organization's own."""
        found = activities.activities(
            self.actor, organization_id=self.actor.organization_id
        )
        running = found.filter(kind=ActivityKind.ACCESS_LOG_AUDIT, ended_on=None)
        return {"activities": running}

    def context(self) -> dict[str, Any]:
        """What will be written."""
        has_activity = self.form_arguments()["activities"].exists()
        summary = logs.log_summary(self.job) if self.job.findings else ""
        return {"job": self.job, "has_activity": has_activity, "summary": summary}

    def perform(self, form: Any) -> HttpResponse:
        """Both or neither: the note on the audit, and the record of the activity."""
        proof = access_reviews.note_log_recorded(self.job, by=self.actor)
        activity = form.cleaned_data["activity"]
        assurance.record_done(
            activity,
            by=self.actor,
            done_on=proof.done_on,
            outcome=Outcome.PASSED if proof.is_clean else Outcome.FINDINGS,
            summary=proof.summary,
            file=proof.file,
        )
        messages.success(self.request, "The audit is on record in the calendar.")
        return redirect("assurance:activity", activity.pk)
