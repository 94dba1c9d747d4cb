"""Training records: an agent's history, one record, added, corrected, withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.training import actions, forms, queries
from apps.training.enums import Outcome
from apps.training.models import TrainingRecord
from apps.workforce import queries as workforce
from apps.workforce.models import Agent


class AgentView(PortalView):
    """Training of one agent of the organization."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an agent of anybody else."""
        agent = workforce.agent(self.actor, pk)
        records = list(queries.records_of(agent))
        files = queries.certificates_of(records)
        context = {
            "agent": agent,
            "certifications": queries.certifications_of(agent),
            "records": [(each, files.get(each.pk, [])) for each in records],
            "today": clock.today(agent.organization.time_zone),
        }
        return self.page("training/agent.html", context)


class CorrectView(ActionView):
    """Replace a record by a corrected one."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.CorrectionForm
    template_name = "training/correct.html"
    record: TrainingRecord

    def load(self) -> None:
        """404 for a record of anybody else, or one corrected before."""
        self.record = queries.training_record(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """What is recorded now."""
        row = self.record
        initial = {
            "completed_on": row.completed_on,
            "outcome": row.outcome,
            "score": row.score,
            "signed_on": row.signed_on,
        }
        return {"initial": initial}

    def context(self) -> dict[str, Any]:
        """The record."""
        return {"record": self.record}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the agent."""
        given = form.cleaned_data
        actions.correct_record(
            self.record,
            by=self.actor,
            correction=actions.Correction(
                completed_on=given["completed_on"],
                outcome=Outcome(given["outcome"]),
                score=given["score"],
                signed_on=given["signed_on"],
            ),
            reason=given["reason"],
        )
        messages.success(self.request, "The record was corrected.")
        return redirect("training:agent", self.record.agent_id)


class RecordView(PortalView):
    """One record: what it rests on, what it replaced, how long it is kept."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for a record of anybody else."""
        history = queries.record_history(self.actor, pk)
        record = next(each for each in history if each.pk == pk)
        context = {
            "record": record,
            "history": history,
            "files": queries.certificates_of([record]).get(record.pk, []),
            "keeping": queries.record_keeping(record),
        }
        return self.page("training/record.html", context)


class RecordCreateView(ActionView):
    """Record one attempt by hand."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.RecordForm
    template_name = "training/record_create.html"
    agent: Agent

    def load(self) -> None:
        """404 for an agent of anybody else."""
        self.agent = workforce.agent(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Courses of the provider."""
        return {"courses": queries.courses(self.actor)}

    def context(self) -> dict[str, Any]:
        """The agent."""
        return {"agent": self.agent}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the agent."""
        row = actions.record_completion(
            self.agent,
            by=self.actor,
            course=form.cleaned_data["course"],
            completion=form.completion(),
        )
        messages.success(self.request, f"{row.course} was recorded.")
        return redirect("training:agent", self.agent.pk)


class WithdrawView(ActionView):
    """Say that an attempt never was."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.ReasonForm
    template_name = "training/withdraw.html"
    record: TrainingRecord

    def load(self) -> None:
        """404 for a record of anybody else, or one corrected before."""
        self.record = queries.training_record(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The record."""
        return {"record": self.record}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the agent."""
        actions.withdraw_record(
            self.record, by=self.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(self.request, "The record was withdrawn; it stays on record.")
        return redirect("training:agent", self.record.agent_id)
