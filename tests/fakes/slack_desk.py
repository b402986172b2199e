"""The listeners behind a real HTTP server, a stand-in for Slack in front, and a house of campaigns behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from slack_bolt import App
from slack_sdk import WebClient

from campaigns.accounts_desk import AccountsDesk
from campaigns.answer_desk import AnswerDesk
from campaigns.failure_lists import FailureLists
from campaigns.herald import Herald
from campaigns.model import Medium
from campaigns.never_inviting import NeverInviting
from campaigns.pictures import Pictures
from campaigns.ports import ListQuery
from campaigns.preflight_desk import Preflight
from campaigns.renewal import AccountWatch
from campaigns.roles import Actor
from campaigns.service import CampaignService
from campaigns.trial import Trials
from handlers.chart import ReportCharts
from handlers.guard import Guard
from handlers.home_publisher import HomePublisher
from handlers.http import make_flask
from handlers.importer import Importer
from handlers.notifier import DirectNotifier, SlackNotifier
from handlers.register import register
from handlers.services import Services
from handlers.slack_attachments import SlackAttachments
from handlers.slow_screens import SlowScreens
from handlers.trial_sender import TrialSender
from playground import Workspace
from playground.http_server import LocalServer
from playground.state import TEAM
from tests.fakes.campaigns import SUMMIT, House, form_for, roster_of
from tests.fakes.email_doors import Door, QuietDomains, connecting
from tests.fakes.mailers import OneMailer
from tests.fakes.notifiers import ScriptedNotifier

PATIENCE = 30
"""Seconds. How soon the bot answers is for the benchmarks; a machine that stands still fails no test here."""

PEOPLE = b"email,first_name\nana@mail.acme.com,Ana\nbea@mail.acme.com,Bea\ncruz@mail.acme.com,Cruz\n"


class SlackDesk:
    """``ana`` owns the campaigns, ``ben`` is a colleague, ``kim`` an admin; time moves by hand."""

    def __init__(
        self, folder, *, grace=timedelta(seconds=0.3), rate_limits=None, group="", approval_above=None
    ):
        self.house = House(folder)
        self.account = self.house.account()
        self.workspace = Workspace(
            rate_limits=rate_limits, ack_timeout=PATIENCE, trigger_lifetime=PATIENCE
        ).start()
        token, base_url = "xoxb-playground", self.workspace.base_url
        self.client = WebClient(token, base_url=base_url, timeout=5, retry_handlers=[])
        self.pool = ThreadPoolExecutor(10)
        self.app = App(
            client=self.client, signing_secret="playground-signing-secret", listener_executor=self.pool
        )
        self.campaigns = CampaignService(
            self.house.store,
            SlackAttachments(self.client, api_url=base_url),
            self.house.clock,
            self.house.alarm,
        )
        self.importer = Importer(self.campaigns, self.client, grace=grace)
        self.trials = TrialSender(self.client, grace=grace)
        self.slow_screens = SlowScreens(grace)
        self.door = Door()
        store, clock, alarm = self.house.store, self.house.clock, self.house.alarm
        self.answers = AnswerDesk(store, clock, reads_of_settings=True)
        self.watch = AccountWatch(store, OneMailer(self.door), clock, alarm, resumes=True)
        self.house.ask_approval_above(approval_above, self.watch)
        self.connecting = connecting(store, clock, alarm, self.door)
        self.guard = Guard(self.house.clock.now, group)
        register(
            self.app,
            Services(
                campaigns=self.campaigns,
                runs=self.house.runs,
                editing=self.house.editing,
                trials=Trials(self.house.store, OneMailer(self.house.mailer), self.house.clock),
                failures=FailureLists(self.house.store),
                answers=self.answers,
                pictures=Pictures(store, clock, ReportCharts()),
                connecting=self.connecting,
                accounts=AccountsDesk(store, clock, alarm, consents={}, watch=self.watch),
                preflight=Preflight(store, QuietDomains(), clock, can_unsubscribe=True),
                never_inviting=NeverInviting(store, clock, alarm),
                take_upload=self._take,
                send_trial=self.trials.take,
                guard=self.guard,
                now=self.house.clock.now,
                slow_screens=self.slow_screens,
            ),
        )
        for listener in self.app._listeners:
            listener.ack_timeout = PATIENCE
        self.server = LocalServer(make_flask(self.app))
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.workspace.connect_bot(f"{self.url}/slack/events")
        self.ana, self.ben, self.kim = (self.workspace.person(name) for name in ("ana", "ben", "kim"))
        self.mail = ScriptedNotifier()
        notifiers = {
            Medium.SLACK: SlackNotifier(self.client),
            Medium.DIRECT: DirectNotifier(self.client),
            Medium.HOME: HomePublisher(self.client, self.campaigns, self.guard, self.answers),
            Medium.MAIL: self.mail,
        }
        self.herald = Herald(self.house.store, notifiers, self.house.clock)

    def _take(self, upload):
        self.importer.take(upload)

    def close(self):
        self.importer.stop()
        self.trials.stop()
        self.slow_screens.stop()
        self.server.stop()
        self.pool.shutdown()
        self.workspace.stop()
        self.house.close()

    def renew_importer(self):
        """As after a restart: a new importer that knows of nothing yet."""
        self.importer = Importer(self.campaigns, self.client, grace=timedelta(0))
        return self.importer

    @staticmethod
    def actor(person):
        return Actor(TEAM, person.user.id)

    def tell(self):
        """Tell every notice that is due, waiting out the spacing of progress."""
        self.house.clock.advance(timedelta(seconds=6))
        while self.herald.tell_due():
            pass

    def add_campaign(self, title, owner="U0ANA", people=1, account=None):
        """A campaign that stands in the store already."""
        with self.house.store.writing() as work:
            return work.campaigns.add(
                form_for((account or self.account).id, event=replace(SUMMIT, title=title)),
                workspace=TEAM,
                owner=owner,
                roster=roster_of(people),
                missing_values=0,
                now=self.house.clock.now(),
            )

    def campaign_called(self, title):
        with self.house.store.reading() as work:
            return work.campaigns.summaries(TEAM, ListQuery(title))[0].campaign

    def list_of(self, person):
        """``person`` opens the Campaign List."""
        person.type("/sendinvites")
        return person.wait_for_modal("Campaign List")

    def new_campaign(self, person, **entries):
        """``person`` makes a campaign by hand; returns what the form refused."""
        self.filled_form(person, **entries)
        return person.submit()

    def filled_form(self, person, *, title="Team Day", people=PEOPLE, name="people.csv", **entries):
        """*New campaign*, filled in and not submitted."""
        self.list_of(person)
        person.press("New campaign")
        person.wait_for_modal("New campaign")
        fill = {
            "Title": title,
            "Start date": "2026-12-24",
            "Start time": "10:30",
            "Duration in minutes": "60",
            "Sending account": "out@example.org",
            "Attendee list": (name, people),
            **entries,
        }
        for label, value in fill.items():
            person.fill(label, value)
        return person.modal

    def ready_campaign(self, person, **entries):
        assert self.new_campaign(person, **entries) == {}
        return person.wait_for_modal("Campaign ready")


def start_batches(person, *, per_batch="2", gap="60", channel=None, form="Send in batches"):
    person.press("Update in Batches" if form.startswith("Update") else "Send Invite in Batches")
    person.wait_for_modal(form)
    person.fill("Invites per Batch", per_batch)
    person.fill("Time Gap Between Batches (in minutes)", gap)
    if channel:
        person.fill("Post progress in", channel)
    assert person.submit() == {}
    person.wait_for_modal("Check and start")
    assert person.submit() == {}
    return person.wait_for_modal("Sending has started")


def start_sending(desk, person, **choices):
    desk.ready_campaign(person)
    person.press("Send Calendar Invite")
    person.wait_for_modal("Send Calendar Invite")
    started = start_batches(person, **choices)
    desk.tell()
    return started


def open_campaign(desk, person, title="Team Day"):
    desk.list_of(person)
    person.press("Send Invite", near=title)
    return person.wait_for_modal("Send Invite")


def whispers(desk, person):
    return [m.text for m in desk.workspace.messages if m.only_for == person.user.id]
