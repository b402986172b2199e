"""What the listeners work with, handed to each of them as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaigns.accounts_desk import AccountsDesk
from campaigns.answer_desk import AnswerDesk
from campaigns.conduct import RunService
from campaigns.connecting import Connecting
from campaigns.editing import CampaignEditing
from campaigns.failure_lists import FailureLists
from campaigns.never_inviting import NeverInviting
from campaigns.pictures import Pictures
from campaigns.preflight_desk import Preflight
from campaigns.service import CampaignService
from campaigns.trial import Trials
from handlers.guard import Guard
from handlers.importer import Importing
from handlers.slow_screens import SlowScreens
from handlers.trial_sender import TrialSending


@dataclass(frozen=True, slots=True)
class Services:
    """``take_upload`` hands an upload to the importer, ``send_trial`` a test invite to its sender.

    ``slow_screens`` asks mail services aside.
    """

    campaigns: CampaignService
    runs: RunService
    editing: CampaignEditing
    trials: Trials
    failures: FailureLists
    answers: AnswerDesk
    pictures: Pictures
    connecting: Connecting
    accounts: AccountsDesk
    preflight: Preflight
    never_inviting: NeverInviting
    take_upload: Importing
    send_trial: TrialSending
    guard: Guard
    now: Callable[[], datetime]
    slow_screens: SlowScreens
