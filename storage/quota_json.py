"""What a provider said that an account may send, as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.account import KnownQuota


def quota_to_json(quota: KnownQuota | None) -> dict[str, Any] | None:
    """The moment as ISO text; None stays None."""
    if quota is None:
        return None
    return {**asdict(quota), "asked_at": quota.asked_at.isoformat() if quota.asked_at else None}


def quota_of(kept: Mapping[str, Any] | None) -> KnownQuota | None:
    if kept is None:
        return None
    asked_at = datetime.fromisoformat(kept["asked_at"]) if kept["asked_at"] else None
    return KnownQuota(**{**kept, "asked_at": asked_at})
