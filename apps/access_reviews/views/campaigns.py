"""Pages of campaigns: opening, the review screen, lines, closing and signing."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.enums import Flag
from apps.access_reviews.models import Campaign, CampaignItem
from apps.core import clock
from apps.core.errors import Conflict
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

PAGE = 50


class CampaignsView(PortalView):
    """Reviews of the organization; a team lead's own."""

    permission = Permission.ACCESS_REVIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest first; ``?after`` pages."""
        after = id_in(request.GET.get("after", ""))
        found = queries.campaigns_page(self.actor, after=after, size=PAGE)
        rows, is_more = found[:PAGE], len(found) > PAGE
        context = {
            "campaigns": rows,
            "today": clock.today(self.actor.organization.time_zone),
            "older_url": f"?after={rows[-1].pk}" if is_more else "",
            "first_url": request.path if after else "",
        }
        return self.page("access_reviews/campaigns.html", context)


def id_in(text: str) -> UUID | None:
    """The key a list goes on after; None for anything that is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None


class CampaignCreateView(ActionView):
    """Open a review."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class = forms.CampaignForm
    template_name = "access_reviews/campaign_create.html"

    def form_arguments(self) -> dict[str, Any]:
        """Own systems and those who may review."""
        return {
            "systems": queries.systems(self.actor),
            "members": queries.reviewers(self.actor.organization),
        }

    def perform(self, form: Any) -> HttpResponse:
        """On to the review screen."""
        given = form.cleaned_data
        systems = list(given["systems"])
        member = given["reviewer"]
        terms = actions.CampaignTerms(
            name=given["name"],
            systems=systems,
            due_on=given["due_on"],
            reviewer=member.user if member else None,
            recurrence_months=given["recurrence_months"],
        )
        campaign = actions.open_campaign(by=self.actor, terms=terms)
        messages.success(self.request, f"The review {campaign} was opened.")
        return redirect("access_reviews:campaign", campaign.pk)


def team_choices(view: PortalView) -> dict[str, Any]:
    """Systems and teams lines are told apart by."""
    actor = view.actor
    return {
        "systems": queries.system_choices(actor),
        "engagements": queries.engagement_choices(actor),
        "sites": queries.sites(actor.organization),
    }


class CampaignView(PortalView):
    """The review screen: lines, narrowed and paged, each with its decision."""

    permission = Permission.ACCESS_REVIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """``?standing``, ``?flag``, ``?system``, ``?engagement`` and ``?site`` narrow;
        ``?after`` pages."""
        campaign = queries.campaign(self.actor, pk)
        choices = team_choices(self)
        narrow = forms.NarrowForm(request.GET, **choices)
        context = campaign_context(self, campaign, narrow)
        seen = {"decision": "keep", "last": context["progress"].total}
        bulk = forms.BulkForm(initial=request.GET.dict() | seen, **choices)
        context["bulk_form"] = bulk
        return self.page("access_reviews/campaign.html", context)


def campaign_context(
    view: PortalView, campaign: Campaign, narrow: forms.NarrowForm
) -> dict[str, Any]:
    """What the review screen shows. A fixed number of queries."""
    request = view.request
    query = {name: value for name in narrow.fields if (value := request.GET.get(name))}
    rows = queries.items(view.actor, campaign, narrow.selection())
    waiting = rows.filter(queries.IS_UNDECIDED).count()
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 8:
        rows = rows.filter(number__gt=int(after))
    found = list(rows[: PAGE + 1])
    more = found[PAGE - 1].number if len(found) > PAGE else None
    older = urlencode(query | {"after": more}) if more else ""
    counts = queries.flag_counts(campaign)
    return {
        "campaign": campaign,
        "progress": queries.progress(campaign),
        "lines": queries.item_lines(view.actor, found[:PAGE]),
        "waiting": waiting,
        "comparison": queries.compared(campaign),
        "flags": [(flag, counts[flag]) for flag in Flag if flag in counts],
        "narrow": narrow,
        "query": query,
        "back": request.get_full_path(),
        "older_url": f"?{older}" if older else "",
        "first_url": f"?{urlencode(query)}" if after else "",
        "today": clock.today(campaign.organization.time_zone),
        "may_decide": campaign.state == "open",
    }


class _CampaignActionView(ActionView):
    """Something done to one campaign; a refusal is shown on its page."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class: ClassVar[type[BaseForm]] = forms.ConfirmForm
    template_name = "access_reviews/campaign_action.html"
    campaign: Campaign
    verb = ""
    explanation = ""

    def load(self) -> None:
        """404 for a campaign of anybody else."""
        self.campaign = queries.campaign(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """Which one, and what is about to happen."""
        return {
            "campaign": self.campaign,
            "progress": queries.progress(self.campaign),
            "verb": self.verb,
            "explanation": self.explanation,
        }

    def done(self, sentence: str) -> HttpResponse:
        """Back to the review."""
        messages.success(self.request, sentence)
        return redirect("access_reviews:campaign", self.campaign.pk)


class BulkView(_CampaignActionView):
    """One decision, with one reason, for all lines that are narrowed to."""

    permission = Permission.ACCESS_REVIEW
    form_class = forms.BulkForm
    verb = "Decide all"
    explanation = (
        "Every line that is shown gets the same decision and reason. Your own access, "
        "and privileged access you decided first, is left for others."
    )

    def form_arguments(self) -> dict[str, Any]:
        """Systems and teams."""
        return team_choices(self)

    def perform(self, form: Any) -> HttpResponse:
        """Say what became of the lines."""
        outcome = actions.decide_many(
            self.campaign,
            by=self.actor,
            selection=form.selection(),
            answer=form.answer(),
        )
        return self.done(
            f"{outcome.decided} lines decided, {outcome.seconded} confirmed as second "
            f"reviewer; {outcome.own} about yourself and {outcome.left} others left."
        )


class DelegateView(_CampaignActionView):
    """Give lines to another reviewer: of a system, of a team, or by number."""

    form_class = forms.DelegateForm
    verb = "Give lines to a reviewer"
    explanation = (
        "Lines that still need something move, and the reviewer is told. Lines about "
        "that person stay where they are."
    )

    def form_arguments(self) -> dict[str, Any]:
        """Those who may review, systems and teams."""
        members = queries.reviewers(self.campaign.organization)
        return team_choices(self) | {"members": members}

    def perform(self, form: Any) -> HttpResponse:
        """How many moved."""
        to = form.cleaned_data["to"].user
        moved = actions.delegate_items(
            self.campaign, by=self.actor, selection=form.selection(), to=to
        )
        return self.done(f"{moved} lines were given to {to}.")


class CampaignCloseView(_CampaignActionView):
    """Close a review that is decided."""

    verb = "Close review"
    explanation = (
        "Nothing in it changes afterwards. Another manager than you signs it off."
    )

    def perform(self, form: Any) -> HttpResponse:
        """It waits for a sign-off."""
        actions.close_campaign(self.campaign, by=self.actor)
        return self.done("The review was closed and waits for a sign-off.")


class CampaignSignOffView(_CampaignActionView):
    """Sign a closed review."""

    verb = "Sign off review"
    explanation = (
        "You confirm the decisions as they stand. The document is made from them."
    )

    def perform(self, form: Any) -> HttpResponse:
        """The document follows."""
        actions.sign_off_campaign(self.campaign, by=self.actor)
        return self.done("The review was signed off. Its document is being made.")


class CampaignCancelView(_CampaignActionView):
    """End a review without a result."""

    form_class = forms.ReasonForm
    verb = "Cancel review"
    explanation = "Decisions and revocations made so far stay; it does not repeat."

    def perform(self, form: Any) -> HttpResponse:
        """It is over."""
        actions.cancel_campaign(
            self.campaign, by=self.actor, reason=form.cleaned_data["reason"]
        )
        return self.done("The review was cancelled.")


class CampaignDocumentView(PortalView):
    """The PDF of a review that was signed off."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """409 while there is none."""
        campaign = queries.campaign(self.actor, pk)
        if campaign.file is None:
            raise Conflict(
                "There is no document yet. It is made after the sign-off; reload the "
                "page in a moment."
            )
        return file_response(campaign.file, by=self.actor)


class ItemView(PortalView):
    """One line: its facts, its history, and the decision.

    A decision somebody else made in the meantime answers 409 and changes nothing.
    """

    permission = Permission.ACCESS_REVIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a line the person may not review."""
        item = queries.item(self.actor, pk)
        form = forms.DecisionForm(
            flags=item.flags,
            initial={"turn": item.turn, "decision": item.decision or "keep"},
        )
        return self._show(item, form, status=200)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Decide, then on to the next line of the page the person came from."""
        item = queries.item(self.actor, pk)
        form = forms.DecisionForm(request.POST, flags=item.flags)
        if not form.is_valid():
            return self._show(item, form, status=422)
        item = actions.decide_item(
            item,
            by=self.actor,
            answer=form.answer(),
            turn=form.cleaned_data["turn"],
        )
        messages.success(
            request, f"Line {item.number}: {item.get_decision_display().lower()}."
        )
        return redirect(_back(request, item))

    def _show(self, item: CampaignItem, form: Any, *, status: int) -> HttpResponse:
        [line] = queries.item_lines(self.actor, [item])
        context = {
            "line": line,
            "item": item,
            "campaign": item.campaign,
            "form": form,
            "history": queries.history(item),
            "may_decide": item.campaign.state == "open" and not line.is_own,
        }
        return self.page("access_reviews/item.html", context, status=status)


def _back(request: HttpRequest, item: CampaignItem) -> str:
    """The review screen as it was narrowed, at the line after this one."""
    home = reverse("access_reviews:campaign", args=[item.campaign_id])
    wanted = request.POST.get("back", "")
    is_ours = wanted.split("?", 1)[0] == home
    return f"{wanted if is_ours else home}#line-{item.number + 1}"
