"""SIGKILL at every named point of a delivery, many times in one run, then one life to the end."""

import random

import pytest

from campaigns.checkpoint import POINTS
from tests.crash.town import (
    alive_until,
    live_to_the_end,
    mortal_stage,
    nobody_is_lost_and_nobody_is_invited_twice,
    run_is_over,
    start_run,
    states,
)

PEOPLE = 30
PER_BATCH = 6
KILLS = 10
# the last one stands inside the transaction that also settles the batch's last invite
ON_THE_WIRE = {
    "delivery.claimed",
    "delivery.built",
    "delivery.handed_over",
    "delivery.before_settle",
    "batch.before_end",
}
# after this commit the next delivery is claimed; the outbox dies at its own time, whatever is on the wire
CLAIMED_AS_WELL = {"delivery.settled", "notice.before_tell", "notice.told"}
# a life sees few of these: dying at the first is the only way to die of them often
ONCE_A_LIFE = {"batch.claimed", "batch.before_end", "batch.ended", "recovery.before", "recovery.after"}
BY_A_PRESS = ("submit.", "list.", "change.", "approval.", "trial.")
"""Points that a run passes only if somebody presses a button; their suites are beside this one."""


@pytest.mark.crash
@pytest.mark.parametrize("point", [point for point in POINTS if not point.startswith(BY_A_PRESS)])
def test_a_bot_killed_again_and_again_at_one_point_loses_nobody(point, record_property):
    """At most one person is unsure for each kill, and only where an invite could have been on the wire."""
    with mortal_stage() as (stage, store):
        run = start_run(store, PEOPLE, PER_BATCH)
        kills = 0
        for life in range(KILLS):
            passes = 1 if point in ONCE_A_LIFE else 1 + life % 4
            stage.launch_bot(DIE_AT=point, DIE_AFTER=str(passes))
            alive_or_over = _dies_or_finishes(stage, store, run.id)
            if alive_or_over == "over":
                stage.stop_bot()
                break
            kills += 1
        record_property("kills", kills)  # for --junitxml: how many the suite comes to
        live_to_the_end(stage, store, run.id)
        assert kills >= 3, "the point was hardly ever passed: this test would prove nothing"
        unsure = nobody_is_lost_and_nobody_is_invited_twice(stage, store, run.id, PEOPLE)
        assert len(unsure) <= (kills if point in ON_THE_WIRE | CLAIMED_AS_WELL else 0)
        _the_organizer_was_told(stage)


@pytest.mark.crash
@pytest.mark.parametrize("seed", range(2))
def test_a_bot_killed_at_any_instant_loses_nobody(seed, record_property):
    """Kills that know nothing of the code, after a random number of invites and a random moment more."""
    chance = random.Random(seed)
    with mortal_stage() as (stage, store):
        run = start_run(store, people=80, per_batch=20)
        kills = 0
        for _life in range(KILLS):
            stage.start_bot(DIE_AT="", DIE_AFTER="0")
            already, more = len(stage.post), chance.randrange(1, 9)
            alive_until(
                stage,
                lambda already=already, more=more: (
                    len(stage.post) >= already + more or run_is_over(store, run.id)
                ),
            )
            stage.bot_has_ended(chance.random() * 0.01)
            stage.kill_bot()
            kills += 1
            if run_is_over(store, run.id):
                break
        record_property("kills", kills)
        live_to_the_end(stage, store, run.id)
        unsure = nobody_is_lost_and_nobody_is_invited_twice(stage, store, run.id, 80)
        assert len(unsure) <= kills


@pytest.mark.crash
def test_sigterm_settles_the_invite_on_the_wire():
    """An orderly stop leaves nobody unsure."""
    with mortal_stage() as (stage, store):
        run = start_run(store, people=60, per_batch=60)
        for stop_after in (5, 20, 35):
            stage.start_bot(DIE_AT="", DIE_AFTER="0")
            alive_until(stage, lambda stop_after=stop_after: len(stage.post) >= stop_after)
            stage.stop_bot()
            assert "sending" not in states(store, run.id).values()
        live_to_the_end(stage, store, run.id)
        assert not nobody_is_lost_and_nobody_is_invited_twice(stage, store, run.id, 60)


def _dies_or_finishes(stage, store, run_id):
    for _tick in range(600):
        if stage.bot_has_ended(0.05):
            return "dead"
        if run_is_over(store, run_id) and not _is_mortal_after_the_end(store):
            return "over"
    raise AssertionError(stage.last_words)


def _is_mortal_after_the_end(store):
    """Notices are still being told: the outbox may yet pass its point."""
    with store.reading() as work:
        return work.notices.next_due_at() is not None


def _the_organizer_was_told(stage):
    confirmations = [mail for mail in stage.alerts.messages if "processed" in mail.subject]
    assert confirmations
    # told again after a crash it is the same mail: one Message-ID, merged by most inboxes
    assert len({mail.message["Message-ID"] for mail in confirmations}) == 1
