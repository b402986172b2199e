"""Tells people what the notice rows say, by each medium, until it is told or given up."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.checkpoint import checkpoint
from campaigns.coalesce import Budget
from campaigns.errors import FAULTS, Busy, NotFound
from campaigns.model import Attachment, Campaign, Medium, RunState
from campaigns.notices import Notice, NoticeKind
from campaigns.ports import Charts, Clock, Notifier, SentAt
from campaigns.report import RunReport
from campaigns.reporting import files_for, report_of, timeline_of
from campaigns.store_port import Store

_log = logging.getLogger(__name__)

_PER_ROUND = 20
_FIRST_RETRY = timedelta(seconds=5)
_LAST_RETRY = timedelta(minutes=15)
MAX_ATTEMPTS = 200  # about two days: a notice can be late, never lost

EDITS_A_MINUTE = 40
"""Of progress messages, in one workspace: Slack allows 50, and the rest is for what cannot wait."""
_SHARED_LIMIT = frozenset({Medium.SLACK, Medium.DIRECT, Medium.HOME})
"""Media that, told to wait with one notice, wait with all. A mail server speaks for its own people only."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What a notice is told with. ``over_time`` is there for the one that gets a picture."""

    campaign: Campaign | None
    report: RunReport | None
    files: list[Attachment]
    over_time: list[SentAt] | None


class Herald:
    """Tells by ``notifiers``, and leaves notices of other media to the herald of those.

    Each medium has one herald in a process: it is what keeps a notice from being told twice. After a crash
    one may be, the price of never losing any.
    """

    def __init__(
        self,
        store: Store,
        notifiers: Mapping[Medium, Notifier],
        clock: Clock,
        *,
        charts: Charts | None = None,
    ) -> None:
        self._store = store
        self._notifiers = notifiers
        self._clock = clock
        self._charts = charts
        self._edits = Budget(EDITS_A_MINUTE, timedelta(minutes=1))
        self._shut_until: dict[Medium, datetime] = {}
        self._is_stopping = False

    def stop(self) -> None:
        """Finish the notice that is being told, and tell no more."""
        self._is_stopping = True

    def tell_due(self) -> int:
        """Tell what is due now, up to a round of it and each once; returns how many were looked at.

        What is due is asked before each: an urgent one waits for the one that is being told and no other.
        """
        looked_at: set[int] = set()
        while len(looked_at) < _PER_ROUND and not self._is_stopping:
            with self._store.reading() as work:
                due = work.notices.due(self._clock.now(), _PER_ROUND, self._notifiers.keys())
            notice = next((one for one in due if one.id not in looked_at), None)
            if notice is None:
                break
            looked_at.add(notice.id)
            self._tell(notice)
        return len(looked_at)

    def _tell(self, notice: Notice) -> None:
        try:
            found = self._gather(notice)
            later = self._must_wait(notice, found)
            if later is not None:
                self._put_off(notice, later)
                return
            files = [*found.files, *self._pictures(found)]
            checkpoint("notice.before_tell")
            reference = self._notifiers[notice.medium].tell(notice, found.campaign, found.report, files)
        except Busy as fault:
            if fault.after is not None and notice.medium in _SHARED_LIMIT:
                self._shut_until[notice.medium] = self._clock.now() + fault.after
            self._later(notice, fault.after, fault.cause)
            return
        except (*FAULTS, NotFound) as error:
            self._give_up(notice, str(error))
            return
        except Exception as error:  # noqa: BLE001 - the row guard: one odd notice must not hold up the others
            _log.exception("notice_not_told", extra=_about(notice))
            self._later(notice, None, type(error).__name__)
            return
        checkpoint("notice.told")
        with self._store.writing() as work:
            if notice.kind is NoticeKind.PROGRESS and notice.run_id is not None and reference:
                channel, _, ts = reference.partition(" ")
                work.runs.posted(notice.run_id, channel, ts)
            work.notices.told(notice, reference, self._clock.now())

    def _gather(self, notice: Notice) -> _Gathered:
        with self._store.reading() as work:
            run = work.runs.get(notice.run_id) if notice.run_id is not None else None
            campaign_id = run.campaign_id if run else notice.campaign_id
            has_picture = notice.kind is NoticeKind.FINISHED and notice.medium is Medium.SLACK
            return _Gathered(
                work.campaigns.get(campaign_id) if campaign_id is not None else None,
                report_of(work, run, self._clock) if run else None,
                files_for(work, notice),
                timeline_of(work, run) if run and has_picture and self._charts else None,
            )

    def _must_wait(self, notice: Notice, found: _Gathered) -> datetime | None:
        """When to come back, if the medium has asked for quiet or the workspace's edits are used up.

        What is not running any more never waits for other edits; they wait for it. A message that is not
        posted yet is no edit.
        """
        now = self._clock.now()
        shut_until = self._shut_until.get(notice.medium, now)
        if shut_until > now:
            return shut_until
        if notice.kind is not NoticeKind.PROGRESS or found.campaign is None or found.report is None:
            return None
        run, workspace = found.report.run, found.campaign.workspace
        if run.posted_ts and run.state is RunState.RUNNING:
            return self._edits.take(workspace, now)
        if run.posted_ts:
            self._edits.use(workspace, now)
        return None

    def _pictures(self, found: _Gathered) -> list[Attachment]:
        if self._charts is None or found.over_time is None or found.report is None or found.campaign is None:
            return []
        try:
            event = found.campaign.event
            chart = self._charts.final(event.title, found.report, found.over_time, event.zone)
        except Exception:  # noqa: BLE001 - the words must go out, with or without their picture
            _log.exception("chart_not_drawn", extra={"run": found.report.run.id})
            return []
        return [chart] if chart is not None else []

    def _put_off(self, notice: Notice, until: datetime) -> None:
        """Not tried, so not counted: ``retry`` counts one."""
        with self._store.writing() as work:
            work.notices.retry(replace(notice, attempts=notice.attempts - 1), until)

    def _later(self, notice: Notice, after: timedelta | None, why: str) -> None:
        if notice.attempts + 1 >= MAX_ATTEMPTS:
            self._give_up(notice, why)
            return
        wait = after or min(_FIRST_RETRY * 2 ** min(notice.attempts, 10), _LAST_RETRY)
        with self._store.writing() as work:
            work.notices.retry(notice, self._clock.now() + wait)

    def _give_up(self, notice: Notice, why: str) -> None:
        """Nobody will hear of it any more: the log has to say so."""
        _log.warning("notice_given_up", extra={**_about(notice), "error": why})
        with self._store.writing() as work:
            work.notices.give_up(notice, why, self._clock.now())


def _about(notice: Notice) -> dict[str, object]:
    return {"notice": notice.id, "kind": notice.kind, "medium": notice.medium, "run": notice.run_id}
