from datetime import timedelta

import pytest

from campaigns.answer_port import PersonLine
from campaigns.model import Attendee, Counts, DeliveryState, Failure, Kind, Reason, Run, RunState
from campaigns.report import (
    FAILURE_COLUMNS,
    CauseCount,
    failure_row,
    person_columns,
    person_row,
    run_report,
)
from campaigns.timing import Pace
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)
FIFTY_AN_HOUR = Pace(50, 60)
LATER = NOON + 30 * MINUTE


def a_run(pace, *, state=RunState.RUNNING, reason=None, total=120):
    ended_at = NOON if state in (RunState.FINISHED, RunState.STOPPED) else None
    where = ("U1", "C1", "", "")
    return Run(1, 1, Kind.INVITE, state, reason, "", None, pace, total, *where, NOON, ended_at)


def report(
    pace=FIFTY_AN_HOUR, *, waiting, seq, opened=False, ended=False, due_at=NOON, causes=(), now=NOON, **run
):
    return run_report(
        a_run(pace, **run),
        Counts(queued=waiting),
        waiting=waiting,
        seq=seq,
        due_at=None if ended else due_at,
        opened_at=NOON if opened or ended else None,
        ended_at=NOON if ended else None,
        causes=list(causes),
        now=now,
        minute=MINUTE,
    )


@pytest.mark.parametrize(
    ("stage", "where", "batch", "batches"),
    [
        ("just started", {"waiting": 120, "seq": 1}, 1, 3),
        ("first batch open", {"waiting": 70, "seq": 1, "opened": True}, 1, 3),
        ("before the second", {"waiting": 70, "seq": 2}, 2, 3),
        ("second open", {"waiting": 20, "seq": 2, "opened": True}, 2, 3),
        ("before the last", {"waiting": 20, "seq": 3}, 3, 3),
        ("last open", {"waiting": 0, "seq": 3, "opened": True}, 3, 3),
        ("last open, one left for later", {"waiting": 1, "seq": 3, "opened": True}, 3, 4),
        ("waiting for who was left for later", {"waiting": 1, "seq": 4}, 4, 4),
        ("paused between batches", {"waiting": 70, "seq": 2, "state": RunState.PAUSED}, 2, 3),
        ("paused in a batch", {"waiting": 70, "seq": 1, "opened": True, "state": RunState.PAUSED}, 1, 3),
        ("waiting for approval", {"waiting": 120, "seq": 1, "state": RunState.PLANNED}, 1, 3),
        ("finished", {"waiting": 0, "seq": 3, "ended": True, "state": RunState.FINISHED}, 3, 3),
        ("stopped before the second", {"waiting": 0, "seq": 2, "state": RunState.STOPPED}, 2, 2),
        ("stopped in the second", {"waiting": 0, "seq": 2, "opened": True, "state": RunState.STOPPED}, 2, 2),
        ("exactly full, last open", {"waiting": 0, "seq": 2, "opened": True, "total": 100}, 2, 2),
        ("one person", {"waiting": 1, "seq": 1, "total": 1}, 1, 1),
    ],
)
def test_which_batch_of_how_many(stage, where, batch, batches):
    reason = Reason.PERSON if where.get("state") is RunState.PAUSED else None
    made = report(**where, reason=reason)
    assert (made.batch, made.batches) == (batch, batches), stage


@pytest.mark.parametrize(
    "where", [{"waiting": 120}, {"waiting": 0, "opened": True}, {"waiting": 0, "ended": True}]
)
def test_all_at_once_is_one_batch_whatever_the_stage(where):
    made = report(Pace(None, 0), seq=1, **where)
    assert (made.batch, made.batches) == (1, 1)


def test_of_all_at_once_those_left_for_later_are_a_second_batch():
    assert report(Pace(None), waiting=3, seq=1, opened=True).batches == 2


def test_between_batches_it_says_when_the_next_one_goes():
    made = report(waiting=70, seq=2, due_at=LATER)
    assert not made.batch_open
    assert made.next_at == LATER
    assert made.expected_end_at == LATER + 60 * MINUTE


