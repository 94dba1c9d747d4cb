"""The questionnaire that comes with the portal, and files of others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from apps.questionnaires import rules
from apps.questionnaires.enums import Criticality
from apps.questionnaires.importer import read_questionnaire
from apps.questionnaires.models import TemplateVersion
from tests.factories.questionnaires import SHIPPED
from tests.shared_data import shared

DATA = Path(rules.__file__).parents[1] / "data" / "hipaa_vendor_security.yaml"
ALL_CHANNELS = {"chat", "email", "voice", "sms", "screenshare"}
ALL_KINDS = {"bpo_operator", "software_platform"}


def test_shipped_version_is_on_the_shelf_as_the_file_says(db: None) -> None:
    version = TemplateVersion.objects.get(pk=SHIPPED)
    content = version.questionnaire
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    assert content == read_questionnaire(DATA, name=DATA.name).content
    assert rules.as_data(content) == version.content
    assert rules.sha256_of(content) == version.content_sha256
    assert len(data["questions"]) == len(content.questions) == 88
    found = Counter(question.criticality for question in content.questions)
    assert found[Criticality.KNOCKOUT] == 14


def test_shipped_questions_keep_every_fact_of_the_reference() -> None:
    path = shared("reference", "questionnaire.yaml")
    theirs = read_questionnaire(path, name=path.name).content
    ours = read_questionnaire(DATA, name=DATA.name).content
    assert [q.id for q in ours.questions] == [q.id for q in theirs.questions]
    for one, other in zip(ours.questions, theirs.questions, strict=True):
        assert one.text != other.text
        for name in (
            "section", "set", "type", "choices", "multiple", "unit", "weight",
            "criticality", "fails_if", "shown_if", "citations", "frameworks",
        ):  # fmt: skip
            assert getattr(one, name) == getattr(other, name), (one.id, name)
        assert set(one.channels) == _or_none(other.channels, ALL_CHANNELS)
        assert set(one.party_kinds) == _or_none(other.party_kinds, ALL_KINDS)


def _or_none(values: tuple[str, ...], everything: set[str]) -> set[str]:
    return set() if set(values) == everything else set(values)


_NO_LIST = 'The file has no list "questions"'
# Every file of ../shared/data/questionnaires: what is read, or why not.
ACCOUNT: dict[str, tuple[int, int] | str] = {
    "caiq_v4.1_full_283q.json": (17, 283),
    "ciso_assistant_example_questionnaire.xlsx": "Row 4, column .Shown if.: ./.;",
    "ciso_assistant_nist-sp-800-66-rev2.yaml": (5, 494),
    "ciso_cisa-vendor-scrm.yaml": (8, 260),
    "csa_ccm_4.0.7_oscal_catalog.json": _NO_LIST,
    "govready_hipaa_opencontrol_draft.yaml": _NO_LIST,
    "hecvat_4.1.6_answered_wikiedu.md": (26, 104),
    "mvsp_v3_oscal_catalog.json": _NO_LIST,
    "nist_800-53r5_high_profile_oscal.json": _NO_LIST,
    "oscal_assessment_results_example.json": _NO_LIST,
    "oscal_ssp_example.json": _NO_LIST,
    "probo_HIPAA_framework.json": _NO_LIST,
    "vsaq_physical_and_datacenter.json": "not JSON near line 2",
    "vsaq_security_privacy_programs.json": "not JSON near line 2",
    "vsaq_test_template.json": _NO_LIST,
}


@pytest.mark.parametrize("name", ACCOUNT)
def test_real_file_has_its_account(name: str) -> None:
    path, wanted = shared("data", "questionnaires", name), ACCOUNT[name]
    if isinstance(wanted, str):
        with pytest.raises(rules.ContentRefused, match=wanted):
            read_questionnaire(path, name=name)
        return
    found = read_questionnaire(path, name=name).content
    assert (len(found.sections), len(found.questions)) == wanted


def test_every_real_file_is_accounted_for() -> None:
    folder = shared("data", "questionnaires")
    assert {path.name for path in folder.iterdir()} == set(ACCOUNT)


def test_library_of_yes_no_choices_and_text(tmp_path: Path) -> None:
    nodes = [
        {"urn": "a", "ref_id": "1", "name": "Keys"},
        {
            "urn": "b",
            "parent_urn": "a",
            "ref_id": "1.1",
            "questions": {
                "q1": {"type": "unique_choice", "text": "Encrypted?"}
                | {"choices": [{"value": "Yes"}, {"value": "No"}]},
                "q2": {"type": "multiple_choice", "text": "Which?"}
                | {"choices": [{"value": "A"}, {"value": "B"}]},
                "q3": {"type": "date", "text": "Since when?"},
            },
        },
        {"urn": "c", "parent_urn": "c", "questions": {"q": {"text": "Alone?"}}},
    ]
    data = {"name": "Small", "objects": {"framework": {"requirement_nodes": nodes}}}
    found = read_questionnaire(_file(tmp_path, yaml.safe_dump(data)), name="x.yaml")
    assert [section.title for section in found.content.sections] == [
        "1 Keys",
        "General",
    ]
    assert [(str(q.type), q.multiple) for q in found.content.questions] == [
        ("yes_no_partial_na", False),
        ("choice", True),
        ("text", False),
        ("text", False),
    ]
    empty = {"objects": {"frameworks": [{"requirement_nodes": nodes[:1]}, None]}}
    with pytest.raises(rules.ContentRefused, match="only requirements"):
        read_questionnaire(_file(tmp_path, yaml.safe_dump(empty)), name="x.yaml")


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    return path


def test_yaml_with_aliases_is_refused(tmp_path: Path) -> None:
    text = "a: &a [1, 1]\nquestions: [*a, *a]\n"
    with pytest.raises(rules.ContentRefused, match="aliases"):
        read_questionnaire(_file(tmp_path, text), name="x.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.yaml", "[" * 100_000),
        ("x.json", "[" * 100_000),
        ("x.yaml", "a: [1"),
        ("x.json", "{} trailing"),
        ("x.yaml", "just text"),
        ("x.yaml", "!!python/object/apply:os.system ['true']"),
        ("x.exe", "MZ"),
        ("x.md", "nothing here"),
    ],
)
def test_hostile_text_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(rules.ContentRefused):
        read_questionnaire(_file(tmp_path, text), name=name)


def test_table_becomes_a_questionnaire(tmp_path: Path) -> None:
    text = (
        "ID,Section,Question,Type,Choices,Weight,Criticality,"
        "Fails if,Shown if,Channels\n"
        "A-1,Keys,Encrypted?,yes/no,,5,knock-out,no,,All\n"
        "A-2,Keys,Which?,choice,1.3; 1.2,2,,,A-1 = yes,Chat; SMS\n"
        "A-3,People,Hours?,number,,1,critical,> 72,,\n"
    )
    found = read_questionnaire(_file(tmp_path, text), name="x.csv").content
    first, second, third = found.questions
    assert first.criticality == Criticality.KNOCKOUT
    assert first.fails_if == rules.Test(answer_in=("no",))
    assert second.choices == ("1.3", "1.2")
    assert second.shown_if == (rules.Condition("A-1", ("yes",)),)
    assert second.channels == ("chat", "sms")
    assert third.fails_if == rules.Test(greater_than=72)
    assert [section.title for section in found.sections] == ["Keys", "People"]


def test_table_names_every_row_that_is_wrong(tmp_path: Path) -> None:
    text = (
        "ID,Section,Question,Type,Weight,Criticality,Fails if,Shown if,Channels,Set\n"
        "A-1,Keys,Encrypted?,maybe,,,,,,\n"
        "A-2,Keys,Rotated?,,heavy,,,,,\n"
        "A-3,Keys,Stored?,,,urgent,,,,\n"
        "A-4,Keys,Where?,,,,> many,,,\n"
        "A-5,Keys,Since?,,,,,A-1,,\n"
        "A-6,Keys,How?,,,,,,fax,\n"
        "A-7,Keys,Right?,,,Knock-out,no,,E-mail,extended\n"
    )
    with pytest.raises(rules.ContentRefused) as refused:
        read_questionnaire(_file(tmp_path, text), name="x.csv")
    where = [(f.where, f.field, f.value) for f in refused.value.flaws]
    assert where == [
        ("Row 2", 'column "Type"', "maybe"),
        ("Row 3", 'column "Weight"', "heavy"),
        ("Row 4", 'column "Criticality"', "urgent"),
        ("Row 5", 'column "Fails if"', "many"),
        ("Row 6", 'column "Shown if"', "A-1"),
        ("Row 7", 'column "Channels"', "fax"),
    ]


def test_table_names_rows_that_contradict_each_other(tmp_path: Path) -> None:
    text = "ID,Question,Shown if\nA-1,One?,A-2 = yes\nA-1,Two?,\n"
    with pytest.raises(rules.ContentRefused) as refused:
        read_questionnaire(_file(tmp_path, text), name="x.csv")
    assert refused.value.fields["file"] == [
        'Row 2, shown_if: "A-2"; expected a question that comes before it.',
        'Row 3, id: "A-1"; expected an id of its own; it stands twice.',
    ]
