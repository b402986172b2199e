"""Short words for what the services and the courier do with a store, and threads that do it at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from campaigns.account import Account
from campaigns.model import (
    Attendee,
    Campaign,
    Delivery,
    DeliveryState,
    Event,
    Kind,
    MailProgress,
    Organizer,
    Problem,
    Run,
    RunState,
)
from campaigns.ports import CampaignForm, NewRun, Selection, Settlement, Whom
from campaigns.roster import Roster
from campaigns.store_port import Store
from campaigns.timing import Pace
from tests.fakes.clocks import NOON

LEASE = timedelta(minutes=2)
SUMMIT = Event(
    "Summit",
    NOON + timedelta(days=30),
    NOON + timedelta(days=30, hours=1),
    "Europe/Madrid",
    "Hall",
    "D",
    "Hi",
)
_Result = TypeVar("_Result")


def minutes(number: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)


def person(number: int) -> Attendee:
    address = f"p{number}@example.org"
    return Attendee(address, address, f"Person {number}", number + 1, {"first_name": f"P{number}"})


def roster(people: int, problems: list[Problem] | None = None) -> Roster:
    return Roster(("email", "first_name"), [person(n) for n in range(1, people + 1)], problems or [], 0)


def form(
    account: Account, mail_progress: MailProgress = MailProgress.DAILY, *, title: str = SUMMIT.title
) -> CampaignForm:
    olga = Organizer("Olga", "olga@example.org")
    event = replace(SUMMIT, title=title)
    return CampaignForm(event, olga, account.id, "alerts@example.org", mail_progress)


class Scene:
    """One store. Every step is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._numbers = count(1)

    def account(self, address: str = "out@example.org", **limits: int) -> Account:
        with self.store.writing() as work:
            return work.accounts.upsert(Account(0, "smtp", address, "Outgoing", **limits))

    def campaign(
        self,
        people: int = 3,
        *,
        workspace: str = "T1",
        account: Account | None = None,
        problems: list[Problem] | None = None,
        mail_progress: MailProgress = MailProgress.DAILY,
        title: str = SUMMIT.title,
    ) -> Campaign:
        account = account or self.account()
        with self.store.writing() as work:
            return work.campaigns.add(
                form(account, mail_progress, title=title),
                workspace=workspace,
                owner="UOWNER",
                roster=roster(people, problems),
                missing_values=1,
                now=NOON,
            )

    def revise(self, campaign: Campaign, title: str, *, at: datetime = NOON) -> Campaign:
        event = Event(title, campaign.event.starts_at, campaign.event.ends_at, campaign.event.zone)
        with self.store.writing() as work:
            return work.campaigns.revise(campaign.id, event, missing_values=0, now=at)

    def new_run(self, selection: Selection | None = None, *, submission: str = "", size: int = 0) -> NewRun:
        return NewRun(
            selection or Selection(Kind.INVITE),
            Pace(size or None, 60),
            "UOWNER",
            "C1",
            submission or f"submission {next(self._numbers)}",
        )

    def start(
        self, campaign: Campaign, selection: Selection | None = None, *, submission: str = "", size: int = 0
    ) -> Run:
        with self.store.writing() as work:
            campaign = work.campaigns.get(campaign.id)
            return work.runs.start(campaign, self.new_run(selection, submission=submission, size=size), NOON)

    def started(self, people: int = 3, *, account: Account | None = None) -> Run:
        """A run whose first batch holds everybody."""
        run = self.start(self.campaign(people, account=account))
        self.open(run)
        return run

    def open(self, run: Run, seq: int = 1, size: int | None = None, *, at: datetime = NOON) -> int:
        with self.store.writing() as work:
            return work.batches.open(run.id, seq, size, at)

    def claim(self, run: Run, limit: int = 100, *, seq: int = 1, at: datetime = NOON) -> list[Delivery]:
        with self.store.writing() as work:
            return work.deliveries.claim(run.id, seq, limit=limit, owner="me", now=at, lease_until=at + LEASE)

    def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        at: datetime = NOON,
        cause: str = "",
        hint: str = "",
        given_back: bool = False,
        not_before: datetime | None = None,
        leave_batch: bool = False,
    ) -> bool:
        settlement = Settlement(
            state,
            cause,
            hint,
            "evidence" if cause else "",
            given_back=given_back,
            not_before=not_before,
            leave_batch=leave_batch,
        )
        with self.store.writing() as work:
            return work.deliveries.settle(delivery, settlement, at)

    def outcomes(self, run: Run, *states: DeliveryState) -> list[Delivery]:
        """Claim as many as there are states and settle each with its own."""
        claimed = self.claim(run, len(states))
        for delivery, state in zip(claimed, states, strict=True):
            self.settle(delivery, state, cause="" if state is DeliveryState.SENT else "No such mailbox")
        return claimed

    def abandon(self, until: datetime, *, at: datetime | None = None) -> list[int]:
        with self.store.writing() as work:
            return work.deliveries.abandon_expired(until, at or until, "stopped on the way")

    def move(self, run: Run, to: RunState, reason: str | None = None, *, at: datetime = NOON) -> bool:
        with self.store.writing() as work:
            return work.runs.move(run.id, to, now=at, reason=reason)

    def attendees(self, campaign: Campaign) -> list[Attendee]:
        with self.store.reading() as work:
            return list(work.campaigns.attendees(campaign.id))

    def reread(self, campaign: Campaign) -> Campaign:
        with self.store.reading() as work:
            return work.campaigns.get(campaign.id)

    def selected(self, campaign: Campaign, selection: Selection) -> int:
        with self.store.reading() as work:
            return work.campaigns.selected(work.campaigns.get(campaign.id), selection)

    def whom(self, campaign: Campaign, selection: Selection) -> Whom:
        with self.store.reading() as work:
            return work.campaigns.whom(work.campaigns.get(campaign.id), selection)

    def end(self, run: Run, seq: int = 1, *, at: datetime = NOON) -> bool:
        with self.store.writing() as work:
            return work.batches.end(run.id, seq, at)


def at_once(*calls: Callable[[], _Result]) -> list[_Result | Exception]:
    """What each call returned or raised, all begun in threads of their own at the same moment."""
    ready = threading.Barrier(len(calls))

    def begin(call: Callable[[], _Result]) -> _Result | Exception:
        ready.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - what was raised is the answer
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))
