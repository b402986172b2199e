"""What must hold in the small world, whatever happens in it."""

from collections import Counter
from itertools import pairwise

from campaigns.faults import MAX_ATTEMPTS
from campaigns.hours import is_open
from campaigns.model import RunState
from campaigns.quota import windows

MAY_HAVE_GONE = {"sent", "unsure", "sending"}


def check(world):
    """Raise AssertionError if a promise is broken."""
    assert not world.broken
    for run_id in world.begun:
        run, rows = world.run(run_id), world.rows(run_id)
        _nobody_is_lost(world, run, rows)
        _batches_keep_their_pace(world, run, rows)
        _nothing_goes_unapproved(world, run, rows)
    _nobody_is_invited_twice(world)
    _no_limit_is_passed(world)
    finished = sum(world.run(run_id).state is RunState.FINISHED for run_id in world.begun)
    assert world.house.heard()["finished"] == 2 * finished


def _nobody_is_lost(world, run, rows):
    counts = world.house.counts(run)
    assert counts.total == run.total == len(rows) == len({row.address for row in rows})
    assert Counter(row.state for row in rows) == Counter(
        {name: getattr(counts, name) for name in counts.__slots__ if getattr(counts, name)}
    )
    assert all(0 <= row.tries <= MAX_ATTEMPTS for row in rows)
    assert run.ended_at is None or not counts.queued, "somebody waits in a run that is over"


def _batches_keep_their_pace(world, run, rows):
    batches = world.house.batches(run)
    open_ones = [batch for batch in batches if batch.ended_at is None]
    assert [batch.seq for batch in batches] == list(range(1, len(batches) + 1))
    assert len(open_ones) == (0 if run.state is RunState.FINISHED else 1)
    for earlier, later in pairwise(batches):
        gap = min(pace.gap_minutes for pace in _paces_at(world, run, later.opened_at))
        begins_at = later.opened_at or later.due_at
        assert begins_at >= earlier.ended_at + world.house.clock.minute * gap
        assert is_open(run.timing.hours, begins_at), "a batch is planned outside the hours"
    sizes = Counter(row.batch_seq for row in rows if row.batch_seq)
    for batch in batches:
        largest = max(pace.per_batch or run.total for pace in _paces_at(world, run, batch.opened_at))
        assert sizes[batch.seq] <= largest


def _paces_at(world, run, moment):
    """The pace in force at ``moment`` (None: now); several if it was changed just then."""
    known = world.paces[run.id]
    if moment is None:
        return [known[-1][1]]
    before = [pace for at, pace in known if at < moment]
    return before[-1:] + [pace for at, pace in known if at == moment]


def _nothing_goes_unapproved(world, run, rows):
    if run.id in world.unapproved:
        assert run.state in {RunState.PLANNED, RunState.STOPPED}, "it began without a second person's word"
        assert not any(row.attempt for row in rows)


def _nobody_is_invited_twice(world):
    states = {}
    for run_id in world.begun:
        campaign_id = world.run(run_id).campaign_id
        for row in world.rows(run_id):
            states.setdefault((campaign_id, row.address), []).append(row)
    letters = world.letters()
    for person, rows in states.items():
        taken = letters[person]
        assert taken <= 1 + world.sent_again[person], f"{person} was invited {taken} times"
        if any(row.state == "sent" for row in rows):
            assert taken, f"{person} counts as sent and was not"
        if taken:
            assert rows[-1].unsure or MAY_HAVE_GONE & {row.state for row in rows}, f"{person} is forgotten"


def _no_limit_is_passed(world):
    times = sorted(one.at for one in world.house.mailer.accepted)
    with world.house.store.reading() as work:
        (account,) = work.accounts.all()
    for rule in windows(account):
        for first, one_too_many in zip(times, times[rule.limit :], strict=False):
            assert one_too_many - first >= rule.length, f"over {rule}: {first} to {one_too_many}"
