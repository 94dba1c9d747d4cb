"""Courses, their versions, and the training history of an agent."""

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
from apps.training.models import Course, TrainingRecord
from apps.workforce import queries as workforce


class CoursesView(PortalView):
    """Courses the organization teaches."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them; there are few."""
        context = {"courses": queries.courses(self.actor)}
        return self.page("training/courses.html", context)


class CourseView(PortalView):
    """One course, its versions, and the certifications that run out next."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for a course of anybody else."""
        course = queries.course(self.actor, pk)
        today = clock.today(course.organization.time_zone)
        context = {
            "course": course,
            "versions": queries.versions_of(course),
            "today": today,
            "standing": queries.standing(course, as_of=today),
            "expiring": queries.expiring(course, as_of=today)[:50],
            "may_name": self.actor.can(Permission.WORKFORCE_VIEW),
        }
        return self.page("training/course.html", context)


class CourseCreateView(ActionView):
    """A new course with its first version."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.CourseForm
    template_name = "training/course_create.html"

    def form_arguments(self) -> dict[str, Any]:
        """Twelve months, from today: our own default."""
        today = clock.today(self.actor.organization.time_zone)
        return {"initial": {"validity_months": 12, "effective_on": today}}

    def perform(self, form: Any) -> HttpResponse:
        """On to the course."""
        course = actions.create_course(
            by=self.actor,
            organization=self.actor.organization,
            code=form.cleaned_data["code"],
            title=form.cleaned_data["title"],
            aliases=form.names(),
            version=form.terms(),
        )
        messages.success(self.request, f"The course {course} was added.")
        return redirect("training:course", course.pk)


class VersionCreateView(ActionView):
    """A new version of a course."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.VersionForm
    template_name = "training/version_create.html"
    course: Course

    def load(self) -> None:
        """404 for a course of anybody else."""
        self.course = queries.course(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The course."""
        return {"course": self.course}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the course."""
        version = actions.add_course_version(
            self.course, by=self.actor, version=form.terms()
        )
        messages.success(self.request, f"Version {version.label} was added.")
        return redirect("training:course", self.course.pk)


class AgentView(PortalView):
    """Training of one agent of the organization."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an agent of anybody else."""
        agent = workforce.agent(self.actor, pk)
        context = {
            "agent": agent,
            "certifications": queries.certifications_of(agent),
            "records": queries.records_of(agent),
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
            ),
            reason=given["reason"],
        )
        messages.success(self.request, "The record was corrected.")
        return redirect("training:agent", self.record.agent_id)
