"""Who is taken off the list and comes back is invited by itself as well, or the owner hears why not."""

import pytest

from campaigns.errors import BadAddress, Unsure
from campaigns.model import DeliveryState, Kind, RunState
from tests.fakes.campaigns import OWNER, someone
from tests.unit.campaigns.newcomers import Scene

P4 = someone(4).address
S = DeliveryState


@pytest.fixture
def scene(house):
    return Scene(house)


def cancelled_for_p4(scene):
    """They were invited, taken off the list, and got the cancellation."""
    scene.finished()
    scene.keep(1, 2, 3)
    scene.finished(kind=Kind.UPDATE)
    assert scene.came(4) == [Kind.INVITE, Kind.CANCEL]


def test_whose_event_was_taken_out_gets_it_again_by_itself(scene):
    cancelled_for_p4(scene)
    done = scene.come_back(4)
    assert (done.taken_in.invites, done.taken_in.refusal) == (1, None)
    scene.house.drain()
    assert scene.came(4) == [Kind.INVITE, Kind.CANCEL, Kind.INVITE]
    assert len(scene.sent()) == 6


def test_a_file_brings_them_back_as_well(scene):
    house = scene.house
    cancelled_for_p4(scene)
    house.editing = type(house.editing)(house.store, house.clock, house.alarm, taking_in=scene.taking_in)
    scene.keep(1, 2, 3, 4)
    house.drain()
    assert scene.came(4) == [Kind.INVITE, Kind.CANCEL, Kind.INVITE]


@pytest.mark.parametrize("most", [None, 4])
def test_who_waited_in_the_run_that_is_on_waits_in_it_again(house, most):
    """The run is no larger by that: it needs no approval which it did not need before."""
    scene = Scene(house, approval_above=most)
    run = house.start(scene.campaign, per_batch=1, gap=10)
    house.carry_due()
    scene.keep(1, 2, 3)
    assert house.states(run)[P4] is S.SKIPPED
    done = scene.come_back(4)
    assert (done.taken_in.run.id, done.taken_in.invites, done.taken_in.run.total) == (run.id, 1, 4)
    house.drain()
    assert house.states(run)[P4] is S.SENT
    assert (house.run(run).state, house.counts(run).skipped) == (RunState.FINISHED, 0)
    assert len(scene.sent()) == len(set(scene.sent())) == 4
    assert scene.told() == []


def test_who_comes_and_goes_and_comes_is_invited_once(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=1, gap=10)
    house.carry_due()
    for _ in range(3):
        scene.keep(1, 2, 3)
        scene.come_back(4)
    house.drain()
    assert len(scene.sent()) == len(set(scene.sent())) == 4
    assert house.counts(run).total == 4


def test_the_last_batch_is_followed_by_one_for_who_comes_back_while_it_is_open(scene):
    house = scene.house
    run = house.start(scene.campaign)
    with house.store.writing() as work:
        work.batches.open(run.id, 1, None, house.clock.now())
    scene.keep(1, 2, 3)
    assert scene.come_back(4).taken_in.invites == 1
    house.drain()
    assert [row.seq for row in house.batches(run)] == [1, 2]
    assert len(scene.sent()) == 4


def test_who_holds_the_event_still_is_not_invited_twice_and_nobody_is_bothered(scene):
    scene.finished()
    scene.keep(1, 2, 3)
    done = scene.come_back(4)
    assert (done.added, done.taken_in.run, done.taken_in.refusal) == (1, None, None)
    assert scene.told() == []
    assert scene.take_in() == 0
    assert len(scene.house.all_runs()) == 1


def test_who_failed_in_the_run_that_is_on_is_tried_in_one_of_their_own_after_it(scene):
    """What happened in a run stays, and nobody is twice in one."""
    house = scene.house
    house.mailer.trouble["p001@example.org"] = [BadAddress("No such mailbox")]
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.carry_due()
    scene.keep(2, 3, 4)
    done = scene.come_back(1)
    assert (done.taken_in.run, done.taken_in.waits) == (None, True)
    assert scene.take_in() == 1
    house.drain()
    assert (house.run(run).state, scene.came(1)) == (RunState.FINISHED, [])
    assert scene.take_in() == 1
    house.drain()
    assert (scene.came(1), scene.take_in(), scene.told()) == ([Kind.INVITE], 0, [])
    assert len(scene.sent()) == 4


def test_whom_the_update_that_is_on_took_it_from_is_invited_after_it(scene):
    house = scene.house
    scene.finished()
    house.revise(scene.campaign, title="Summit, moved")
    scene.keep(2, 3, 4)
    house.start(scene.campaign, per_batch=1, gap=10, kind=Kind.UPDATE, submission="update")
    house.carry_due()
    assert scene.came(1) == [Kind.INVITE, Kind.CANCEL]
    assert scene.come_back(1).taken_in.waits
    house.drain()
    assert scene.take_in() == 1
    house.drain()
    assert scene.came(1) == [Kind.INVITE, Kind.CANCEL, Kind.INVITE]
    assert [scene.came(number) for number in (2, 3, 4)] == [[Kind.INVITE, Kind.UPDATE]] * 3


def test_of_whom_nobody_knows_whether_they_hold_it_the_owner_is_told(scene):
    house = scene.house
    house.mailer.trouble[P4] = [Unsure("Reply lost")]
    scene.finished()
    scene.keep(1, 2, 3)
    for _ in range(2):
        done = scene.come_back(4)
        assert done.taken_in.run is None
        assert "Nobody knows" in str(done.taken_in.refusal)
        scene.keep(1, 2, 3)
    assert len(house.all_runs()) == 1
    [notice] = scene.told()
    assert (notice.payload["attendees"], notice.payload["user"]) == ("1", OWNER.user)
    assert "Leave as sent" in notice.payload["hint"]


def test_who_was_added_while_nobody_is_taken_in_does_not_come_along(scene):
    scene.finished()
    scene.switch(on=False)
    scene.add(1)
    scene.switch(on=True)
    run = scene.add(1).taken_in.run
    assert run.total == 1
    scene.house.drain()
    assert [who for who in scene.sent() if who.startswith("new")] == ["new1@acme.com"]


def test_whom_a_stopped_run_left_does_not_come_along_though_they_came_later(scene):
    """A person started that run for them and stopped it; the retry of its one failure is on now."""
    house = scene.house
    house.mailer.trouble["p001@example.org"] = [BadAddress("No such mailbox")]
    stopped = house.start(scene.campaign, per_batch=1, gap=10)
    scene.add(1)
    house.carry_due()
    house.runs.stop(OWNER, stopped.id)
    house.runs.retry_failed(OWNER, stopped.id, submission="again")
    house.drain()
    run = scene.add(1).taken_in.run
    assert run.total == 1
    house.drain()
    assert scene.sent() == ["new1@acme.com", "p001@example.org"]
