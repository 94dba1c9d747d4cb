"""Base views: every page has an actor and a permission; and the role switch."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.forms import BaseForm
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.views.generic import View

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.middleware import act_under, check_not_moved


class PortalView(View):
    """A page for a signed-in person; ``permission`` None means any role.

    Nobody signed in: to the sign-in page. Signed in without a membership or the
    permission: 403. Objects come from queries, which raise NotFound for a
    stranger's id.
    """

    permission: ClassVar[Permission | None]
    is_polling: ClassVar[bool] = False
    actor: Actor

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Refuse before the handler runs."""
        if not hasattr(type(self), "permission"):
            raise ImproperlyConfigured(f"{type(self).__name__} declares no permission.")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None:
            raise NotAllowed(
                "You are not a member of any organization. Ask the person who "
                "invited you for a new invitation."
            )
        check_not_moved(request)
        if self.permission is not None:
            actor.require(self.permission)
        self.actor = actor
        return super().dispatch(request, *args, **kwargs)

    def page(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Render a template with the actor in its context."""
        full = {"actor": self.actor, **(context or {})}
        return render(self.request, template, full, status=status)


class ActionView(PortalView):
    """A form that leads to one action.

    Subclasses give ``form_class``, ``template_name`` and ``perform``; ``load``
    fetches what the page is about (raising NotFound); ``context`` adds to it.
    """

    form_class: ClassVar[type[BaseForm]]
    template_name: ClassVar[str]

    def load(self) -> None:
        """Fetch the objects the URL names onto ``self``."""

    def form_arguments(self) -> dict[str, Any]:
        """Extra keyword arguments of the form (choices the actor may see)."""
        return {}

    def context(self) -> dict[str, Any]:
        """Extra template context."""
        return {}

    def perform(self, form: Any) -> HttpResponse:
        """Call the action with the cleaned data and say where to go next."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the empty form."""
        self.load()
        return self._show(self.form_class(**self.form_arguments()), status=200)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Run the action; a refusal is shown on the form and changes nothing."""
        self.load()
        form = self.form_class(request.POST, request.FILES, **self.form_arguments())
        if form.is_valid():
            try:
                with transaction.atomic():
                    return self.perform(form)
            except (Invalid, Conflict) as error:
                _put_on_form(form, error)
        return self._show(form, status=422)

    def _show(self, form: BaseForm, *, status: int) -> HttpResponse:
        context = {"form": form, **self.context()}
        return self.page(self.template_name, context, status=status)


def _put_on_form(form: BaseForm, error: Invalid | Conflict) -> None:
    """Field messages go beside their fields, the rest on top."""
    known = {key: texts for key, texts in error.fields.items() if key in form.fields}
    for key, texts in known.items():
        for text in texts:
            form.add_error(key, text)
    if not known:
        form.add_error(None, error.message)


class SwitchView(PortalView):
    """Change the organization a person acts for."""

    permission = None

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Accept only a membership of this very person."""
        wanted = request.POST.get("membership", "")
        mine = {str(row.pk): row for row in request.memberships}  # type: ignore[attr-defined]
        if wanted not in mine:
            raise NotFound
        act_under(request, mine[wanted])
        return redirect("portal:home")
