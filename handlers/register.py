"""Introduces the listeners to Bolt."""

from slack_bolt import App

from handlers import ids
from handlers.campaign_actions import CampaignActions
from handlers.campaign_lists import CampaignLists
from handlers.commands import Commands
from handlers.edit_actions import EditActions
from handlers.home_actions import HomeActions
from handlers.kept_answers import keep_answers
from handlers.list_actions import ListActions
from handlers.log_filter import drop_bodies
from handlers.mishaps import on_error
from handlers.never_invite_actions import NeverInviteActions
from handlers.pace_actions import PaceActions
from handlers.repeats import Repeats
from handlers.report_actions import ReportActions
from handlers.run_actions import RunActions
from handlers.send_actions import SendActions
from handlers.service_actions import ServiceActions
from handlers.services import Services
from handlers.trial_actions import TrialActions


def register(app: App, services: Services) -> None:
    """Wire every listener."""
    lists, sending, reports = CampaignLists(services), SendActions(services), ReportActions(services)
    campaigns, edits, paces = CampaignActions(services), EditActions(services), PaceActions(services)
    drop_bodies()
    app.middleware(keep_answers)
    app.middleware(Repeats(services.now))
    app.error(on_error)
    accounts, never_invited = ServiceActions(services), NeverInviteActions(services)
    words = Commands(
        services,
        lists,
        reports,
        new_campaign=campaigns.new_campaign,
        email_services=accounts.open_services,
        never_invite=never_invited.open_list,
    )
    words.register(app)
    opens = {
        ids.EDIT: edits.edit,
        ids.DUPLICATE: campaigns.duplicate,
        ids.CHANGE_PACE: paces.change_pace,
        ids.HISTORY: reports.history,
        ids.CANCEL_EVENT: sending.choose,
    }
    HomeActions(services, lists, opens).register(app)
    RunActions(services, sending, lists, reports).register(app)
    lists_of_people, trials = ListActions(services), TrialActions(services)
    for listeners in (
        campaigns,
        edits,
        lists_of_people,
        trials,
        sending,
        paces,
        reports,
        accounts,
        never_invited,
    ):
        listeners.register(app)
