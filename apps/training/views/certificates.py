"""Certificate files handed in together."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.training import actions, forms, queries
from apps.training.enums import FileFate

PAGE = 20


class CertificatesView(ActionView):
    """Hand in certificates of one course."""

    permission = Permission.TRAINING_EDIT
    form_class = forms.CertificatesForm
    template_name = "training/certificates.html"

    def form_arguments(self) -> dict[str, Any]:
        """Courses of the provider."""
        return {"courses": queries.courses(self.actor)}

    def context(self) -> dict[str, Any]:
        """What was handed in before."""
        return {"uploads": queries.certificate_uploads(self.actor)[:PAGE]}

    def perform(self, form: Any) -> HttpResponse:
        """On to the progress."""
        row = actions.hand_in_certificates(
            form.cleaned_data["certificates"],
            by=self.actor,
            course=form.cleaned_data["course"],
        )
        return redirect("training:certificate_upload", row.pk)


class CertificateUploadView(PortalView):
    """What became of each file."""

    permission = Permission.TRAINING_EDIT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an upload of anybody else."""
        upload = queries.certificate_upload(self.actor, pk)
        counts = Counter(each["fate"] for each in upload.account)
        context = {
            "upload": upload,
            "files": [
                each | {"label": FileFate(each["fate"]).label}
                for each in upload.account
            ],
            "counts": [(fate.label, counts[fate]) for fate in FileFate if counts[fate]],
        }
        return self.page("training/certificate_upload.html", context)


class CertificateStatusView(PortalView):
    """The progress of an upload, asked every two seconds."""

    permission = Permission.TRAINING_EDIT
    is_polling = True

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The fragment while it runs; then the whole page loads again."""
        upload = queries.certificate_upload(self.actor, pk)
        if upload.state == "attaching":
            context = {"upload": upload}
            return self.page("training/_certificates_status.html", context)
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
