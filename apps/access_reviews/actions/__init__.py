"""Verbs of access: systems, snapshots, campaigns, decisions, revocations."""

from apps.access_reviews.actions.campaigns import (
    REVIEWER,
    CampaignTerms,
    add_late_arrivals,
    delegate_items,
    open_campaign,
    repeat_campaign,
)
from apps.access_reviews.actions.closing import (
    cancel_campaign,
    close_campaign,
    render_campaign,
    sign_off_campaign,
)
from apps.access_reviews.actions.decisions import (
    BulkOutcome,
    Selection,
    decide_item,
    decide_many,
)
from apps.access_reviews.actions.revocations import (
    REVOKER,
    alert_overdue,
    confirm_revocation,
    open_for_ended_assignments,
    open_for_leavers,
    withdraw_revocation,
)
from apps.access_reviews.actions.snapshots import (
    IMPORTER,
    SnapshotStatement,
    commit_snapshot,
    confirm_snapshot,
    read_snapshot,
    remap_snapshot,
    upload_snapshot,
)
from apps.access_reviews.actions.systems import (
    PolicyTerms,
    RoleTerms,
    SystemTerms,
    change_system,
    describe_role,
    match_account,
    register_system,
    set_policy,
)

__all__ = [
    "IMPORTER",
    "REVIEWER",
    "REVOKER",
    "BulkOutcome",
    "CampaignTerms",
    "PolicyTerms",
    "RoleTerms",
    "Selection",
    "SnapshotStatement",
    "SystemTerms",
    "add_late_arrivals",
    "alert_overdue",
    "cancel_campaign",
    "change_system",
    "close_campaign",
    "commit_snapshot",
    "confirm_revocation",
    "confirm_snapshot",
    "decide_item",
    "decide_many",
    "delegate_items",
    "describe_role",
    "match_account",
    "open_campaign",
    "open_for_ended_assignments",
    "open_for_leavers",
    "read_snapshot",
    "register_system",
    "remap_snapshot",
    "render_campaign",
    "repeat_campaign",
    "set_policy",
    "sign_off_campaign",
    "upload_snapshot",
    "withdraw_revocation",
]
