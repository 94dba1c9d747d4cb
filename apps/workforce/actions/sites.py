"""Sites of a provider."""

from __future__ import annotations

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce import trail
from apps.workforce.models import Site


@transaction.atomic
def create_site(
    *,
    by: AnyActor,
    organization: Organization,
    code: str,
    name: str,
    country: str,
    is_remote: bool = False,
) -> Site:
    """Add a place agents work from; event ``site.created``.

    Raises Conflict when the code is taken, whatever its case, and Invalid for a
    country that is no two-letter code.
    """
    by.require(Permission.WORKFORCE_EDIT)
    require_own(by, organization)
    code, name, country = code.strip(), name.strip(), country.strip().upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        text = "Give the country as a two-letter code, such as PH."
        raise Invalid(text, fields={"country": [text]})
    if not code or not name:
        raise Invalid("A site needs a code and a name.")
    organization = Organization.objects.locked(organization.pk)
    if Site.objects.filter(organization=organization, code__iexact=code).exists():
        text = f"There is a site with the code {code} already. Choose another code."
        raise Conflict(text, fields={"code": [text]})
    site = Site(
        organization=organization,
        code=code,
        name=name,
        country=country,
        is_remote=is_remote,
    )
    site.save(force_insert=True)
    record(
        trail.SITE_CREATED,
        by=by,
        about=Subject(
            obj=site,
            organization_id=organization.pk,
            visible_to=frozenset({organization.pk}),
        ),
        facts={"country": country, "is_remote": is_remote},
        personal={"name": name},
    )
    return site


def require_own(by: AnyActor, organization: Organization) -> None:
    """Raise NotAllowed unless the actor acts for the organization or is a job."""
    if by.organization_id is not None and by.organization_id != organization.pk:
        raise NotAllowed("The workforce is kept by the provider itself.")
