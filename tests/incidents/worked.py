"""Runs a worked example from its facts to dates, the same way the product does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.dates import days_between
from apps.engagements.enums import LegalAgency
from apps.incidents import rules
from apps.incidents.enums import Duty, HoldForm, Learning, Outcome, PartyRole
from apps.incidents.rules import Case, Hold, Learned, Party, People, Readings

UTC = "UTC"


def moment(value: Any) -> datetime:
    """An aware instant, however the file writes it."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(UTC))
    return datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def party(row: dict[str, Any]) -> Party:
    """One party of a chain."""
    learned = []
    if "learned_at" in row:
        zone = row.get("learner_zone", row["zone"])
        learned.append(Learned(at=moment(row["learned_at"]), zone=zone))
    if "learned_on" in row:
        learned.append(Learned(on=row["learned_on"]))
    if "should_have_known_on" in row:
        how = Learning.SHOULD_HAVE
        learned.append(Learned(how, on=row["should_have_known_on"]))
    told = None
    if row.get("told_upstream_at"):
        told = Learned(Learning.TOLD, at=moment(row["told_upstream_at"]))
    elif row.get("told_upstream_on"):
        told = Learned(Learning.TOLD, on=row["told_upstream_on"])
    is_agent = row.get("agent_of_upstream", False)
    return Party(
        key=row["party"],
        role=PartyRole(row["role"]),
        zone=row["zone"],
        learned=tuple(learned),
        agency=LegalAgency.AGENT if is_agent else LegalAgency.INDEPENDENT,
        told_up=told,
    )


def case_of(facts: dict[str, Any]) -> Case:
    """The facts of a chain as a case."""
    chain = tuple(party(row) for row in facts["chain"])
    holds = tuple(
        Hold(HoldForm(row["form"]), row["stated_on"], row.get("delay_until"))
        for row in facts.get("law_enforcement", ())
    )
    return Case(
        chain=chain,
        people=People(
            facts.get("individuals_total", 0), facts.get("residents_by_state", {})
        ),
        holds={one.key: holds for one in chain},
    )


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """Everything the rules say about a case, in the words of the file."""
    facts = case["facts"]
    if "contract_clock" in facts:
        return _contract(facts["contract_clock"])
    if "state_rule" in facts:
        return _state(facts)
    if "unreachable" in facts:
        how, is_posting = rules.substitute_notice(facts["unreachable"])
        return {"substitute": how, "web_or_media_required": is_posting}
    if "last_in_effect_on" in facts:
        days = (facts["created_on"], facts["last_in_effect_on"])
        return {"keep_through": rules.keep_through(*days)}
    return _chain(facts)


def _chain(facts: dict[str, Any]) -> dict[str, Any]:
    case = case_of(facts)
    owed = rules.notification(
        outcome=Outcome(facts["outcome"]) if "outcome" in facts else None,
        exception=facts.get("exception", ""),
        is_encrypted=facts.get("encrypted_to_guidance"),
        is_key_safe=None
        if "key_compromised" not in facts
        else not facts["key_compromised"],
    )
    if not owed.is_required:
        return {"notification_required": False, "reason": owed.reason}
    found = rules.discoveries(case.chain)
    clocks = rules.federal_deadlines(case)
    by_duty = {one.duty: one for one in clocks if one.duty != Duty.UPSTREAM}
    said: dict[str, Any] = {
        "notification_required": True,
        "discovery": {key: one.on for key, one in found.items()},
        "ba_due": {
            one.party: one.due_on for one in clocks if one.code == "FED-UPSTREAM"
        },
    }
    said |= _of_owner(by_duty, clocks, case)
    said |= _late(facts.get("sent", {}), by_duty)
    said["alternatives"] = _alternatives(case)
    warnings = [
        hold.warning for holds in case.holds.values() for hold in holds if hold.warning
    ]
    if warnings:
        said["warning"] = warnings[0]
    return said


def _of_owner(
    by_duty: dict[Duty, Any], clocks: list[Any], case: Case
) -> dict[str, Any]:
    if Duty.INDIVIDUALS not in by_duty:
        return {}
    individuals = by_duty[Duty.INDIVIDUALS]
    hold = case.holds[individuals.party]
    said = {
        "individual_due": individuals.due_on,
        "normal_due": individuals.normal_due_on,
        "delay_ends": rules.delay_ends(hold),
        "media_required": Duty.MEDIA in by_duty,
        "hhs": "large" if rules.is_large(case.people) else "small",
        "hhs_due": by_duty[Duty.HHS].due_on,
    }
    if Duty.MEDIA in by_duty:
        said["media_due"] = by_duty[Duty.MEDIA].due_on
    return said


