"""A run that is on: its pace is changed, and every step is written down with who made it."""

from datetime import time, timedelta

import pytest

from campaigns.errors import StateError, Unsure
from campaigns.history import Deed, NewEntry
from campaigns.model import RunState
from campaigns.ports import ListQuery
from campaigns.timing import Pace, SendingHours, Timing
from tests.fakes.campaigns import ADMIN, OWNER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def waiting(house):
    """A run between its first batch, which ended at noon, and its second, due an hour later."""
    run = house.start(house.campaign(9), per_batch=2, gap=60)
    house.carry_due()
    return run


# the pace


@pytest.mark.parametrize(
    ("after", "gap", "due"),
    [(10, 30, 30), (10, 240, 240), (40, 30, 40), (10, 0, 10), (59, 59, 59)],
)
def test_the_batch_that_waits_is_due_a_new_gap_after_the_one_before_it(house, waiting, after, gap, due):
    house.clock.minutes(after)
    changed = house.runs.change_pace(OWNER, waiting.id, Pace(3, gap))
    assert changed.pace == Pace(3, gap)
    assert house.batch(waiting).due_at == NOON + due * MINUTE


def test_the_batches_to_come_have_the_new_size(house, waiting):
    house.runs.change_pace(OWNER, waiting.id, Pace(5, 60))
    assert house.drain() == [(NOON + HOUR, 2), (NOON + 2 * HOUR, 3)]
    sizes = [sum(row.batch_seq == seq for row in house.rows(waiting)) for seq in (1, 2, 3)]
    assert sizes == [2, 5, 2]


def test_an_open_batch_keeps_its_people(house):
    run = house.start(house.campaign(6), per_batch=3, gap=10)
    house.mailer.script = [lambda _: (house.runs.change_pace(OWNER, run.id, Pace(1, 20)), None)[1]]
    house.carry_due()
    assert sum(row.batch_seq == 1 for row in house.rows(run)) == 3
    assert house.batch(run).due_at == NOON + 20 * MINUTE
    assert [at for at, _ in house.drain()] == [NOON + minutes * MINUTE for minutes in (20, 40, 60)]


def test_a_new_pace_keeps_the_hours(house):
    hours = SendingHours(time(9), time(13), (1, 2, 3, 4, 5, 6, 7), "UTC")
    run = house.start(house.campaign(4), per_batch=2, gap=30, timing=Timing(hours=hours))
    house.carry_due()
    house.runs.change_pace(OWNER, run.id, Pace(2, 90))
    assert house.batch(run).due_at == NOON + 21 * HOUR


def test_a_first_batch_keeps_its_time(house):
    run = house.start(house.campaign(4), per_batch=2, gap=30, timing=Timing(starts_at=NOON + HOUR))
    house.runs.change_pace(OWNER, run.id, Pace(1, 5))
    assert house.batch(run).due_at == NOON + HOUR


def test_what_is_planned_or_paused_can_have_another_pace_and_stays_what_it_is(house, waiting):
    house.runs.pause(OWNER, waiting.id)
    assert house.runs.change_pace(OWNER, waiting.id, Pace(1, 5)).state is RunState.PAUSED
    house.clock.minutes(5)
    assert house.carry_due() == []
    house.runs.resume(OWNER, waiting.id)
    assert house.carry_due() == [(waiting.id, 2)]
    house.ask_approval_above(0)
    planned = house.start(house.campaign(3), per_batch=2, submission="planned")
    assert house.runs.change_pace(OWNER, planned.id, Pace(1, 5)).state is RunState.PLANNED


def test_all_at_once_becomes_batches_before_it_begins_and_not_after(house):
    later = house.start(house.campaign(4), timing=Timing(starts_at=NOON + HOUR))
    house.runs.change_pace(OWNER, later.id, Pace(2, 60))
    at_once = house.start(house.campaign(2), submission="at once")
    refused = []

    def change(_):
        with pytest.raises(StateError, match="all at once") as caught:
            house.runs.change_pace(OWNER, at_once.id, Pace(1, 1))
        refused.append(caught.value.hint)

    house.mailer.script = [change]
    house.drain()
    assert refused
    assert [batch.seq for batch in house.batches(later)] == [1, 2]
    assert [batch.seq for batch in house.batches(at_once)] == [1]


def test_the_same_pace_twice_says_who_was_faster(house, waiting):
    house.runs.change_pace(ADMIN, waiting.id, Pace(3, 30))
    with pytest.raises(StateError, match=r"has that pace already\. <@UADMIN> did that\."):
        house.runs.change_pace(OWNER, waiting.id, Pace(3, 30))
    assert len(house.notices("deed")) == 1


