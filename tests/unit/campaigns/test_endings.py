from collections import Counter
from datetime import time, timedelta

import pytest

from campaigns.endings import close_batch, pause_run, progress_notice, run_notice
from campaigns.errors import BadAddress, Misconfigured, Unsure
from campaigns.faults import Pause
from campaigns.hand_over import LEASE
from campaigns.model import MailProgress, Medium, Reason, Routing, RunState
from campaigns.notices import TOPICS, NoticeKind
from campaigns.ports import CampaignSettings, ListQuery
from campaigns.timing import SendingHours, Timing
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
EACH_MEDIUM_ONCE = 2


def come_back(house, run, people):
    rows = house.rows(run)[:people]
    with house.store.writing() as work:
        for row in rows:
            told = {"cause": "The mailbox is full", "evidence": "552 5.2.2", "now": house.clock.now()}
            assert work.answers.bounce(row.id, **told)


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


def test_whose_invite_came_back_during_the_run_is_told_of_at_its_end(house):
    run = house.start(house.campaign(4), per_batch=2, gap=60)
    house.carry_due()
    come_back(house, run, 2)
    house.drain()
    assert (house.counts(run).sent, house.counts(run).bounced) == (2, 2)
    assert house.heard()["failures"] == EACH_MEDIUM_ONCE
    assert {row.payload["listed"] for row in house.notices("finished")} == {"slack mail"}
    assert [row.payload["bounced"] for row in house.notices("batch_done")] == ["0", "0"]


def test_the_last_word_promises_no_list_where_none_is_told(house):
    """What comes back after the end is in no list that anybody is sent."""
    run = house.start(house.campaign(3))
    house.drain()
    come_back(house, run, 1)
    assert house.counts(run).unreached == 1
    assert {row.payload["listed"] for row in house.notices("finished")} == {""}
    assert house.heard()["failures"] == 0


@pytest.mark.parametrize(
    ("setting", "heard"),
    [
        (MailProgress.EVERY_BATCH, {"started": 1, "batch_done": 2}),
        (MailProgress.DAILY, {"started": 1}),
        (MailProgress.OFF, {}),
    ],
)
def test_progress_by_mail_is_as_the_owner_chose(house, setting, heard):
    """The last batch is told of as the end of the run."""
    house.start(house.campaign(3, mail_progress=setting), per_batch=1, gap=1)
    house.drain()
    mailed = Counter(kind for kind, medium in house.notices() if medium == "mail")
    assert mailed == {**heard, "finished": 1}
    assert [row.medium for row in house.notices("batch_done")].count("slack") == 2


@pytest.mark.parametrize("setting", list(MailProgress))
def test_a_pause_is_mailed_whatever_the_owner_chose(house, setting):
    run = house.start(house.campaign(mail_progress=setting))
    with house.store.writing() as work:
        pause_run(work, run, Pause(Reason.ACCESS, "Login refused", "Renew it."), NOON)
    assert {row.medium for row in house.notices("paused")} == {"slack", "direct", "mail"}


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
    assert house.heard()["batch_done"] == EACH_MEDIUM_ONCE


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
    assert run_notice(NoticeKind.STARTED, SEVENTH).key == "started:7"
    assert run_notice(NoticeKind.DIGEST, SEVENTH, suffix="3", day="3").key == "digest:7:3"
    assert run_notice(NoticeKind.DIGEST, SEVENTH, suffix="3", day="3").payload == {"day": "3"}
    assert run_notice(NoticeKind.STARTED, SEVENTH).campaign_id == 4


@pytest.mark.parametrize("kind", list(TOPICS))
def test_what_a_campaign_sends_where_it_likes_cannot_be_told_without_asking_it(kind):
    with pytest.raises(KeyError):
        run_notice(kind, SEVENTH)
    assert run_notice(kind, SEVENTH, media=()).media == ()


# where it is told


@pytest.mark.parametrize("where", [(), (Medium.DIRECT,), (Medium.SLACK, Medium.DIRECT)])
def test_every_topic_goes_where_the_campaign_sends_it(house, where):
    routing = Routing(batches=where, finished=where, failures=where, alerts=where)
    house.mailer.script = [Misconfigured("Sender not allowed"), BadAddress("No such mailbox")]
    campaign = house.campaign(4, mail_progress=MailProgress.OFF)
    settings = CampaignSettings(campaign.alert_address, campaign.mail_progress, (), routing)
    with house.store.writing() as work:
        work.campaigns.change_settings(campaign.id, settings)
    run = house.start(campaign, per_batch=2)
    house.drain()
    house.runs.resume(OWNER, run.id)
    house.drain()
    told = {kind: [row.medium for row in house.notices(kind)] for kind in TOPICS}
    assert told == {kind: [medium.value for medium in where] for kind in TOPICS}


def test_the_word_of_a_batch_is_exact_however_late_it_is_told(house):
    house.mailer.script = [None, BadAddress("No such mailbox"), Unsure("The reply was lost")]
    house.start(house.campaign(5), per_batch=3, gap=10)
    house.carry_due()
    house.clock.advance(5 * SECOND)  # a lost reply holds the batch for a moment
    house.carry_due()
    assert house.notices("batch_done")[0].payload == {
        "batch": "1",
        "sent": "1",
        "failed": "1",
        "bounced": "0",
        "unsure": "1",
        "total": "5",
        "next_at": (NOON + 5 * SECOND + 10 * MINUTE).isoformat(),
    }


# when the next batch goes


def test_after_the_gap_the_next_batch_waits_for_the_hours(house):
    hours = SendingHours(time(9), time(13), (1, 2, 3, 4, 5), "UTC")
    run = house.start(house.campaign(3), per_batch=1, gap=45, timing=Timing(hours=hours))
    began = [at for at, _ in house.drain()]
    assert began == [NOON, NOON + 45 * MINUTE, NOON + timedelta(hours=21)]
    assert house.run(run).state is RunState.FINISHED


def test_the_home_tabs_are_drawn_anew_for_a_batch_and_not_for_an_invite(house):
    with house.store.writing() as work:
        work.homes.opened("T1", "UVIEWER", ListQuery(), NOON)
    house.start(house.campaign(40), per_batch=20)

    def versions():
        return [(row.payload, row.version) for row in house.notices("home")]

    before = versions()
    house.carry_due()
    assert before == [({"workspace": "T1", "user": "UVIEWER"}, 0)]
    assert versions()[0][1] == 1


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
