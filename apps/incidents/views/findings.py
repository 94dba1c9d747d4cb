"""Assessment, finding, and what penalties could come to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.incidents import actions, forms, queries, rules
from apps.incidents.enums import Outcome, PenaltyTier
from apps.incidents.views.steps import StepView
from apps.tenancy.enums import Permission


class AssessView(StepView):
    """Weigh the four factors."""

    form_class = forms.AssessForm
    heading = "Weigh the four factors"
    lede = (
        "A breach is presumed. Only a low probability of compromise, on record and "
        "confirmed by a second person, says otherwise (45 CFR 164.402)."
    )
    verb = "Record assessment"
    done = "The assessment is recorded. A second person of your side confirms it."

    def act(self, form: forms.AssessForm) -> None:
        """Record."""
        data = form.cleaned_data
        actions.assess(
            self.incident,
            by=self.actor,
            factors=form.factors(),
            is_low_probability=data["is_low_probability"] == "yes",
            reason=data["reason"],
            text_confirmed=data["text_confirmed"],
        )


class AssessConfirmView(StepView):
    """Confirm an assessment as the second person."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ConfirmForm
    heading = "Confirm the assessment"
    verb = "Confirm assessment"
    done = "The assessment is confirmed."

    def load(self) -> None:
        """The assessment of the own side."""
        self.assessment = queries.assessment(self.actor, self.kwargs["pk"])
        self.incident = queries.incident(self.actor, self.assessment.incident_id)

    def context(self) -> dict[str, Any]:
        """What is confirmed."""
        return {**super().context(), "assessment": self.assessment}

    def act(self, form: forms.ConfirmForm) -> None:
        """Confirm."""
        actions.confirm_assessment(self.assessment, by=self.actor)


class FindingView(StepView):
    """Propose a finding."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.FindingForm
    heading = "Propose a finding"
    lede = "It takes effect once a second person of your side confirms it."
    verb = "Propose finding"
    done = "The finding is proposed. A second person of your side confirms it."

    def act(self, form: forms.FindingForm) -> None:
        """Propose."""
        data = form.cleaned_data
        actions.propose_finding(
            self.incident,
            by=self.actor,
            outcome=Outcome(data["outcome"]),
            exception=data["exception"],
            reason=data["reason"],
            text_confirmed=data["text_confirmed"],
        )


class FindingConfirmView(StepView):
    """Confirm a finding as the second person."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ConfirmForm
    heading = "Confirm the finding"
    verb = "Confirm finding"
    done = "The finding is confirmed and in effect."

    def load(self) -> None:
        """The finding of the own side."""
        self.determination = queries.determination(self.actor, self.kwargs["pk"])
        self.incident = queries.incident(self.actor, self.determination.incident_id)

    def context(self) -> dict[str, Any]:
        """What is confirmed."""
        return {**super().context(), "determination": self.determination}

    def act(self, form: forms.ConfirmForm) -> None:
        """Confirm."""
        actions.confirm_finding(self.determination, by=self.actor)


class ExposureView(StepView):
    """What penalties could come to: an estimate, with its table and inputs."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ExposureForm
    template_name = "incidents/exposure.html"
    heading = "Estimate penalties"
    lede = "An estimate, not a forecast: OCR settles most cases for other sums."
    verb = "Estimate"
    done = "The estimate is kept with the case, for your side alone."

    def form_arguments(self) -> dict[str, Any]:
        """Assessed today unless said otherwise."""
        today = clock.today(self.actor.organization.time_zone)
        return {"initial": {"assessed_on": today}}

    def context(self) -> dict[str, Any]:
        """Earlier estimates and the tables in use."""
        case = queries.case_file(self.actor, self.incident)
        return {
            **super().context(),
            "estimates": case.estimates,
            "tables": rules.tables(),
            "version": rules.penalties_version(),
        }

    def act(self, form: forms.ExposureForm) -> None:
        """Estimate and keep."""
        data = form.cleaned_data
        actions.estimate_penalty(
            self.incident,
            by=self.actor,
            assessed_on=data["assessed_on"],
            tier=PenaltyTier(data["tier"]),
            violations_by_year=data["violations"],
            provisions=data["provisions"],
            known_on=data["known_on"],
            corrected_on=data["corrected_on"],
        )

    def perform(self, form: Any) -> HttpResponse:
        """Stay on the page, where the figures are."""
        super().perform(form)
        return redirect("incidents:exposure", pk=self.incident.pk)
