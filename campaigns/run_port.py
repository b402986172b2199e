"""The store's part in sending: runs, their deliveries and batches, and what is told of them.

See ``campaigns.store_port`` for the whole, and for the order in which a transaction locks.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from campaigns.model import Batch, Campaign, Delivery, DeliveryState, Failure, Medium, Run, RunState
from campaigns.notices import Draft, Notice
from campaigns.ports import Misses, NewRun, Progress, SentAt, Settlement, Standing, Upcoming, Whom
from campaigns.timing import Pace


class Runs(Protocol):
    def start(self, campaign: Campaign, new: NewRun, now: datetime) -> Run:
        """The run with its deliveries and its first batch, due now.

        Raises StateError if the campaign has an active run or nobody is selected; nothing of it stays then.
        """
        ...

    def take_in(self, run_id: int, now: datetime) -> int:
        """Queue the newcomers whom the active run's kind selects now; returns how many.

        Who has no delivery in it gets one, and the run's total rises by that. Who has one that was skipped
        when they were taken off the list is queued with it again. They stand in no batch yet: the next one
        takes them.
        """
        ...

    def joining(self, run_id: int) -> int:
        """By how many its total would rise if it took them in now."""
        ...

    def by_submission(self, submission: str) -> Run | None: ...

    def get(self, run_id: int) -> Run: ...

    def lock(self, run_id: int) -> None:
        """What is read of this run from now on stays true until this transaction ends."""
        ...

    def standing(self, run_id: int) -> Standing:
        """What a worker must know before every invite, in one read."""
        ...

    def latest(self, campaign_id: int) -> Run | None: ...

    def active(self) -> list[Run]: ...

    def of_account(self, account_id: int, states: Sequence[RunState]) -> list[Run]:
        """The account's runs in these states, by id."""
        ...

    def move(
        self,
        run_id: int,
        to: RunState,
        *,
        now: datetime,
        reason: str | None = None,
        detail: str = "",
        resume_at: datetime | None = None,
        by: str = "",
    ) -> bool:
        """One conditional UPDATE; False if the run's state does not allow the step."""
        ...

    def change_pace(self, run_id: int, pace: Pace) -> bool:
        """For the batches to come; False if the run has ended."""
        ...

    def upcoming(self, account_id: int) -> list[Upcoming]:
        """What the account's running and paused runs have still to send."""
        ...

    def sent_over_time(self, run_id: int, *, stretches: int) -> list[SentAt]:
        """When it was sent, in at most ``stretches`` equal stretches from the first to the last."""
        ...

    def skip_queued(self, run_id: int, cause: str, now: datetime) -> int: ...

    def skip_person(
        self, run_id: int, key: str, cause: str, now: datetime, *, but_cancels: bool = False
    ) -> bool:
        """Skip what is queued for the attendee with this key; False if nothing is.

        ``but_cancels``: what takes the event from their calendar is left to go.
        """
        ...

    def posted(self, run_id: int, channel: str, ts: str) -> None:
        """Where the progress message stands."""
        ...

    def progress(self, run_id: int) -> Progress: ...

    def waiting(self, run_id: int) -> Whom:
        """What the run would still do for those who are queued in it, by deed."""
        ...

    def causes(self, run_id: int) -> list[tuple[str, str, int, int]]:
        """(cause, hint, how many, how many of these came back) of who was not reached, most first."""
        ...

    def failures(self, run_id: int) -> Iterator[Failure]: ...

    def count_refusal(self, run_id: int, cause: str) -> int:
        """One more refusal for this cause; returns how many in a row."""
        ...

    def clear_refusals(self, run_id: int) -> None: ...

    def limit_told(self, run_id: int, at: datetime | None) -> None:
        """People have heard that the account's own limit stops it (see ``Run``); None: that it is over."""
        ...

    def is_through(self, run_id: int) -> bool:
        """Something of a running run went through: what it had paused for (``Run.detail``) has passed.

        False if it had not paused by itself since something last did.
        """
        ...