def test_who_was_faster_is_known_however_much_was_written_down_since(house, waiting):
    house.runs.change_pace(ADMIN, waiting.id, Pace(3, 30))
    with house.store.writing() as work:
        for _ in range(25):
            work.history.record(NewEntry(waiting.campaign_id, Deed.LIST_CHANGED, "The API"), NOON)
    with pytest.raises(StateError, match=r"<@UADMIN> did that\."):
        house.runs.change_pace(OWNER, waiting.id, Pace(3, 30))


@pytest.mark.parametrize("end", ["stop", "drain"])
def test_a_run_that_is_over_has_no_pace_to_change(house, waiting, end):
    house.runs.stop(ADMIN, waiting.id) if end == "stop" else house.drain()
    truth = "was stopped. <@UADMIN> did that." if end == "stop" else "already finished."
    with pytest.raises(StateError) as caught:
        house.runs.change_pace(OWNER, waiting.id, Pace(1, 1))
    assert caught.value.message.endswith(truth)


def test_what_another_pace_would_come_to_is_seen_before_it_is_chosen(house, waiting):
    own = house.runs.pace_outlook(OWNER, waiting.id, None)
    other = house.runs.pace_outlook(OWNER, waiting.id, Pace(7, 90))
    assert (own.run.pace, own.forecast.batches, own.forecast.first_at) == (Pace(2, 60), 4, NOON + HOUR)
    assert (other.forecast.batches, other.forecast.first_at) == (1, NOON + 90 * MINUTE)
    assert house.run(waiting).pace == Pace(2, 60)


# written down


def lines(house, run):
    with house.store.reading() as work:
        return [
            (line.deed, line.by) for line in reversed(work.history.of_campaign(run.campaign_id, limit=99))
        ]


def test_every_step_is_in_the_history_with_who_made_it_and_when(house, waiting):
    house.clock.minutes(5)
    house.runs.pause(OWNER, waiting.id)
    house.runs.change_pace(ADMIN, waiting.id, Pace(1, 30))
    house.runs.resume(ADMIN, waiting.id)
    house.runs.stop(OWNER, waiting.id)
    assert lines(house, waiting) == [
        (Deed.STARTED, OWNER.user),
        (Deed.PAUSED, OWNER.user),
        (Deed.PACE_CHANGED, ADMIN.user),
        (Deed.RESUMED, ADMIN.user),
        (Deed.STOPPED, OWNER.user),
    ]


def test_the_thread_hears_of_each_step_once(house, waiting):
    """Starting is the message itself, and a stop has a word of its own."""
    house.clock.minutes(5)
    house.runs.pause(OWNER, waiting.id)
    house.runs.change_pace(ADMIN, waiting.id, Pace(1, 30))
    house.runs.resume(ADMIN, waiting.id)
    house.runs.stop(OWNER, waiting.id)
    told = [row.payload for row in house.notices("deed")]
    at = (NOON + 5 * MINUTE).isoformat()
    pace = {"per_batch": "1", "gap_minutes": "30", "per_batch_before": "2", "gap_minutes_before": "60"}
    assert told == [
        {"deed": "paused", "by": OWNER.user, "at": at},
        {"deed": "pace_changed", "by": ADMIN.user, "at": at, **pace},
        {"deed": "resumed", "by": ADMIN.user, "at": at},
    ]
    assert house.heard()["stopped"] == 1


def test_a_button_that_comes_late_writes_nothing_down(house, waiting):
    house.runs.stop(OWNER, waiting.id)
    before = lines(house, waiting)
    for act in (house.runs.pause, house.runs.resume, house.runs.stop):
        with pytest.raises(StateError):
            act(ADMIN, waiting.id)
    assert lines(house, waiting) == before


def test_leaving_the_unsure_is_written_down_if_there_were_any(house):
    run = house.start(house.campaign(2))
    house.mailer.script = [LostReply(Unsure("The reply was lost"))]
    house.drain()
    for _ in range(2):
        house.runs.leave_unsure(OWNER, run.id)
    assert lines(house, run) == [(Deed.STARTED, OWNER.user), (Deed.LEFT_UNSURE, OWNER.user)]
    assert house.notices("deed")[0].payload["invites"] == "1"


# the Campaign List


def test_every_step_draws_the_home_tabs_anew(house, waiting):
    with house.store.writing() as work:
        work.homes.opened("T1", "UVIEWER", ListQuery(), NOON)
        work.homes.opened("T2", "USTRANGER", ListQuery(), NOON)
    seen = []
    for step in ("pause", "resume", "stop"):
        getattr(house.runs, step)(OWNER, waiting.id)
        (row,) = house.notices("home")
        seen.append(row.version)
    assert row.payload == {"workspace": "T1", "user": "UVIEWER"}
    assert seen == [0, 1, 2]


def test_who_looked_long_ago_is_left_alone(house, waiting):
    with house.store.writing() as work:
        work.homes.opened("T1", "UVIEWER", ListQuery(), NOON)
    house.clock.advance(DAY + MINUTE)
    house.runs.pause(OWNER, waiting.id)
    assert house.notices("home") == []
