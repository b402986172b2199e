"""The only place that names concrete classes: settings in, a running bot's parts out."""

import os
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app import Application
from bot.settings import Settings
from bot.slack_line import HttpLine, SocketLine
from bot.upkeep import check_keys, opening_database
from campaigns.account import Account
from campaigns.conduct import RunService
from campaigns.courier import Courier
from campaigns.editing import CampaignEditing
from campaigns.errors import Misconfigured
from campaigns.failure_lists import FailureLists
from campaigns.herald import Herald
from campaigns.letters import InviteDesk
from campaigns.model import Medium
from campaigns.ports import Mailer, Mailers, Notifier
from campaigns.service import CampaignService
from campaigns.trial import Trials
from handlers.chart import ReportCharts
from handlers.guard import Guard
from handlers.home_publisher import HomePublisher
from handlers.http import make_flask
from handlers.importer import Importer
from handlers.log_filter import drop_bodies
from handlers.notifier import DirectNotifier, SlackNotifier
from handlers.register import register
from handlers.services import Services
from handlers.sheet_limits import Limits
from handlers.slack_attachments import SlackAttachments
from handlers.trial_sender import TrialSender
from mailers.alerts import AlertMailer
from mailers.mail_notifier import MailNotifier
from mailers.smtp import SmtpMailer
from mailers.smtp_account import SmtpAccount
from mailers.smtp_profiles import limits_for
from scheduler.alarm import WakeUp
from scheduler.chores import prune_lists, prune_spends, write_digests
from scheduler.clock import SystemClock
from scheduler.dispatch import LocalDispatcher
from scheduler.jobstore import POLL, BatchJobStore
from scheduler.outbox import Outbox
from scheduler.recovery import abandon_expired, take_over
from scheduler.timetable import Chore, make_timetable
from storage.claims import SqlBatchQueue
from storage.migrate import migrate
from storage.sole import SoleProcess
from storage.store import SqlStore
from storage.vault import Vault

SLACK_THREADS = 10
RUNS_AT_ONCE = 8
_HEALTHY = 3 * POLL
_SLACK_PATIENCE = timedelta(seconds=15)
"""For one call of the Web API; those inside an acknowledgement bring less of their own."""


@dataclass(frozen=True, slots=True)
class _Foundation:
    """What every part stands on."""

    settings: Settings
    clock: SystemClock
    alarm: WakeUp
    store: SqlStore
    client: WebClient
    guard: Guard


