"""What the benchmarks share: a stage without rate limits, a campaign of any size, and percentiles."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo_stage import Stage
from playground.script import NewCampaign
from storage.store import SqlStore
from storage.vault import Vault


@contextmanager
def stage_with_bot(**settings):
    """The real bot in a process of its own; workspace and mail servers in this one."""
    with Stage(minute_lasts=60, rate_limits=None) as stage:
        stage.start_bot(LOG_LEVEL="WARNING", **settings)
        yield stage


@contextmanager
def ledger(stage):
    """The bot's store, to look at."""
    store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
    try:
        yield store
    finally:
        store.close()


def campaign(name, content):
    return NewCampaign(
        title="Autumn webinar for {{first_name|you}}",
        # later than the last of a thousand batches, an hour apart
        starts_at=datetime.now(UTC) + timedelta(days=90),
        minutes=60,
        place="https://meet.example.com/autumn",
        description="What is new, what is next, and time for your questions.",
        list_name=name,
        list_content=content,
    )


def peak_mib(pid):
    """The most memory the process has held (VmHWM); None where /proc does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
