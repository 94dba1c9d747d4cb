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


@pytest.mark.parametrize(
    ("name", "sections", "questions"),
    [
        ("caiq_v4.1_full_283q.json", 17, 283),
        ("hecvat_4.1.6_answered_wikiedu.md", 26, 104),
    ],
)
def test_real_file_is_read(name: str, sections: int, questions: int) -> None:
    path = shared("data", "questionnaires", name)
    found = read_questionnaire(path, name=name).content
    assert (len(found.sections), len(found.questions)) == (sections, questions)


@pytest.mark.parametrize(
    "name",
    [
        "ciso_assistant_nist-sp-800-66-rev2.yaml",
        "csa_ccm_4.0.7_oscal_catalog.json",
        "probo_HIPAA_framework.json",
        "vsaq_test_template.json",
        "vsaq_security_privacy_programs.json",
        "govready_hipaa_opencontrol_draft.yaml",
    ],
)
def test_real_file_that_is_no_questionnaire_is_refused(name: str) -> None:
    path = shared("data", "questionnaires", name)
    with pytest.raises(rules.ContentRefused):
        read_questionnaire(path, name=name)


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
