"""The only place that names concrete classes: settings in, a running bot's parts out."""

import os
import secrets
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from slack_bolt import App
from slack_sdk import WebClient

from bot.account_inboxes import AccountInboxes
from bot.account_mailers import AccountMailers
from bot.account_wiring import (
    consents_of,
    keep_account,
    limits_of,
    providers_of,
    renewal_links,
    signatures_of,
)
from bot.app import Application
from bot.settings import Settings
from bot.slack_app import slack_app, slack_client
from bot.slack_line import HttpLine, SocketLine
from bot.slack_names import names_from
from bot.upkeep import check_keys, opening_database
from campaigns.account import Account
from campaigns.accounts_desk import AccountsDesk
from campaigns.adding import Adding
from campaigns.answer_desk import AnswerDesk
from campaigns.conduct import RunService
from campaigns.connecting import Connecting
from campaigns.consent_port import Consent
from campaigns.courier import Courier
from campaigns.editing import CampaignEditing
from campaigns.failure_lists import FailureLists
from campaigns.herald import Herald
from campaigns.letters import InviteDesk
from campaigns.mail_watch import MailWatch
from campaigns.mailbox_book import book_of
from campaigns.model import Medium
from campaigns.never_inviting import NeverInviting
from campaigns.parting import Revoking
from campaigns.pictures import Pictures
from campaigns.ports import Notifier
from campaigns.preflight_desk import Preflight
from campaigns.renewal import AccountWatch
from campaigns.service import CampaignService
from campaigns.taking_in import TakingIn
from campaigns.trial import Trials
from campaigns.unsubscribing import Unsubscribing
from handlers.api import make_api
from handlers.chart import ReportCharts
from handlers.connect_pages import make_connect_pages
from handlers.guard import Guard
from handlers.home_publisher import HomePublisher
from handlers.http import make_flask
from handlers.importer import Importer
from handlers.notifier import DirectNotifier, SlackNotifier
from handlers.register import register
from handlers.services import Services
from handlers.sheet_limits import Limits
from handlers.slack_attachments import SlackAttachments
from handlers.slow_screens import SlowScreens
from handlers.trial_sender import TrialSender
from handlers.unsubscribe_pages import make_unsubscribe_pages
from mailers.alerts import AlertMailer
from mailers.domain_records import DomainRecords
from mailers.mail_notifier import MailNotifier
from mailers.smtp_account import SmtpAccount
from mailers.smtp_profiles import limits_for
from scheduler.alarm import WakeUp
from scheduler.chores import prune_lists, prune_spends, take_in_newcomers, write_digests
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
_WATCH_SECONDS = 60
"""How often it is asked whose turn it is; each account in use has its turn once an hour."""


@dataclass(frozen=True, slots=True)
class _Foundation:
    """What every part stands on."""

    settings: Settings
    clock: SystemClock
    alarm: WakeUp
    store: SqlStore
    client: WebClient
    guard: Guard


@dataclass(frozen=True, slots=True)
class _Sending:
    """What sends, and what tells whether it can."""

    mailers: AccountMailers
    inboxes: AccountInboxes
    watch: AccountWatch
    jobs: BatchJobStore


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
    sending = _add_sending(app, base)
    _add_slack(app, base, campaigns, sending)
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
        reserve=settings.smtp_reserve,
        brake_refusals=settings.smtp_brake_refusals,
        brake_percent=settings.smtp_brake_percent,
        book=book_of("smtp", smtp.sender, host=smtp.host, user=smtp.user),
    )


def _add_storage(app: Application, base: _Foundation) -> None:
    smtp = base.settings.sending_account
    account = account_of(base.settings, smtp) if smtp else None

    def prepare() -> None:
        with opening_database():
            migrate(base.store.engine)
            check_keys(base.store.engine, base.settings.keys)
            with base.store.writing() as work:
                keep_account(work, account, base.clock.now())

    sole = SoleProcess.of(base.settings.database_url)
    if sole is not None:
        app.add("lock", opening_database()(sole.acquire), sole.release)
    app.add("store", prepare, base.store.close)
    if sole is not None:
        # alone with the file: whatever is leased was leased by a process that is gone
        app.add("recovery", lambda: take_over(base.store, base.clock), _nothing)


