"""Who reads which invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts import queries
from apps.core import ids
from apps.core.errors import NotAllowed, NotFound
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.accounts import TOKEN, make_invitation
from tests.factories.tenancy import make_organization


def test_invitations_of_the_organization_and_those_it_sent(cast: Cast) -> None:
    vendor = make_organization(registered_by=cast.clinic)
    mine = make_invitation(cast.clinic, token="1")
    sent = make_invitation(
        vendor,
        token="2",
        role=Role.VENDOR_MANAGER,
        invited_by_organization=cast.clinic,
        created_at=NOON - timedelta(days=1),
    )
    make_invitation(cast.other_clinic, token="3")
    assert list(queries.invitations(cast.officer)) == [mine, sent]
    assert queries.invitation(cast.officer, sent.pk) == sent


def test_open_invitations(cast: Cast) -> None:
    make_invitation(cast.clinic, token="1", accepted_at=NOON)
    make_invitation(cast.clinic, token="2", withdrawn_at=NOON)
    make_invitation(cast.clinic, token="3", expires_at=NOON)
    still = make_invitation(cast.clinic, token="4")
    assert list(queries.open_invitations(cast.officer)) == [still]


def test_invitations_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        queries.invitations(cast.reader)


@pytest.mark.parametrize("count", [1, 3])
def test_invitations_take_one_query(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_invitation(cast.clinic, token=str(number), invited_by=cast.officer.user)
    with django_assert_num_queries(1):
        for row in queries.open_invitations(cast.officer):
            f"{row.organization} {row.invited_by}"


def test_invitation_of_a_stranger(cast: Cast) -> None:
    foreign = make_invitation(cast.other_clinic)
    for pk in (foreign.pk, ids.uuid7()):
        with pytest.raises(NotFound):
            queries.invitation(cast.officer, pk)


def test_invitation_for_a_token(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    assert queries.invitation_for(TOKEN) == invitation
    for token in ("", TOKEN.upper(), invitation.token_sha256):
        with pytest.raises(NotFound):
            queries.invitation_for(token)


def test_membership_of_a_stranger(cast: Cast) -> None:
    foreign = Membership.objects.get(user=cast.outsider.user)
    own = Membership.objects.get(user=cast.reader.user)
    assert queries.membership(cast.officer, own.pk) == own
    with pytest.raises(NotFound):
        queries.membership(cast.officer, foreign.pk)
