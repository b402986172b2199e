"""Introduces the listeners to Bolt."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import App

from campaigns.conduct import RunService
from campaigns.service import CampaignService
from handlers.campaign_actions import CampaignActions
from handlers.commands import Commands
from handlers.guard import Guard
from handlers.importer import Importing
from handlers.log_filter import drop_bodies
from handlers.mishaps import on_error
from handlers.repeats import Repeats
from handlers.run_actions import RunActions
from handlers.send_actions import SendActions
from handlers.services import Services


def register(
    app: App,
    *,
    campaigns: CampaignService,
    runs: RunService,
    take_upload: Importing,
    now: Callable[[], datetime],
) -> None:
    """Wire every listener. ``take_upload`` hands an upload to the importer; ``now`` is the clock's."""
    services = Services(campaigns, runs, take_upload, Guard(now), now)
    sending = SendActions(services)
    drop_bodies()
    app.middleware(Repeats(now))
    app.error(on_error)
    Commands(services).register(app)
    CampaignActions(services).register(app)
    sending.register(app)
    RunActions(services, sending).register(app)