def _add_outbox(app: Application, base: _Foundation, campaigns: CampaignService) -> None:
    alerts = AlertMailer(base.settings.alerts_account, base.settings.alerts_from)
    resumes = base.settings.resume_after_renewal
    in_slack: dict[Medium, Notifier] = {
        Medium.SLACK: SlackNotifier(base.client, resumes=resumes),
        Medium.DIRECT: DirectNotifier(base.client, resumes=resumes),
        Medium.HOME: HomePublisher(base.client, campaigns, base.guard, _answers(base)),
    }
    by_mail: dict[Medium, Notifier] = {
        Medium.MAIL: MailNotifier(
            alerts,
            sender=base.settings.alerts_from,
            renewal_link=renewal_links(base.settings),
            resumes=resumes,
        ),
    }
    app.add("alerts", _nothing, alerts.close)
    for name, notifiers in (("slack", in_slack), ("mail", by_mail)):
        outbox = Outbox(name, Herald(base.store, notifiers, base.clock, charts=ReportCharts()))
        app.add(f"outbox of {name}", outbox.start, outbox.stop)
        base.alarm.add(outbox.wake)


def _add_sending(app: Application, base: _Foundation) -> _Sending:
    settings = base.settings
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    desk = InviteDesk(attach_ics=settings.attach_ics, unsubscribe_base=settings.public_url)
    mailers = AccountMailers(base.store, providers_of(settings), of_settings=settings.sending_account)
    inboxes = AccountInboxes(base.store, providers_of(settings), of_settings=settings.reading_account)
    watch = AccountWatch(base.store, mailers, base.clock, base.alarm, resumes=settings.resume_after_renewal)
    revoking = Revoking(base.store, base.clock, consents_of(settings))
    mail_watch = MailWatch(base.store, base.clock, base.alarm, inboxes)
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
            Chore(
                "newcomers",
                lambda: take_in_newcomers(base.store, base.clock, base.alarm, _taking_in(base)),
                every_seconds=_look_every(base.clock),
            ),
            Chore("lists", lambda: prune_lists(base.store, base.clock), every_seconds=3_600),
            Chore("tickets", lambda: _prune_tickets(base), every_seconds=3_600),
            Chore("revocations", revoking.ask_all, every_seconds=3_600, is_slow=True),
            Chore("accounts", watch.look_at_all, every_seconds=_WATCH_SECONDS, is_slow=True),
            Chore("answers", mail_watch.look_at_all, every_seconds=_look_every(base.clock), is_slow=True),
        ],
        runs_at_once=RUNS_AT_ONCE,
    )

    def settle_what_is_on_the_wire() -> None:
        courier.stop()
        watch.stop()
        mail_watch.stop()
        base.clock.stop()
        timetable.shutdown(wait=True)
        mailers.close()
        inboxes.close()

    app.add("sending", timetable.start, settle_what_is_on_the_wire)
    base.alarm.add(timetable.wakeup)
    return _Sending(mailers, inboxes, watch, jobs)


