from datetime import timedelta

import pytest

from campaigns.endings import close_batch, pause_run, progress_notice, run_notice
from campaigns.errors import BadAddress, Unsure
from campaigns.faults import Pause
from campaigns.model import LEASE, MailProgress, Reason, RunState
from campaigns.notices import NoticeKind
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)
EACH_MEDIUM_ONCE = 2


def end(house, run, seq):
    with house.store.writing() as work:
        close_batch(work, work.runs.get(run.id), seq, now=house.clock.now(), minute=MINUTE)


def test_a_finished_run_says_so_once_to_each_medium(house):
    house.start(house.campaign(3), per_batch=1, gap=1)
    house.drain()
    assert house.heard()["finished"] == EACH_MEDIUM_ONCE
    assert house.heard()["failures"] == 0
    assert {row.medium for row in house.notices("finished")} == {"slack", "mail"}


@pytest.mark.parametrize("fault", [BadAddress("No such mailbox"), Unsure("The reply was lost")])
def test_who_failed_or_is_unsure_is_told_of_once_to_each_medium(house, fault):
    house.start(house.campaign(4), per_batch=2, gap=1)
    house.mailer.script = [fault, fault]
    house.drain()
    assert house.heard()["failures"] == EACH_MEDIUM_ONCE
    assert house.heard()["finished"] == EACH_MEDIUM_ONCE


@pytest.mark.parametrize(
    ("setting", "heard"),
    [
        (MailProgress.EVERY_BATCH, {"started": 1, "batch_done": 2}),
        (MailProgress.DAILY, {"started": 1, "batch_done": 0}),
        (MailProgress.OFF, {"started": 0, "batch_done": 0}),
    ],
)
def test_progress_by_mail_is_as_the_owner_chose(house, setting, heard):
    """The last batch is told of as the end of the run."""
    house.start(house.campaign(3, mail_progress=setting), per_batch=1, gap=1)
    house.drain()
    assert {kind: house.heard()[kind] for kind in heard} == heard
    assert all(row.medium == "mail" for kind in heard for row in house.notices(kind))
    assert house.heard()["finished"] == EACH_MEDIUM_ONCE


@pytest.mark.parametrize("setting", list(MailProgress))
def test_a_pause_is_mailed_whatever_the_owner_chose(house, setting):
    run = house.start(house.campaign(mail_progress=setting))
    with house.store.writing() as work:
        pause_run(work, run, Pause(Reason.ACCESS, "Login refused", "Renew it."), NOON)
    assert {row.medium for row in house.notices("paused")} == {"slack", "mail"}


def test_a_pause_keeps_its_reason_its_words_and_when_it_ends(house):
    run = house.start(house.campaign())
    until = NOON + 60 * MINUTE
    with house.store.writing() as work:
        pause_run(work, run, Pause(Reason.QUOTA, "Daily limit", resume_at=until), NOON)
    paused = house.run(run)
    assert (paused.reason, paused.detail, paused.resume_at) == (Reason.QUOTA, "Daily limit.", until)
    payload = house.notices("paused")[0].payload
    assert payload == {
        "reason": "quota",
        "detail": "Daily limit",
        "hint": "",
        "resume_at": until.isoformat(),
    }


@pytest.mark.parametrize("act", ["pause", "stop"])
def test_a_run_that_does_not_run_is_not_paused_again(house, act):
    run = house.start(house.campaign())
    getattr(house.runs, act)(OWNER, run.id)
    with house.store.writing() as work:
        pause_run(work, run, Pause(Reason.ACCESS, "Login refused"), NOON)
    assert house.heard()["paused"] == 0
    assert house.run(run).reason is (Reason.PERSON if act == "pause" else None)


def test_a_batch_with_something_left_to_do_does_not_end(house):
    run = house.start(house.campaign(3), per_batch=2)
    with house.store.writing() as work:
        work.batches.open(run.id, 1, 2, NOON)
    house.clock.minutes(3)
    end(house, run, 1)
    assert house.batch(run).ended_at is None
    assert house.batch(run).due_at == NOON + 3 * MINUTE


def test_a_batch_with_an_invite_on_the_wire_does_not_end(house):
    run = house.start(house.campaign(1))
    with house.store.writing() as work:
        work.batches.open(run.id, 1, None, NOON)
        work.deliveries.claim(run.id, 1, limit=1, owner="w", now=NOON, lease_until=NOON + MINUTE)
    end(house, run, 1)
    assert house.batch(run).ended_at is None
    assert house.run(run).state is RunState.RUNNING


def test_a_batch_ends_once(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    end(house, run, 1)
    assert [batch.seq for batch in house.batches(run)] == [1, 2]
    assert house.heard()["batch_done"] == 1


def test_the_end_of_a_batch_and_its_notices_are_one_commit(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    before = house.heard()

    def lost(_):
        with house.store.writing() as work:
            work.runs.skip_queued(run.id, "", NOON)
            work.batches.open(run.id, 1, 2, NOON)
            close_batch(work, run, 1, now=NOON, minute=MINUTE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lost(run)
    assert house.heard() == before
    assert house.run(run).state is RunState.RUNNING


def test_a_runs_progress_is_one_notice_however_often_it_is_touched(house):
    run = house.start(house.campaign(3), per_batch=1, gap=1)
    house.drain()
    (progress,) = house.notices("progress")
    assert progress.medium == "slack"
    assert progress.run_id == run.id


def test_a_notices_key_names_the_run_and_what_makes_it_another():
    assert run_notice(NoticeKind.FINISHED, SEVENTH).key == "finished:7"
    assert run_notice(NoticeKind.BATCH_DONE, SEVENTH, suffix="3", batch="3").key == "batch_done:7:3"
    assert run_notice(NoticeKind.BATCH_DONE, SEVENTH, suffix="3", batch="3").payload == {"batch": "3"}
    assert run_notice(NoticeKind.FINISHED, SEVENTH).campaign_id == 4


class SEVENTH:
    id = 7
    campaign_id = 4


def test_progress_is_the_same_notice_from_a_run_and_from_its_delivery(house):
    run = house.start(house.campaign(1))
    with house.store.writing() as work:
        work.batches.open(run.id, 1, None, NOON)
        (delivery,) = work.deliveries.claim(run.id, 1, limit=1, owner="w", now=NOON, lease_until=NOON)
    assert progress_notice(run) == progress_notice(delivery)


def test_a_worker_that_leaves_while_another_sends_has_somebody_look_again(house):
    """Two that settle at the same moment may each see the other's: the batch must not wait for its lease."""
    run = house.start(house.campaign(1), per_batch=1)
    (due,) = house.queue.claim_due(house.clock.now())
    with house.store.writing() as work:
        work.batches.open(run.id, due.seq, 1, NOON)
        work.deliveries.claim(run.id, due.seq, limit=1, owner="other", now=NOON, lease_until=NOON + LEASE)
    end(house, run, due.seq)
    assert house.batch(run).ended_at is None
    house.clock.time += timedelta(seconds=1)
    assert [(again.run_id, again.seq) for again in house.queue.claim_due(house.clock.now())] == [(run.id, 1)]