def test_an_open_batch_is_under_way_and_the_end_counts_from_now():
    made = report(waiting=70, seq=1, opened=True, now=NOON + 5 * MINUTE)
    assert made.batch_open
    assert made.next_at is None
    assert made.expected_end_at == NOON + 125 * MINUTE


def test_an_overdue_batch_does_not_promise_the_past():
    made = report(waiting=70, seq=2, due_at=NOON, now=LATER)
    assert made.expected_end_at == LATER + 60 * MINUTE


def test_without_a_gap_the_end_is_the_start_of_what_is_due():
    made = report(Pace(50, 0), waiting=120, seq=1, now=LATER)
    assert made.batches == 3
    assert made.expected_end_at == LATER


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.PAUSED])
def test_what_waits_for_a_person_promises_no_time(state):
    made = report(waiting=70, seq=2, state=state, reason=None if state is RunState.PLANNED else Reason.PERSON)
    assert made.next_at is None
    assert made.expected_end_at is None


@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.STOPPED])
def test_what_is_over_has_no_next_and_no_end_to_expect(state):
    made = report(waiting=0, seq=2, state=state)
    assert made.next_at is None
    assert made.expected_end_at is None


def test_what_is_refused_at_once_and_what_comes_back_for_the_same_cause_is_one_line():
    counted = [("Full", "", 4, 0), ("No such mailbox", "", 3, 3), ("No such mailbox", "Correct it.", 2, 0)]
    made = report(waiting=0, seq=1, causes=counted)
    assert made.causes == (CauseCount("No such mailbox", "Correct it.", 5, 3), CauseCount("Full", "", 4))


def test_who_failed_and_who_came_back_for_a_wrong_address_are_counted_apart():
    gone, closed = "The mailbox doesn't exist", "The mailbox is closed"
    counted = [(gone, "", 3, 3), (gone, "Correct it.", 2, 0), (closed, "", 4, 1), ("Full", "", 6, 5)]
    made = report(waiting=0, seq=1, causes=counted)
    assert (made.wrong_failed, made.wrong_bounced) == (5, 4)


def test_causes_keep_their_order_and_their_hints():
    made = report(waiting=0, seq=1, causes=[("No such mailbox", "Correct it.", 3, 0), ("Full", "", 1, 0)])
    assert made.causes == (CauseCount("No such mailbox", "Correct it.", 3), CauseCount("Full", "", 1))


@pytest.mark.parametrize(
    ("state", "words"),
    [(DeliveryState.FAILED, "failed"), (DeliveryState.UNSURE, "unsure, may have arrived")],
)
def test_a_row_of_the_failure_list_answers_its_columns(state, words):
    row = failure_row(Failure("Ana", "ana@example.org", 7, state, "No such mailbox", "550 5.1.1", 2))
    assert len(row) == len(FAILURE_COLUMNS)
    assert row == ("7", "Ana", "ana@example.org", words, "No such mailbox", "550 5.1.1", "2")


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (DeliveryState.FAILED, "failed"),
        (DeliveryState.UNSURE, "unsure, may have arrived"),
        (DeliveryState.BOUNCED, "came back"),
    ],
)
def test_the_outcome_of_each_who_was_not_reached_is_in_words(state, outcome):
    row = failure_row(Failure("Ana", "ana@example.org", 2, state, "No such user", "550", 1))
    assert dict(zip(FAILURE_COLUMNS, row, strict=True))["Outcome"] == outcome


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DeliveryState.QUEUED, "Not known yet"),
        (DeliveryState.SENDING, "Not known yet"),
        (DeliveryState.UNSURE, "Unsure"),
        (DeliveryState.SKIPPED, "Unsure"),
    ],
)
def test_who_is_in_doubt_is_called_unsure_only_if_no_try_is_to_tell(state, words):
    someone = Attendee("ana@example.org", "ana@example.org")
    person = PersonLine(someone, None, is_cancelled=False, is_unsure=True, answer=None, state=state, cause="")
    row = dict(zip(person_columns("UTC"), person_row(person, "UTC"), strict=True))
    assert row["In the calendar"] == words
