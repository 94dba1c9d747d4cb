"""Courses, their versions, and what counts as them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.training import actions, forms, queries
from apps.training.models import Course, Equivalence


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
            "equivalences": queries.equivalences(self.actor).filter(course=course),
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
            taught_by=form.cleaned_data["taught_by"],
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


class EquivalenceCreateView(ActionView):
    """Let a version of another course count as this one."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.EquivalenceForm
    template_name = "training/equivalence_create.html"
    course: Course

    def load(self) -> None:
        """404 for a course of anybody else."""
        self.course = queries.course(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Versions of the provider's other courses; today."""
        return {
            "versions": queries.equivalence_choices(self.course),
            "today": clock.today(self.course.organization.time_zone),
        }

    def context(self) -> dict[str, Any]:
        """The course."""
        return {"course": self.course}

    def perform(self, form: Any) -> HttpResponse:
        """Keep the evidence, decide, back to the course."""
        given = form.cleaned_data
        upload = given["evidence"]
        stored = None
        if upload:
            stored = evidence.store_file(
                by=self.actor,
                organization=self.actor.organization,
                name=upload.name,
                content=upload,
                accept=FileKind.EVIDENCE,
            )
        row = actions.accept_equivalence(
            self.course,
            by=self.actor,
            accepted=given["accepted"],
            effective_on=given["effective_on"],
            reason=given["reason"],
            evidence=stored,
        )
        messages.success(self.request, f"{row.accepted} counts from that day.")
        return redirect("training:course", self.course.pk)


class EquivalenceEndView(ActionView):
    """Let it count no longer."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.EndForm
    template_name = "training/equivalence_end.html"
    equivalence: Equivalence

    def load(self) -> None:
        """404 for one of anybody else."""
        self.equivalence = queries.equivalence(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Today at the provider."""
        zone = self.equivalence.course.organization.time_zone
        return {"today": clock.today(zone)}

    def context(self) -> dict[str, Any]:
        """It and its course."""
        return {"equivalence": self.equivalence, "course": self.equivalence.course}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the course."""
        actions.end_equivalence(
            self.equivalence, by=self.actor, ended_on=form.cleaned_data["ended_on"]
        )
        messages.success(self.request, "It counts through that day.")
        return redirect("training:course", self.equivalence.course_id)
