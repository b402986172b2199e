"""Who is added and may not be invited yet or at all: they wait, or the owner hears why."""

from datetime import timedelta

import pytest

from campaigns.account import AccountState
from campaigns.account_port import Suppressed, Why
from campaigns.errors import BadAddress
from campaigns.model import Attendee, Kind, Medium, RunState
from campaigns.notices import NoticeKind
from campaigns.taking_in import Newcomers, TakenIn
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.unit.campaigns.newcomers import Scene


@pytest.fixture
def scene(house):
    return Scene(house)


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
    assert (done.taken_in.run.id, done.taken_in.invites) == (again.id, 1)
    house.drain()
    assert scene.sent() == ["new0@acme.com", "p001@example.org"]


def stop_a_run(scene):
    run = scene.house.start(scene.campaign, per_batch=2, gap=10)
    scene.house.runs.stop(OWNER, run.id)


def stop_an_update(scene):
    scene.finished()
    scene.house.revise(scene.campaign, title="Summit, moved")
    run = scene.house.start(scene.campaign, per_batch=2, gap=10, kind=Kind.UPDATE, submission="an update")
    scene.house.runs.stop(OWNER, run.id)


def let_it_begin(scene):
    scene.finished()
    scene.house.clock.time = scene.campaign.event.starts_at


def leave_a_gap_beyond_the_start(scene):
    scene.house.clock.time = scene.campaign.event.starts_at - 20 * scene.house.clock.minute
    scene.finished(gap=40)


def leave_a_gap_beyond_the_end(scene):
    scene.house.clock.time = scene.campaign.event.starts_at - 20 * scene.house.clock.minute
    scene.finished(gap=1440)


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
        (stop_an_update, "The last run was stopped", "press Send Invite"),
        (let_it_begin, "not go before the event begins", "press Send Invite"),
        (leave_a_gap_beyond_the_start, "not go before the event begins", "press Send Invite"),
        (leave_a_gap_beyond_the_end, "not go before the event begins", "press Send Invite"),
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


class UnsubscribedMeanwhile:
    """A transaction in which new0@acme.com comes onto the never-invite list just before ``step``.

    As on PostgreSQL, where that is committed at any moment of the transaction.
    """

    def __init__(self, scene, work, door, step):
        self._scene, self._work, self._door, self._step = scene, work, door, step

    def __getattr__(self, name):
        found = getattr(self._work, name)
        if name == self._door:
            setattr(self, name, found := Doorstep(found, self._step, self._unsubscribe))
        return found

    def _unsubscribe(self):
        entry = Suppressed("new0@acme.com", "", NOON, Why.UNSUBSCRIBED)
        self._work.suppressions.add(self._scene.campaign.workspace, entry)


class Doorstep:
    """A part of the store before whose ``step`` something happens."""

    def __init__(self, part, step, happen):
        self._part, self._step, self._happen = part, step, happen

    def __getattr__(self, name):
        if name == self._step:
            self._happen()
        return getattr(self._part, name)


@pytest.mark.parametrize(("door", "step"), [("accounts", "lock"), ("runs", "start")])
def test_who_unsubscribes_while_they_are_taken_in_leaves_no_run_and_no_news(scene, door, step):
    """They are in need of no invite, so that there is nothing to tell, and nobody to wait for."""
    house = scene.house
    scene.finished()
    with house.store.writing() as work:
        work.campaigns.add_people(scene.campaign.id, [Attendee("new0@acme.com", "new0@acme.com")])
        campaign = work.campaigns.get(scene.campaign.id)
        between = UnsubscribedMeanwhile(scene, work, door, step)
        newcomers = Newcomers(1, "The API", OWNER.user)
        done = scene.taking_in.after(between, campaign, newcomers, house.clock.now())
    assert done == TakenIn()
    assert done.refusal is None
    assert scene.told() == []
    assert len(house.all_runs()) == 1
    house.drain()
    assert len(house.notices(NoticeKind.FINISHED)) == 2
