"""Tells people what the notice rows say, by each medium, until it is told or given up."""

from collections.abc import Mapping
from datetime import timedelta

from campaigns.checkpoint import checkpoint
from campaigns.errors import FAULTS, Busy, NotFound
from campaigns.model import Attachment, Campaign
from campaigns.notices import Medium, Notice, NoticeKind
from campaigns.ports import Clock, Notifier
from campaigns.report import RunReport
from campaigns.reporting import files_for, report_of
from campaigns.store_port import Store

_PER_ROUND = 20
_FIRST_RETRY = timedelta(seconds=5)
_LAST_RETRY = timedelta(minutes=15)
MAX_ATTEMPTS = 200  # about two days: a notice can be late, never lost


class Herald:
    """The outbox: one a process. After a crash a notice may be told twice; the price of never losing one."""

    def __init__(self, store: Store, notifiers: Mapping[Medium, Notifier], clock: Clock) -> None:
        self._store = store
        self._notifiers = notifiers
        self._clock = clock

    def tell_due(self) -> int:
        """Tell what is due now; returns how many notices were looked at."""
        with self._store.reading() as work:
            due = work.notices.due(self._clock.now(), _PER_ROUND)
        for notice in due:
            self._tell(notice)
        return len(due)

    def _tell(self, notice: Notice) -> None:
        try:
            campaign, report, files = self._gather(notice)
            checkpoint("notice.before_tell")
            reference = self._notifiers[notice.medium].tell(notice, campaign, report, files)
        except Busy as fault:
            self._later(notice, fault.after, fault.cause)
            return
        except (*FAULTS, NotFound) as error:
            with self._store.writing() as work:
                work.notices.give_up(notice, str(error), self._clock.now())
            return
        except Exception as error:  # noqa: BLE001 - the row guard: one odd notice must not hold up the others
            self._later(notice, None, type(error).__name__)
            return
        checkpoint("notice.told")
        with self._store.writing() as work:
            work.notices.told(notice, reference, self._clock.now())
            if notice.kind is NoticeKind.PROGRESS and notice.run_id is not None and reference:
                channel, _, ts = reference.partition(" ")
                work.runs.posted(notice.run_id, channel, ts)

    def _gather(self, notice: Notice) -> tuple[Campaign | None, RunReport | None, list[Attachment]]:
        with self._store.reading() as work:
            run = work.runs.get(notice.run_id) if notice.run_id is not None else None
            campaign_id = run.campaign_id if run else notice.campaign_id
            campaign = work.campaigns.get(campaign_id) if campaign_id is not None else None
            report = report_of(work, run, self._clock) if run else None
            return campaign, report, files_for(work, notice)

    def _later(self, notice: Notice, after: timedelta | None, why: str) -> None:
        now = self._clock.now()
        with self._store.writing() as work:
            if notice.attempts + 1 >= MAX_ATTEMPTS:
                work.notices.give_up(notice, why, now)
                return
            wait = after or min(_FIRST_RETRY * 2 ** min(notice.attempts, 10), _LAST_RETRY)
            work.notices.retry(notice, now + wait)
