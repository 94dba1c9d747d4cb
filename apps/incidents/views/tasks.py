"""Tasks, their verification, the review, and the end of a case."""

from __future__ import annotations

from typing import Any

from apps.core import clock
from apps.incidents import actions, forms, queries
from apps.incidents.actions import ReviewTerms
from apps.incidents.enums import Audience, TaskKind
from apps.incidents.views.steps import StepView
from apps.tenancy.enums import Permission


class TaskView(StepView):
    """Open a task."""

    form_class = forms.TaskForm
    heading = "Open a task"
    lede = "Tasks are seen by both sides and stand among your deadlines."
    verb = "Open task"
    done = "The task is open."

    def act(self, form: forms.TaskForm) -> None:
        """Open."""
        data = form.cleaned_data
        actions.open_task(
            self.incident,
            by=self.actor,
            kind=TaskKind(data["kind"]),
            title=data["title"],
            owner=data["owner"],
            due_on=data["due_on"],
            text_confirmed=data["text_confirmed"],
        )


class OneTaskView(StepView):
    """A step about one task."""

    def load(self) -> None:
        """The task and its case, if the actor may know of them."""
        self.task = queries.task(self.actor, self.kwargs["pk"])
        self.incident = queries.incident(self.actor, self.task.incident_id)

    def context(self) -> dict[str, Any]:
        """What the task is."""
        return {**super().context(), "task": self.task}


class TaskDoneView(OneTaskView):
    """Finish a task."""

    form_class = forms.DoneForm
    heading = "Finish a task"
    verb = "Finish task"
    done = "The task is done."

    def act(self, form: forms.DoneForm) -> None:
        """Finish."""
        data = form.cleaned_data
        actions.finish_task(
            self.task,
            by=self.actor,
            outcome=data["outcome"],
            text_confirmed=data["text_confirmed"],
        )


class TaskVerifyView(OneTaskView):
    """Verify a corrective action as the second person."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.VerifyForm
    heading = "Verify a corrective action"
    verb = "Verify action"
    done = "The corrective action is verified."

    def act(self, form: forms.VerifyForm) -> None:
        """Verify."""
        data = form.cleaned_data
        actions.verify_task(
            self.task,
            by=self.actor,
            verification=data["verification"],
            text_confirmed=data["text_confirmed"],
        )


class ReviewView(StepView):
    """Record the review after an incident."""

    form_class = forms.ReviewForm
    heading = "Record the review"
    lede = "What happened, why it could, and what your side learned."
    verb = "Record review"
    done = "The review is recorded. Open a corrective action for each change."

    def form_arguments(self) -> dict[str, Any]:
        """Held today unless said otherwise."""
        today = clock.today(self.actor.organization.time_zone)
        return {"initial": {"held_on": today}}

    def act(self, form: forms.ReviewForm) -> None:
        """Record."""
        data = form.cleaned_data
        terms = ReviewTerms(
            held_on=data["held_on"],
            what_happened=data["what_happened"],
            causes=data["causes"],
            lessons=data["lessons"],
            audience=Audience(data["audience"]),
            text_confirmed=data["text_confirmed"],
        )
        actions.record_review(self.incident, by=self.actor, terms=terms)


class CloseView(StepView):
    """Close after the review."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ConfirmForm
    heading = "Close the case"
    lede = (
        "With every clock met, every task done, corrective actions verified and the "
        "review of your side on record."
    )
    verb = "Close case"
    done = "The case is closed."

    def act(self, form: forms.ConfirmForm) -> None:
        """Close."""
        actions.close_incident(self.incident, by=self.actor)


class ReopenView(StepView):
    """Open a closed case again."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ReopenForm
    heading = "Open the case again"
    lede = "For the same event: discovery stays where it was. Both sides see why."
    verb = "Open case again"
    done = "The case is open again and its clocks agree with the facts."

    def act(self, form: forms.ReopenForm) -> None:
        """Open."""
        data = form.cleaned_data
        actions.reopen_incident(
            self.incident,
            by=self.actor,
            reason=data["reason"],
            text_confirmed=data["text_confirmed"],
        )