class OneMailer:
    """Campaigns of the one account of the settings can send; those of an earlier account cannot."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    def for_account(self, account: Account) -> Mailer:
        """Raises Misconfigured for an account the settings no longer name: its From would be a lie."""
        if not account.is_current:
            raise Misconfigured(
                "This campaign's sending account is no longer set up",
                hint=f"Put {account.address} back in SMTP_URL, or make the campaign anew.",
            )
        return self._mailer


def build(settings: Settings, clock: SystemClock | None = None) -> Application:
    """The bot, not started. Raises ConfigError if a setting is wrong."""
    clock = clock or SystemClock()
    base = _Foundation(
        settings=settings,
        clock=clock,
        alarm=WakeUp(),
        store=SqlStore(settings.database_url, Vault(settings.keys)),
        client=slack_client(settings),
        guard=Guard(clock.now, settings.slack_user_group),
    )
    attachments = SlackAttachments(
        base.client, api_url=settings.slack_api_url or None, limits=Limits(rows=settings.max_rows)
    )
    campaigns = CampaignService(base.store, attachments, base.clock, base.alarm)
    app = Application()
    _add_storage(app, base)
    _add_outbox(app, base, campaigns)
    mailers, jobs = _add_sending(app, base)
    _add_slack(app, base, campaigns, mailers, jobs)
    return app


def account_of(settings: Settings, smtp: SmtpAccount) -> Account:
    """The sending account: what the settings say, else what is known of the provider."""
    known = limits_for(smtp.host)
    return Account(
        id=0,
        kind="smtp",
        address=smtp.sender,
        label=smtp.sender_name or f"SMTP at {smtp.host}",
        per_minute=settings.smtp_per_minute or known.per_minute,
        per_day=settings.smtp_per_day or known.per_day,
        connections=settings.smtp_connections or known.connections,
    )


def slack_client(settings: Settings) -> WebClient:
    """A client of the Web API as the settings say."""
    # no retry handlers: they sleep in the calling thread, and repeating is the outbox's work
    token, patience = settings.slack_bot_token.get_secret_value(), round(_SLACK_PATIENCE.total_seconds())
    if settings.slack_api_url:
        # the SDK puts method names right behind its base address
        return WebClient(token, base_url=f"{settings.slack_api_url}/", timeout=patience, retry_handlers=[])
    return WebClient(token, timeout=patience, retry_handlers=[])


def _add_storage(app: Application, base: _Foundation) -> None:
    account = account_of(base.settings, base.settings.sending_account)

    def prepare() -> None:
        with opening_database():
            migrate(base.store.engine)
            check_keys(base.store.engine, base.settings.keys)
            with base.store.writing() as work:
                work.accounts.retire_others(work.accounts.upsert(account).id)

    sole = SoleProcess.of(base.settings.database_url)
    if sole is not None:
        app.add("lock", opening_database()(sole.acquire), sole.release)
    app.add("store", prepare, base.store.close)
    if sole is not None:
        # alone with the file: whatever is leased was leased by a process that is gone
        app.add("recovery", lambda: take_over(base.store, base.clock), _nothing)


def _add_outbox(app: Application, base: _Foundation, campaigns: CampaignService) -> None:
    alerts = AlertMailer(base.settings.alerts_account, base.settings.alerts_from)
    notifiers: dict[Medium, Notifier] = {
        Medium.SLACK: SlackNotifier(base.client),
        Medium.DIRECT: DirectNotifier(base.client),
        Medium.MAIL: MailNotifier(alerts, sender=base.settings.alerts_from),
        Medium.HOME: HomePublisher(base.client, campaigns, base.guard),
    }
    outbox = Outbox(Herald(base.store, notifiers, base.clock, charts=ReportCharts()))
    app.add("alerts", _nothing, alerts.close)
    app.add("outbox", outbox.start, outbox.stop)
    base.alarm.add(outbox.wake)


def _add_sending(app: Application, base: _Foundation) -> tuple[OneMailer, BatchJobStore]:
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    mailer = SmtpMailer(base.settings.sending_account)
    desk = InviteDesk(attach_ics=base.settings.attach_ics)
    mailers = OneMailer(mailer)
    courier = Courier(base.store, mailers, base.clock, desk, owner=owner)
    dispatcher = LocalDispatcher(base.store, courier, base.alarm)
    queue = SqlBatchQueue(base.store.engine, owner, reader=base.store.reader)
    jobs = BatchJobStore(queue, dispatcher.send, base.clock.now)
    timetable = make_timetable(
        jobs,
        [
            Chore("abandon", lambda: abandon_expired(base.store, base.clock), every_seconds=15),
            Chore("digests", lambda: write_digests(base.store, base.clock), every_seconds=60),
            Chore("prune", lambda: prune_spends(base.store, base.clock), every_seconds=3_600),
            Chore("lists", lambda: prune_lists(base.store, base.clock), every_seconds=3_600),
        ],
        runs_at_once=RUNS_AT_ONCE,
    )

    def settle_what_is_on_the_wire() -> None:
        courier.stop()
        base.clock.stop()
        timetable.shutdown(wait=True)
        mailer.close()

    app.add("sending", timetable.start, settle_what_is_on_the_wire)
    base.alarm.add(timetable.wakeup)
    return mailers, jobs


def _add_slack(
    app: Application, base: _Foundation, campaigns: CampaignService, mailers: Mailers, jobs: BatchJobStore
) -> None:
    settings = base.settings
    importer, trials = Importer(campaigns, base.client), TrialSender(base.client)
    services = Services(
        campaigns=campaigns,
        runs=RunService(base.store, base.clock, base.alarm, approval_above=settings.approval_above),
        editing=CampaignEditing(base.store, base.clock, base.alarm),
        trials=Trials(base.store, mailers, base.clock, attach_ics=settings.attach_ics),
        failures=FailureLists(base.store),
        take_upload=importer.take,
        send_trial=trials.take,
        guard=base.guard,
        now=base.clock.now,
    )
    threads = ThreadPoolExecutor(SLACK_THREADS, thread_name_prefix="slack")
    slack = _slack_app(settings, threads)
    register(slack, services)

    def is_healthy() -> bool:
        return jobs.last_looked_at is not None and base.clock.now() - jobs.last_looked_at < _HEALTHY

    app.add("importer", importer.start, importer.stop)
    app.add("trials", _nothing, trials.stop)
    app.add("listeners", _nothing, lambda: threads.shutdown(wait=True))
    flask = make_flask(slack, is_healthy=is_healthy)
    line: HttpLine | SocketLine
    if settings.slack_transport == "http":
        line = HttpLine(flask, settings.http_host, settings.http_port)
    else:
        line = SocketLine(slack, settings.slack_app_token.get_secret_value())
    app.add("slack", line.start, line.stop)


def _slack_app(settings: Settings, threads: ThreadPoolExecutor) -> App:
    token = settings.slack_bot_token.get_secret_value()

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # one workspace, one token: by itself Bolt would ask auth.test inside the first acknowledgement
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    drop_bodies()  # before Bolt has its first word
    return App(
        client=slack_client(settings),
        authorize=authorize,
        signing_secret=settings.slack_signing_secret.get_secret_value() or None,
        # over Socket Mode nothing is signed: the connection itself is ours
        request_verification_enabled=settings.slack_transport == "http",
        listener_executor=threads,
    )


def _nothing() -> None:
    """For parts that only start, or only stop."""
