"""A pack of our own in the shapes user access reviews meet: a personnel list and three
systems with columns of their own, and everything that is wrong in them.

The scenarios are those a public pack describes without its files: leavers that still
work, accounts of nobody, people who share a surname.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apps.access_reviews import queries
from apps.access_reviews.models import Account
from tests.access_reviews.running import run
from tests.conftest import Cast
from tests.factories.workforce import make_agent

PEOPLE = (
    ("E42", "Rea Fontes", "rea@careline.test", date(2026, 5, 31)),
    ("E43", "Sam Osman", "sam@careline.test", date(2026, 6, 1)),
    ("E19", "Tom Moller", "tom@careline.test", None),
    ("E37", "Lea Moller", "lea@careline.test", None),
    ("E24", "Yui Tanabe", "yui@careline.test", None),
)
SSO = """login,email,displayName,status,group,lastLogin
rea@careline.test,rea@careline.test,Rea Fontes,ACTIVE,Agents,2026-06-10T08:00:00Z
sam@careline.test,sam@careline.test,Sam Osman,SUSPENDED,Agents,2026-05-30T08:00:00Z
tom@careline.test,tom@careline.test,Tom Moller,ACTIVE,Agents,2026-06-12T08:00:00Z
lea@careline.test,lea@careline.test,Lea Moller,ACTIVE,Agents,
old@oldcorp.test,old@oldcorp.test,Old Admin,ACTIVE,Admins,2024-01-01T08:00:00Z
"""
CLOUD = """UserName,user_principal_name,Role,AccessLevel,last_sign_in,Enabled
sam,sam@careline.test,PowerUser,Write,2026-06-01 09:00,true
yui,yui@careline.test,Admin,Admin,never,true
deploy,deploy@internal.careline.test,Deploy,Write,2026-06-14 23:00,true
"""
ERP = """PersonnelNumber,Name,Email,Role,Status,LastLogon
E19,"Moller, Tom",,Clerk,A,12.06.2026
E37,"Moller, Lea",,Clerk,A,13.06.2026
E99,"Tanabe, Ken",ken@careline.test,Clerk,A,14.06.2026
E42,"Fontes, Rea",,Clerk,A,30.05.2026
"""


def _flags(
    cast: Cast, folder: Path, name: str, text: str, *flags: str
) -> dict[str, set[str]]:
    """Flags of interest by login, e-mail or key."""
    path = folder / f"{name}.csv"
    path.write_text(text)
    assert run(path, name, "--complete").code == 0
    system = queries.system_named(cast.vendor, name)
    assert system is not None
    found = {
        line.account.key: {flag.value for flag in line.flags.raised} & set(flags)
        for line in queries.grant_lines(cast.vendor, [system])
    }
    return {key: raised for key, raised in found.items() if raised}


@pytest.fixture
def people(cast: Cast) -> None:
    for number, name, email, left_on in PEOPLE:
        make_agent(
            cast.vendor,
            external_id=number,
            full_name=name,
            email=email,
            left_on=left_on,
        )


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "SSO",
            SSO,
            {
                "rea@careline.test": {"leaver_active"},
                "old@oldcorp.test": {"orphan", "privileged", "dormant"},
            },
        ),
        (
            "Cloud",
            CLOUD,
            {
                "sam@careline.test": {"leaver_active"},
                "yui@careline.test": {"privileged", "never_used"},
                "deploy@internal.careline.test": {"orphan"},
            },
        ),
        ("ERP", ERP, {"E42": {"leaver_active"}, "E99": {"orphan"}}),
    ],
)
def test_each_system_raises_exactly_what_is_wrong(
    name: str, text: str, expected: dict[str, set[str]], cast: Cast, tmp_path: Path
) -> None:
    flags = ("leaver_active", "orphan", "privileged", "dormant", "never_used")
    assert _flags(cast, tmp_path, name, text, *flags) == expected


@pytest.mark.usefixtures("people")
def test_shared_surname_is_never_a_match(cast: Cast, tmp_path: Path) -> None:
    _flags(cast, tmp_path, "ERP", ERP, "orphan")
    matched = Account.objects.order_by("key").values_list("key", "agent__external_id")
    assert dict(matched) == {"E19": "E19", "E37": "E37", "E42": "E42", "E99": None}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"users": [{"id": 1}', "ends in the middle of its data"),
        ('{"users": [{"id": "a', "ends in the middle of its data"),
        ('{"users": [\n  {"id": 1,}\n]}', "broken at line 2, column 12"),
        ("{users}", "broken at line 1, column 2"),
    ],
)
def test_broken_json_names_where_it_breaks(
    text: str, sentence: str, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(text)
    told = run(path, "Directory")
    assert told.code == 1
    assert sentence in told.error
