"""The room over HTTP: vendors, engagements, subcontracts, grants."""

from apps.engagements.api.engagements import EngagementViewSet, VendorViewSet
from apps.engagements.api.grants import GrantViewSet
from apps.engagements.api.subcontracts import SubcontractViewSet

ROUTES = [
    ("vendors", VendorViewSet),
    ("engagements", EngagementViewSet),
    ("subcontracts", SubcontractViewSet),
    ("grants", GrantViewSet),
]