def _late(sent: dict[str, date], by_duty: dict[Duty, Any]) -> dict[str, Any]:
    if not sent:
        return {}
    return {
        "days_late": {
            name: max(0, days_between(by_duty[Duty(name)].due_on, day))
            for name, day in sent.items()
        }
    }


def _alternatives(case: Case) -> dict[str, date]:
    """What the learner's zone alone would have given."""
    first = case.chain[0]
    moments = [one for one in first.learned if one.at is not None]
    if not moments:
        return {}
    alone = Learned(on=moments[0].at.astimezone(ZoneInfo(moments[0].zone)).date())  # type: ignore[union-attr]
    other = Party(first.key, first.role, first.zone, (alone,))
    [clock, *_] = rules.federal_deadlines(Case((other,), case.people))
    return {"by_learner_zone": clock.due_on}


def _contract(facts: dict[str, Any]) -> dict[str, Any]:
    zone = facts.get("zone", UTC)
    is_hours = "hours" in facts
    at = moment(facts["from_at"]) if "from_at" in facts else None
    on = facts.get("from_on") or at.astimezone(ZoneInfo(zone)).date()  # type: ignore[union-attr]
    reached = rules.window_ends(
        facts["hours"] if is_hours else facts["days"],
        "hours" if is_hours else facts["unit"],
        on=on,
        at=at if is_hours else None,
        zone=zone,
        readings=_readings(facts),
    )
    said: dict[str, Any] = {
        "contract_due": reached.on,
        "due_no_holidays": reached.on,
        "due_with_holidays": reached.latest_on or reached.on,
        "contract_due_no_holidays": reached.on,
        "contract_due_with_holidays": reached.latest_on or reached.on,
    }
    if is_hours:
        said["contract_due_at"] = reached.at
        said["contract_due_local"] = reached.at.astimezone(ZoneInfo(zone))
    return said


def _state(facts: dict[str, Any]) -> dict[str, Any]:
    rule = rules.state_rule(facts["state_rule"])
    residents = facts.get(f"{rule.state.lower()}_residents", facts.get("residents"))
    case = Case(
        chain=_state_chain(facts),
        people=People(residents or 0, {rule.state: residents or 10**6}),
        determined_on=facts.get("determined_on"),
        individuals_told_on=facts.get("individuals_notified_on"),
        hhs_told_on=facts.get("hhs_notified_on"),
    )
    clocks = [
        one for one in rules.state_deadlines(case) if one.code.startswith(f"{rule.id}:")
    ]
    said: dict[str, Any] = {}
    for one in clocks:
        names = _state_names(one.duty, one.party)
        for name in names:
            said[f"{name}due"] = one.due_on
            said[f"{name}due_no_holidays"] = one.normal_due_on
            said[f"{name}due_with_holidays"] = one.latest_on or one.due_on
    duties = {one.duty for one in clocks}
    said["ag_required"] = Duty.STATE_OFFICE in duties
    return said


def _readings(facts: dict[str, Any]) -> Readings:
    return Readings(holidays=frozenset(facts.get("holidays", ())))


def _state_names(duty: Duty, party_key: str) -> tuple[str, ...]:
    if duty == Duty.STATE_OFFICE:
        return ("ag_",)
    if duty == Duty.INDIVIDUALS:
        return ("individual_", "")
    return ("sub_vendor_",) if party_key == "SUB" else ("vendor_",)


def _state_chain(facts: dict[str, Any]) -> tuple[Party, ...]:
    """The owner alone, or the vendors below it too."""
    known = next(
        (
            facts[name]
            for name in (
                "detected_on",
                "discovered_on",
                "determined_on",
                "hhs_notified_on",
                "individuals_notified_on",
            )
            if name in facts
        ),
        None,
    )
    if "vendor_told_on" not in facts and "vendor_discovered_on" not in facts:
        learned = (Learned(on=known),) if known else ()
        readings = _readings(facts)
        return (Party("CE", PartyRole.COVERED_ENTITY, UTC, learned, readings=readings),)
    chain = []
    if "sub_vendor_discovered_on" in facts:
        first = (Learned(on=facts["sub_vendor_discovered_on"]),)
        told = Learned(Learning.TOLD, on=facts["vendor_told_on"])
        role = PartyRole.SUBCONTRACTOR
        chain.append(Party("SUB", role, UTC, first, told_up=told))
    own = facts.get("vendor_discovered_on")
    vendor = (Learned(on=own),) if own else ()
    up = facts.get("covered_entity_told_on")
    told_up = Learned(Learning.TOLD, on=up) if up else None
    role = PartyRole.BUSINESS_ASSOCIATE
    chain.append(Party("BA", role, UTC, vendor, told_up=told_up))
    chain.append(Party("CE", PartyRole.COVERED_ENTITY, UTC))
    return tuple(chain)
