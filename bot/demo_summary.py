"""What a demo run came to: counts from the bot's ledger, times from the inbox it sent to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise

from sqlalchemy import Select, func, select

from campaigns.model import Run
from playground.mailbox import Mailbox
from storage.store import SqlStore
from storage.tables import attendee, batch, delivery, problem


@dataclass(frozen=True, slots=True)
class Summary:
    """The last line of the demo, as JSON. Times in seconds.

    ``problems`` counts the entries of the list that cannot be invited; ``gaps_s`` holds, for each pair of
    batches, the time from the last invite of one to the first of the next as the mail server received them.
    ``answers`` is what the bot has read of the attendees' answers.
    """

    attendees: int = 0
    problems: int = 0
    batches: int = 0
    sent: int = 0
    failed: int = 0
    unsure: int = 0
    seconds: float = 0.0
    first_batch_after_s: float | None = None
    gaps_s: tuple[float, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The fields by name; times to the millisecond."""
        fields = asdict(replace(self, gaps_s=tuple(round(gap, 3) for gap in self.gaps_s)))
        fields["seconds"] = round(self.seconds, 3)
        if self.first_batch_after_s is not None:
            fields["first_batch_after_s"] = round(self.first_batch_after_s, 3)
        return fields

    @property
    def everyone_was_sent(self) -> bool:
        return self.attendees > 0 and self.sent == self.attendees


def summarise(store: SqlStore, run: Run, post: Mailbox, *, pressed_at: float, ended_at: float) -> Summary:
    """The summary of ``run``; ``pressed_at`` and ``ended_at`` are on the monotonic clock."""
    with store.reading() as work:
        campaign = work.campaigns.get(run.campaign_id)
        progress = work.runs.progress(run.id)
    counts = progress.counts
    first_last = _first_and_last(post, _batches(store, run.id))
    blocking = select(func.count()).where(problem.c.campaign_id == campaign.id, problem.c.blocks)
    ended = select(func.count()).where(batch.c.run_id == run.id, batch.c.ended_at.is_not(None))
    return Summary(
        attendees=campaign.attendees,
        problems=_count(store, blocking),
        batches=_count(store, ended),
        sent=counts.sent,
        failed=counts.failed,
        unsure=counts.unsure,
        seconds=ended_at - pressed_at,
        first_batch_after_s=first_last[0][0] - pressed_at if first_last else None,
        gaps_s=tuple(later[0] - earlier[1] for earlier, later in pairwise(first_last)),
    )


def _count(store: SqlStore, query: Select[int]) -> int:
    with store.engine.connect() as connection:
        return connection.execute(query).scalar_one()


def _batches(store: SqlStore, run_id: int) -> dict[str, int]:
    """The batch in which each address was sent to."""
    query = select(attendee.c.address, delivery.c.batch_seq).join(attendee).where(delivery.c.run_id == run_id)
    with store.engine.connect() as connection:
        return {row.address.lower(): row.batch_seq for row in connection.execute(query)}


def _first_and_last(post: Mailbox, batches: Mapping[str, int]) -> list[tuple[float, float]]:
    """For each batch that reached the inbox: when its first and its last invite came, monotonic."""
    times: dict[int, list[float]] = defaultdict(list)
    for mail in post.messages:
        seq = batches.get(mail.recipients[0].lower())
        if seq is not None:
            times[seq].append(mail.monotonic)
    return [(min(times[seq]), max(times[seq])) for seq in sorted(times)]