def _add_slack(app: Application, base: _Foundation, campaigns: CampaignService, sending: _Sending) -> None:
    settings = base.settings
    importer, trials = Importer(campaigns, base.client), TrialSender(base.client)
    slow_screens = SlowScreens()
    consents = consents_of(settings)
    connecting = _connecting(base, sending, consents)
    services = Services(
        campaigns=campaigns,
        runs=RunService(
            base.store,
            base.clock,
            base.alarm,
            approval_above=settings.approval_above,
            watch=sending.watch,
        ),
        editing=CampaignEditing(base.store, base.clock, base.alarm, taking_in=_taking_in(base)),
        trials=Trials(base.store, sending.mailers, base.clock, attach_ics=settings.attach_ics),
        failures=FailureLists(base.store),
        answers=_answers(base),
        pictures=Pictures(base.store, base.clock, ReportCharts()),
        connecting=connecting,
        accounts=_accounts(base, sending, consents),
        preflight=Preflight(
            base.store, DomainRecords(), base.clock, can_unsubscribe=bool(settings.public_url)
        ),
        never_inviting=NeverInviting(base.store, base.clock, base.alarm),
        take_upload=importer.take,
        send_trial=trials.take,
        guard=base.guard,
        now=base.clock.now,
        slow_screens=slow_screens,
    )
    threads = ThreadPoolExecutor(SLACK_THREADS, thread_name_prefix="slack")
    slack = slack_app(settings, threads)
    register(slack, services)

    app.add("importer", importer.start, importer.stop)
    app.add("trials", _nothing, trials.stop)
    app.add("slow screens", _nothing, slow_screens.stop)
    app.add("listeners", _nothing, lambda: threads.shutdown(wait=True))
    if settings.has_web_pages:
        _add_web(app, base, connecting, sending.jobs, slack if settings.slack_transport == "http" else None)
    if settings.slack_transport == "socket":
        line = SocketLine(slack, settings.slack_app_token.get_secret_value())
        app.add("slack", line.start, line.stop)


def _connecting(base: _Foundation, sending: _Sending, consents: Mapping[str, Consent]) -> Connecting:
    return Connecting(
        base.store,
        base.clock,
        base.alarm,
        consents=consents,
        doorbell=sending.mailers,
        mailbox_bell=sending.inboxes,
        draw=lambda: secrets.token_urlsafe(32),
        signs=signatures_of(base.settings),
        public_url=base.settings.public_url,
        limits=limits_of,
        resumes=base.settings.resume_after_renewal,
    )


def _accounts(base: _Foundation, sending: _Sending, consents: Mapping[str, Consent]) -> AccountsDesk:
    return AccountsDesk(
        base.store,
        base.clock,
        base.alarm,
        consents=consents,
        watch=sending.watch,
        reads_of_settings=base.settings.reading_account is not None,
    )


def _add_web(
    app: Application, base: _Foundation, connecting: Connecting, jobs: BatchJobStore, slack: App | None
) -> None:
    """The pages for people, what programs call, health, and (given it) Slack's own address."""

    def is_healthy() -> bool:
        return jobs.last_looked_at is not None and base.clock.now() - jobs.last_looked_at < _HEALTHY

    pages = []
    if base.settings.public_url:
        pages.append(make_connect_pages(connecting, names=names_from(base.client)))
        pages.append(make_unsubscribe_pages(Unsubscribing(base.store, base.clock)))
    if token := base.settings.api_token.get_secret_value():
        pages.append(make_api(_adding(base), token=token))
    flask = make_flask(slack, is_healthy=is_healthy, pages=pages)
    line = HttpLine(flask, base.settings.http_host, base.settings.http_port)
    app.add("web", line.start, line.stop)


def _adding(base: _Foundation) -> Adding:
    settings = base.settings
    return Adding(base.store, base.clock, base.alarm, _taking_in(base), longest_list=settings.max_rows)


def _taking_in(base: _Foundation) -> TakingIn:
    return TakingIn(approval_above=base.settings.approval_above, minute=base.clock.minute)


def _look_every(clock: SystemClock) -> int:
    """In seconds: how often mailboxes are looked at; in the demo, whose minutes are short, more often."""
    return max(1, min(_WATCH_SECONDS, int(clock.minute.total_seconds())))


def _answers(base: _Foundation) -> AnswerDesk:
    is_read = base.settings.reading_account is not None
    return AnswerDesk(base.store, base.clock, reads_of_settings=is_read)


def _prune_tickets(base: _Foundation) -> None:
    with base.store.writing() as work:
        work.tickets.prune(base.clock.now())


def _nothing() -> None:
    """For parts that only start, or only stop."""
