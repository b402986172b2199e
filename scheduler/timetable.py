"""The one scheduler of the process: batches from the job store, chores from memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_STOPPED
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.jobstore import BatchJobStore


@dataclass(frozen=True, slots=True)
class Chore:
    """A function called every so many seconds.

    ``is_slow``: it waits for other machines, so the other chores do not wait for it; it begins at once.
    """

    name: str
    call: Callable[[], object]
    every_seconds: int
    is_slow: bool = False


class _Timetable(BackgroundScheduler):  # type: ignore[misc]  # APScheduler 3 publishes no types
    """Can be stopped at any moment."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - APScheduler's signature
        # 3.11.3 closes its pools while its thread may still be handing jobs to them: look at no more jobs,
        # and let the look that is under way come to its end
        self.pause()
        with self._jobstores_lock:
            pass
        super().shutdown(wait)

    def _process_jobs(self) -> float | None:
        # stopped, its thread is woken once more and would claim what it can hand to nobody
        wait: float | None = None if self.state == STATE_STOPPED else super()._process_jobs()
        return wait

    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        # stopped while it hands a job over, APScheduler 3.11.3 looks for the job in the wrong place and its
        # thread dies of a JobLookupError; the job itself was handed over, and nothing needs to be removed
        if self.state != STATE_STOPPED:
            super().remove_job(job_id, jobstore)


def make_timetable(batches: BatchJobStore, chores: list[Chore], *, runs_at_once: int) -> BackgroundScheduler:
    """A BackgroundScheduler, not started. ``runs_at_once`` batches of different runs can be under way."""
    timetable = _Timetable(
        jobstores={"default": batches, "chores": MemoryJobStore()},
        executors={
            "default": ThreadPoolExecutor(runs_at_once),
            "chores": ThreadPoolExecutor(1),
            "slow": ThreadPoolExecutor(2),
        },
        # the stock grace of one second would drop what was late (measured: silently)
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    for chore in chores:
        timetable.add_job(
            chore.call,
            IntervalTrigger(seconds=chore.every_seconds),
            id=chore.name,
            jobstore="chores",
            executor="slow" if chore.is_slow else "chores",
            **({"next_run_time": datetime.now(UTC)} if chore.is_slow else {}),
        )
    return timetable
