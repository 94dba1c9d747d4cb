"""Sites of a provider and what is attested of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import AttachmentTerms, Target
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce import trail
from apps.workforce.enums import Control
from apps.workforce.models import Site, SiteControl
from apps.workforce.rules import check_attestation


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
        about=_about(site),
        facts={"country": country, "is_remote": is_remote},
        personal={"name": name},
    )
    return site


@transaction.atomic
def attest_controls(
    site: Site,
    *,
    by: AnyActor,
    stated: Mapping[Control, bool],
    attested_on: date,
    note: str = "",
    file: StoredFile | None = None,
) -> list[SiteControl]:
    """Say which controls of a site are in place on a day; event ``site.attested``.

    Earlier attestations stay. ``file`` is proof of all of them and is attached to
    the site. Raises NotAllowed for another organization's site or file, Invalid for
    a day ahead or nothing said.
    """
    by.require(Permission.WORKFORCE_EDIT)
    require_own(by, site.organization)
    if file is not None and file.organization_id != site.organization_id:
        raise NotAllowed("The file is not one of your organization.")
    today = clock.today(site.organization.time_zone)
    check_attestation(stated, attested_on=attested_on, today=today)
    site = Site.objects.select_related("organization").locked(site.pk)
    rows = SiteControl.objects.bulk_create(
        SiteControl(
            site=site,
            control=control,
            is_in_place=is_in_place,
            attested_on=attested_on,
            attested_by_id=by.user_id,
            note=note.strip(),
            file=file,
        )
        for control, is_in_place in stated.items()
    )
    if file is not None:
        terms = AttachmentTerms(Purpose.OTHER, attested_on, None)
        evidence.attach(file, by=by, to=Target("site", site.pk, str(site)), terms=terms)
    in_place = [control.value for control, is_so in stated.items() if is_so]
    lacking = [control.value for control, is_so in stated.items() if not is_so]
    record(
        trail.SITE_ATTESTED,
        by=by,
        about=_about(site),
        facts={
            "in_place": ", ".join(in_place) or "none",
            "not_in_place": ", ".join(lacking) or "none",
            "attested_on": attested_on,
        },
        personal={"name": site.name, "note": note.strip()},
        documents=[file.sha256] if file else (),
    )
    return rows


def _about(site: Site) -> Subject:
    return Subject(
        obj=site,
        organization_id=site.organization_id,
        visible_to=frozenset({site.organization_id}),
    )


def require_own(by: AnyActor, organization: Organization) -> None:
    """Raise NotAllowed unless the actor acts for the organization or is a job."""
    if by.organization_id is not None and by.organization_id != organization.pk:
        raise NotAllowed("The workforce is kept by the provider itself.")
