"""The one scheduler of the process: batches from the job store, chores from memory."""

from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.jobstore import BatchJobStore


@dataclass(frozen=True, slots=True)
class Chore:
    """A function called every so many seconds."""

    name: str
    call: Callable[[], object]
    every_seconds: int


def make_timetable(batches: BatchJobStore, chores: list[Chore], *, runs_at_once: int) -> BackgroundScheduler:
    """A BackgroundScheduler, not started. ``runs_at_once`` batches of different runs can be under way."""
    timetable = BackgroundScheduler(
        jobstores={"default": batches, "chores": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(runs_at_once), "chores": ThreadPoolExecutor(1)},
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
            executor="chores",
        )
    return timetable
