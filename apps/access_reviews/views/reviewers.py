"""Pages of the rules that say who reviews what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.models import ReviewerRule
from apps.access_reviews.views.campaigns import team_choices
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class ReviewersView(ActionView):
    """Rules that run, and a new one."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class = forms.ReviewerRuleForm
    template_name = "access_reviews/reviewers.html"

    def form_arguments(self) -> dict[str, Any]:
        """Those who may review, systems and teams."""
        members = queries.reviewers(self.actor.organization)
        return team_choices(self) | {"members": members}

    def context(self) -> dict[str, Any]:
        """The rules in their order."""
        return {"rules": queries.reviewer_rules(self.actor)}

    def perform(self, form: Any) -> HttpResponse:
        """The rule stands."""
        given = dict(form.cleaned_data)
        member = given.pop("reviewer")
        rule = actions.set_reviewer_rule(by=self.actor, reviewer=member.user, **given)
        messages.success(self.request, f"{member.user} reviews: {rule}.")
        return redirect("access_reviews:reviewers")


class ReviewerRuleEndView(ActionView):
    """End a rule."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class = forms.ConfirmForm
    template_name = "access_reviews/reviewers.html"
    rule: ReviewerRule

    def load(self) -> None:
        """404 for a rule of anybody else."""
        self.rule = queries.reviewer_rule(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The rules in their order."""
        return {"rules": queries.reviewer_rules(self.actor), "ending": self.rule}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the rules."""
        actions.end_reviewer_rule(self.rule, by=self.actor)
        messages.success(self.request, "The rule has ended.")
        return redirect("access_reviews:reviewers")
