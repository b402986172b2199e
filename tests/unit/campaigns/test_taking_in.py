"""Who is added later is invited by itself: in the run that is on, or in one of its own."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from campaigns.account import AccountState
from campaigns.account_port import Suppressed, Why
from campaigns.adding import Adding, Rows
from campaigns.errors import BadAddress
from campaigns.history import Deed
from campaigns.model import DeliveryState, Kind, Medium, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import CampaignSettings
from campaigns.taking_in import TakingIn
from campaigns.timing import SendingHours, Timing
from scheduler.chores import take_in_newcomers
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

DEED_OF_RUN = (Deed.TAKEN_IN, Deed.STARTED)


class Scene:
    """A campaign of four people that takes in whoever is added."""

    def __init__(self, house, *, approval_above=None, takes_in=True):
        self.house = house
        self.campaign = house.campaign(people=4)
        self.taking_in = TakingIn(approval_above=approval_above)
        self.adding = Adding(house.store, house.clock, house.alarm, self.taking_in)
        self.numbers = 0
        if takes_in:
            self.switch(on=True)

    def switch(self, *, on):
        now = self.campaign
        settings = CampaignSettings(
            now.alert_address, now.mail_progress, now.editors, now.routing, takes_in=on
        )
        with self.house.store.writing() as work:
            self.campaign = work.campaigns.change_settings(now.id, settings)

    def add(self, count=2):
        rows = [{"email": f"new{self.numbers + n}@acme.com"} for n in range(count)]
        self.numbers += count
        return self.adding.add(self.campaign.id, Rows(rows))

    def sent(self):
        return sorted(self.house.mailer.recipients)

    def history(self):
        with self.house.store.reading() as work:
            return [line.deed for line in work.history.of_campaign(self.campaign.id, limit=50)]

    def take_in(self):
        """The chore that looks after those who wait."""
        return take_in_newcomers(self.house.store, self.house.clock, self.house.alarm, self.taking_in)

    def told(self):
        return self.house.notices(NoticeKind.NOT_TAKEN_IN)

    def finished(self, **how):
        run = self.house.start(self.campaign, submission=f"run {len(self.house.all_runs())}", **how)
        self.house.drain()
        assert self.house.run(run).state is RunState.FINISHED
        return run


@pytest.fixture
def scene(house):
    return Scene(house)


def test_it_is_off_unless_somebody_wants_it(house):
    scene = Scene(house, takes_in=False)
    scene.finished()
    done = scene.add()
    assert (done.added, done.taken_in.run, done.taken_in.refusal) == (2, None, None)
    assert len(house.all_runs()) == 1
    assert scene.told() == []


def test_nothing_starts_before_a_person_has_sent_the_first_time(scene):
    done = scene.add()
    assert done.taken_in.run is None
    assert scene.house.all_runs() == []
    assert scene.told() == []


def test_the_run_that_is_on_takes_them_in_its_next_batch(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.carry_due()
    done = scene.add()
    assert (done.taken_in.run.id, done.taken_in.invites) == (run.id, 2)
    assert house.run(run).total == 6
    house.drain()
    assert len(scene.sent()) == 6
    assert house.run(run).state is RunState.FINISHED
    assert [row.seq for row in house.batches(run)] == [1, 2, 3]
    assert Deed.TAKEN_IN in scene.history()


def test_who_comes_while_the_last_batch_is_open_gets_one_more(scene):
    house = scene.house
    run = house.start(scene.campaign)
    with house.store.writing() as work:
        work.batches.open(run.id, 1, None, house.clock.now())
    scene.add(1)
    house.drain()
    assert len(scene.sent()) == 5
    assert house.counts(run).total == 5


def test_a_paused_run_stays_paused(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.runs.pause(OWNER, run.id)
    assert scene.add().taken_in.invites == 2
    house.drain()
    assert scene.sent() == []
    assert house.run(run).state is RunState.PAUSED
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert len(scene.sent()) == 6


def test_an_update_run_takes_them_in_too(scene):
    house = scene.house
    scene.finished()
    house.revise(scene.campaign, title="Summit, moved")
    run = house.start(scene.campaign, per_batch=2, gap=10, kind=Kind.UPDATE, submission="update")
    assert scene.add().taken_in.run.id == run.id
    house.drain()
    assert house.counts(run).sent == 6


def test_after_a_finished_run_they_get_one_of_their_own_as_the_last_was(scene):
    house = scene.house
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "Europe/Madrid")
    last = scene.finished(per_batch=3, gap=7, timing=Timing(hours=hours))
    done = scene.add()
    run = house.run(done.taken_in.run)
    assert run.id != last.id
    assert (run.kind, run.pace, run.timing.hours) == (Kind.INVITE, last.pace, hours)
    assert (run.channel, run.started_by, run.total) == (last.channel, OWNER.user, 2)
    house.drain()
    assert len(scene.sent()) == 6
    assert scene.history()[:2] == list(DEED_OF_RUN)


def test_outside_the_hours_the_first_batch_waits(scene):
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "UTC")
    scene.finished(timing=Timing(hours=hours))
    scene.house.clock.time = NOON.replace(hour=20)
    run = scene.add().taken_in.run
    assert scene.house.batch(run).due_at == NOON.replace(hour=9) + timedelta(days=1)


def test_the_run_after_an_update_is_as_the_last_invite_run_was(scene):
    house = scene.house
    scene.finished(per_batch=3, gap=7)
    house.revise(scene.campaign, title="Summit, moved")
    scene.finished(kind=Kind.UPDATE, per_batch=1, gap=1)
    run = scene.add().taken_in.run
    assert (run.kind, run.pace.per_batch, run.pace.gap_minutes) == (Kind.INVITE, 3, 7)


def test_each_addition_is_invited_once(scene):
    scene.finished()
    for _ in range(3):
        scene.add()
        scene.house.drain()
    assert len(scene.sent()) == len(set(scene.sent())) == 10


def test_who_comes_one_by_one_is_invited_a_gap_after_the_last_batch_and_together(scene):
    """Not a run, a mail and a message in the channel for each of them."""
    house = scene.house
    last = scene.finished(per_batch=4, gap=30)
    ended_at = house.run(last).ended_at
    house.clock.advance(timedelta(minutes=10))
    run, *others = [scene.add(1).taken_in.run for _ in range(5)]
    assert {other.id for other in others} == {run.id}
    assert house.batch(run).due_at == ended_at + timedelta(minutes=30)
    assert len(scene.sent()) == 4
    house.drain()
    assert [row.seq for row in house.batches(run)] == [1, 2]
    assert len(scene.sent()) == 9


def test_after_a_run_at_once_they_come_together_as_well(scene):
    house = scene.house
    ended_at = house.run(scene.finished()).ended_at
    run = scene.add(1).taken_in.run
    assert house.batch(run).due_at == ended_at + timedelta(minutes=5)


def test_no_mail_says_that_a_run_begins_which_nobody_has_started(scene):
    scene.finished()
    before = len(scene.house.notices(NoticeKind.STARTED))
    assert before > 0
    scene.add()
    assert len(scene.house.notices(NoticeKind.STARTED)) == before


def start_reminding(scene):
    scene.finished()
    scene.house.start(scene.campaign, kind=Kind.REMIND, submission="remind")
    return scene.house.drain


def lose_the_account(scene):
    scene.finished()
    move(scene, AccountState.NEEDS_RENEWAL)
    return lambda: move(scene, AccountState.READY)


def move(scene, state):
    with scene.house.store.writing() as work:
        work.accounts.move(scene.campaign.account_id, state)


@pytest.mark.parametrize("hinder", [start_reminding, lose_the_account])
def test_who_has_to_wait_is_invited_once_what_hindered_is_over(scene, hinder):
    house = scene.house
    is_over = hinder(scene)
    for _ in range(2):
        done = scene.add()
        assert (done.taken_in.run, done.taken_in.waits) == (None, True)
    assert scene.told() == []
    assert scene.take_in() == 1
    assert len(scene.sent()) < 8
    is_over()
    assert scene.take_in() == 1
    house.drain()
    assert len(set(scene.sent())) == 8
    assert scene.take_in() == 0


def test_a_run_that_ends_while_somebody_joins_is_followed_by_another(scene):
    """Read before its end was committed, locked after it."""
    ended = scene.finished()
    seen = replace(scene.house.run(ended), state=RunState.RUNNING, ended_at=None)

    class SawItRunning(TakingIn):
        def after(self, work, campaign, new, now):
            looked, truth = [seen], work.runs.latest
            work.runs.latest = lambda campaign_id: looked.pop() if looked else truth(campaign_id)
            return super().after(work, campaign, new, now)

    scene.adding = Adding(scene.house.store, scene.house.clock, scene.house.alarm, SawItRunning())
    done = scene.add(1)
    assert done.taken_in.run.id != ended.id
    scene.house.drain()
    assert len(scene.sent()) == 5


def test_a_large_addition_waits_for_a_second_person(house):
    scene = Scene(house, approval_above=5)
    scene.finished()
    run = scene.add(6).taken_in.run
    assert run.state is RunState.PLANNED
    assert NoticeKind.APPROVAL in [kind for kind, _ in house.notices()]
    house.drain()
    assert len(scene.sent()) == 4


def test_a_run_that_needed_no_approval_does_not_grow_past_the_bound(house):
    scene = Scene(house, approval_above=5)
    run = house.start(scene.campaign, per_batch=2, gap=10)
    done = scene.add(2)
    assert done.added == 2
    assert done.taken_in.run is None
    assert "needs approval" in str(done.taken_in.refusal)
    assert house.run(run).total == 4
    assert len(scene.told()) == 1


def test_whom_a_stopped_run_left_is_not_taken_along(scene):
    """Somebody stopped it for a reason; trying the failed again is a run for these alone."""
    house = scene.house
    house.mailer.trouble["p001@example.org"] = [BadAddress("No such mailbox")]
    stopped = house.start(scene.campaign, per_batch=1, gap=10)
    house.carry_due()
    house.runs.stop(OWNER, stopped.id)
    again = house.runs.retry_failed(OWNER, stopped.id, submission="again")
    done = scene.add(1)
    assert done.taken_in.run is None
    assert "not for them" in done.taken_in.refusal.message
    assert house.run(again).total == 1
    house.drain()
    assert scene.sent() == ["p001@example.org"]


def stop_a_run(scene):
    run = scene.house.start(scene.campaign, per_batch=2, gap=10)
    scene.house.runs.stop(OWNER, run.id)


def disconnect_the_account(scene):
    scene.finished()
    with scene.house.store.writing() as work:
        work.accounts.move(scene.campaign.account_id, AccountState.DISCONNECTED)


def let_it_end(scene):
    scene.finished()
    scene.house.clock.time = scene.campaign.event.ends_at


def put_it_away(scene):
    scene.finished()
    scene.house.editing.archive(OWNER, scene.campaign.id)


def call_it_off(scene):
    scene.finished()
    now = scene.house.clock.now()
    with scene.house.store.writing() as work:
        work.campaigns.revise(
            scene.campaign.id, scene.campaign.event, missing_values=0, now=now, is_cancelled=True
        )


@pytest.mark.parametrize(
    ("happen", "said", "hint"),
    [
        (stop_a_run, "The last run was stopped", "press Send Invite"),
        (disconnect_the_account, "no longer set up", "SMTP_URL"),
        (let_it_end, "The event is over", "Edit event"),
        (put_it_away, "This campaign is archived", "Restore it"),
        (call_it_off, "This event was cancelled", "Edit event"),
    ],
)
def test_where_nobody_may_be_invited_the_owner_hears_why_and_what_to_press(scene, happen, said, hint):
    happen(scene)
    before, sent = len(scene.house.all_runs()), scene.sent()
    done = scene.add()
    assert done.added == 2
    assert (done.taken_in.run, said in done.taken_in.refusal.message) == (None, True)
    assert len(scene.house.all_runs()) == before
    scene.house.drain()
    assert scene.sent() == sent
    [notice] = scene.told()
    assert (notice.medium, notice.payload["user"]) == (Medium.DIRECT, OWNER.user)
    assert said in notice.payload["message"]
    assert hint in notice.payload["hint"]


def test_the_owner_hears_of_one_reason_once_a_day(scene):
    let_it_end(scene)
    for _ in range(3):
        scene.add()
    assert len(scene.told()) == 1
    scene.house.clock.advance(timedelta(days=1))
    scene.add()
    assert len(scene.told()) == 2


def test_somebody_who_is_never_invited_starts_no_run(scene):
    scene.finished()
    with scene.house.store.writing() as work:
        entry = Suppressed("new0@acme.com", "", NOON, Why.BY_HAND, "U1")
        work.suppressions.add_to_campaign(scene.campaign.id, entry)
    done = scene.add(1)
    assert (done.added, done.taken_in.run, scene.told()) == (1, None, [])
    assert len(scene.house.all_runs()) == 1


def test_what_was_not_committed_has_started_nothing(scene):
    """List, run and history are one transaction."""
    scene.finished()
    scene.adding = Adding(scene.house.store, scene.house.clock, scene.house.alarm, _Broken())
    with pytest.raises(RuntimeError):
        scene.add()
    assert len(scene.house.all_runs()) == 1
    with scene.house.store.reading() as work:
        assert work.campaigns.get(scene.campaign.id).attendees == 4


class _Broken(TakingIn):
    def after(self, work, campaign, new, now):
        super().after(work, campaign, new, now)
        raise RuntimeError


def test_a_skipped_person_of_the_run_that_is_on_is_not_taken_in_again(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    with house.store.writing() as work:
        person = work.campaigns.attendee_at(scene.campaign.id, 3)
        entry = Suppressed(person.key, "", NOON, Why.BY_HAND, "U1")
        work.suppressions.add_to_campaign(scene.campaign.id, entry)
        work.runs.skip_person(run.id, person.key, "x", NOON)
    scene.add(1)
    house.drain()
    states = house.states(run)
    assert states[person.address] is DeliveryState.SKIPPED
    assert replace(house.counts(run), skipped=0).total == 4
