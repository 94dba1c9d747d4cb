"""What the pages that cross rooms show: home, vendors, search."""

from apps.portal.queries.home import Home, home
from apps.portal.queries.lines import EngagementLine
from apps.portal.queries.requirements import seven_requirements
from apps.portal.queries.search import Hit, HitGroup, search
from apps.portal.queries.vendors import (
    VendorLine,
    VendorPage,
    may_invite_first_manager,
    vendor_lines,
    vendors,
)

__all__ = [
    "EngagementLine",
    "Hit",
    "HitGroup",
    "Home",
    "VendorLine",
    "VendorPage",
    "home",
    "may_invite_first_manager",
    "search",
    "seven_requirements",
    "vendor_lines",
    "vendors",
]
