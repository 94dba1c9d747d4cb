"""Systems, exports, campaigns, lines and revocations over HTTP."""

from apps.access_reviews.api.logs import LogAuditViewSet
from apps.access_reviews.api.reviews import (
    CampaignViewSet,
    ItemViewSet,
)
from apps.access_reviews.api.revocations import RevocationViewSet
from apps.access_reviews.api.systems import (
    AccountViewSet,
    SnapshotViewSet,
    SystemViewSet,
)

ROUTES = [
    ("systems", SystemViewSet),
    ("access-snapshots", SnapshotViewSet),
    ("accounts", AccountViewSet),
    ("access-campaigns", CampaignViewSet),
    ("access-lines", ItemViewSet),
    ("revocations", RevocationViewSet),
    ("access-log-audits", LogAuditViewSet),
]
