"""What the listeners work with, handed to each of them as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaigns.conduct import RunService
from campaigns.editing import CampaignEditing
from campaigns.failure_lists import FailureLists
from campaigns.service import CampaignService
from campaigns.trial import Trials
from handlers.guard import Guard
from handlers.importer import Importing
from handlers.trial_sender import TrialSending


@dataclass(frozen=True, slots=True)
class Services:
    """``take_upload`` hands an upload to the importer, ``send_trial`` a test invite to its sender."""

    campaigns: CampaignService
    runs: RunService
    editing: CampaignEditing
    trials: Trials
    failures: FailureLists
    take_upload: Importing
    send_trial: TrialSending
    guard: Guard
    now: Callable[[], datetime]
