"""What the listeners work with, handed to each of them as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaigns.conduct import RunService
from campaigns.service import CampaignService
from handlers.guard import Guard
from handlers.importer import Importing


@dataclass(frozen=True, slots=True)
class Services:
    campaigns: CampaignService
    runs: RunService
    take_upload: Importing
    guard: Guard
    now: Callable[[], datetime]