class Deliveries(Protocol):
    def claim(
        self, run_id: int, seq: int, *, limit: int, owner: str, now: datetime, lease_until: datetime
    ) -> list[Delivery]:
        """Queued deliveries of the batch whose time has come, moved to sending."""
        ...

    def settle(self, delivery: Delivery, settlement: Settlement, now: datetime) -> bool:
        """Record how the try ended. False if this try no longer owns the row (a late zombie)."""
        ...

    def next_retry_at(self, run_id: int, seq: int, now: datetime) -> datetime | None:
        """When the earliest queued delivery of the batch may be tried; None if none is queued."""
        ...

    def sending(self, run_id: int, seq: int) -> int: ...

    def abandon_expired(self, leased_until: datetime, now: datetime, cause: str) -> list[int]:
        """Sending rows leased no longer than ``leased_until`` become unsure; returns the runs concerned."""
        ...

    def unsure(self, run_id: int, *, after: int, limit: int) -> list[Delivery]:
        """Unsure deliveries of a run by id, those after ``after``: for a provider that can be asked."""
        ...

    def answer_unsure(
        self, delivery: Delivery, to: DeliveryState, *, reference: str, cause: str, now: datetime
    ) -> bool:
        """The provider's word on an unsure delivery: sent (``reference``) or queued, to be tried again.

        False if it is not unsure any more, or was tried again since ``delivery`` was read. To queued only
        while its batch or a later one of its run is to come. To sent also what is ``doubtful``.
        """
        ...

    def doubtful(self, delivery_id: int) -> Delivery | None:
        """The delivery if it is unsure, or waits for another try of a letter that may have gone."""
        ...

    def misses(self, run_id: int, most: int) -> Misses:
        """What of the run's ``most`` latest outcomes, in whichever batch, has failed or is unsure."""
        ...

    def settle_unsure(self, run_id: int, to: DeliveryState, cause: str, now: datetime) -> int:
        """A person's word on every unsure delivery of a run."""
        ...


class Batches(Protocol):
    def current(self, run_id: int) -> Batch:
        """The open or next batch; of an ended run the last one."""
        ...

    def open(self, run_id: int, seq: int, size: int | None, now: datetime) -> int:
        """Give the batch its members, once; returns how many it has got now."""
        ...

    def renew(self, run_id: int, seq: int, owner: str, lease_until: datetime) -> None: ...

    def release(self, run_id: int, seq: int) -> None:
        """End the lease and leave the rest as it is."""
        ...

    def postpone(self, run_id: int, seq: int, due_at: datetime, *, stumbled: bool) -> None:
        """The batch is due again at ``due_at``; its lease ends. ``stumbled`` counts a hold."""
        ...

    def progressed(self, run_id: int, seq: int) -> None:
        """Something went through: the count of holds starts again."""
        ...

    def end(self, run_id: int, seq: int, now: datetime) -> bool:
        """False if it was ended already."""
        ...

    def ended_at(self, run_id: int, seq: int) -> datetime | None:
        """When batch ``seq`` ended; None if it has not, or there is none."""
        ...

    def arm_next(self, run_id: int, seq: int, due_at: datetime) -> None:
        """The count of holds goes on: an end of the batch alone is nothing that went through."""
        ...

    def earliest_waiting(self, run_id: int) -> datetime | None:
        """The earliest ``not_before`` of queued deliveries in no batch; None if one may go at once."""
        ...

    def release_all(self) -> None:
        """End every lease: only a process that is alone with the database may call this."""
        ...


class Notices(Protocol):
    def write(self, draft: Draft, now: datetime) -> None:
        """One row per medium of its kind; a key written before stays as it is."""
        ...

    def touch(self, draft: Draft, now: datetime) -> None:
        """Write it, or make the written one due again, now."""
        ...

    def touch_gently(self, draft: Draft, now: datetime) -> None:
        """Like ``touch``, due ``SPACING`` after it was told last: for progress that may wait."""
        ...

    def due(self, now: datetime, limit: int, media: Collection[Medium] = tuple(Medium)) -> list[Notice]:
        """Of ``media``: the urgent first, then those that have waited longest.

        Home tabs, of which there may be many, come after all others.
        """
        ...

    def told(self, notice: Notice, reference: str, now: datetime) -> None:
        """Done, unless it was touched meanwhile: then it stays due."""
        ...

    def retry(self, notice: Notice, due_at: datetime) -> None: ...

    def give_up(self, notice: Notice, why: str, now: datetime) -> None: ...

    def next_due_at(self) -> datetime | None: ...
