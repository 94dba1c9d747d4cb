"""All URLs: each room brings its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from apps.accounts.views import AddressView

urlpatterns: list[URLPattern | URLResolver] = [
    # Before allauth's own of the same name, which would let people change it.
    path("account/email/", AddressView.as_view(), name="account_email"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.tenancy.urls")),
    path("audit/", include("apps.audit.urls")),
    path("evidence/", include("apps.evidence.urls")),
    path("inbox/", include("apps.notifications.urls")),
    path("engagements/", include("apps.engagements.urls")),
    path("workforce/", include("apps.workforce.urls")),
    path("agreements/", include("apps.agreements.urls")),
    path("training/", include("apps.training.urls")),
    path("access/", include("apps.access_reviews.urls")),
    path("incidents/", include("apps.incidents.urls")),
    path("questionnaires/", include("apps.questionnaires.urls")),
    path("assurance/", include("apps.assurance.urls")),
    path("drift/", include("apps.drift.urls")),
    path("gate/", include("apps.gate.urls")),
    path("deadlines/", include("apps.reminders.urls")),
    path("reports/", include("apps.reports.urls")),
    path("api/", include("compliance_portal.api")),
    path("", include("apps.portal.urls")),
]

if settings.DEBUG or settings.IS_LOCAL:
    from apps.portal.views.components import ComponentsView

    urlpatterns += [path("components/", ComponentsView.as_view(), name="components")]
