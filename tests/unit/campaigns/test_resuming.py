"""One press for every run that waits for an account: each has its own rights, and none holds up another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.conduct import RunService
from campaigns.errors import NotAllowed, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.ports import Selection
from campaigns.renewal import lose_access
from campaigns.resuming import Resuming
from campaigns.timing import Pace
from tests.fakes.campaigns import SUMMIT, form_for, roster_of
from tests.fakes.connect_scene import ADMIN, ELSEWHERE, GUEST, OLGA, PAUL, ConnectScene, shared


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def resuming(scene):
    return Resuming(scene.store, scene.clock, scene.alarm)


@pytest.fixture
def account(scene):
    made = scene.connected()
    shared(scene, made)
    return made


def start(scene, account, actor, title="Summit", starts_in=timedelta(days=9)):
    starts_at = scene.clock.now() + starts_in
    event = replace(SUMMIT, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    with scene.store.writing() as work:
        campaign = work.campaigns.add(
            form_for(account.id, event=event),
            workspace="T1",
            owner=actor.user,
            roster=roster_of(3),
            missing_values=0,
            now=scene.clock.now(),
        )
    runs = RunService(scene.store, scene.clock, scene.alarm)
    return runs.start(
        actor, campaign.id, Selection(Kind.INVITE), Pace(1, 5), channel="C1", submission=f"s{campaign.id}"
    )


@pytest.fixture
def waiting(scene, account):
    """Olga's run and Paul's, both from Olga's account, which refuses the bot."""
    runs = [start(scene, account, actor) for actor in (OLGA, PAUL)]
    lose(scene, account)
    return runs


def lose(scene, account):
    with scene.store.writing() as work:
        lose_access(work, account, cause="Refused", hint="", now=scene.clock.now())


def states(scene, runs):
    with scene.store.reading() as work:
        return [work.runs.get(run.id).state for run in runs]


def test_an_admin_sets_all_of_them_going(scene, resuming, account, waiting):
    done = resuming.resume_waiting(ADMIN, account.id)
    assert [run.id for run in done.runs] == [run.id for run in waiting]
    assert (done.refused, done.not_theirs) == ((), 0)
    assert states(scene, waiting) == [RunState.RUNNING, RunState.RUNNING]


def test_whoever_may_resume_one_of_them_resumes_that_one(scene, resuming, account, waiting):
    done = resuming.resume_waiting(PAUL, account.id)
    assert [run.id for run in done.runs] == [waiting[1].id]
    assert done.not_theirs == 1
    assert states(scene, waiting) == [RunState.PAUSED, RunState.RUNNING]


@pytest.mark.parametrize(("actor", "error"), [(GUEST, NotAllowed), (ELSEWHERE, StateError)])
def test_who_may_resume_none_changes_none(scene, resuming, account, waiting, actor, error):
    with pytest.raises(error):
        resuming.resume_waiting(actor, account.id)
    assert states(scene, waiting) == [RunState.PAUSED, RunState.PAUSED]


def test_one_that_cannot_go_on_is_named_with_the_reason_and_holds_up_no_other(scene, resuming, account):
    runs = [
        start(scene, account, OLGA, "Breakfast", timedelta(hours=1)),
        start(scene, account, OLGA, "Summit"),
    ]
    lose(scene, account)
    scene.wait_minutes(60 * 24 * 5)
    done = resuming.resume_waiting(OLGA, account.id)
    assert [run.id for run in done.runs] == [runs[1].id]
    ((title, error),) = done.refused
    assert title == "Breakfast"
    assert "The event is over." in str(error)


def test_what_was_paused_by_hand_is_left_as_it_is(scene, resuming, account, waiting):
    with scene.store.writing() as work:
        work.runs.move(waiting[0].id, RunState.RUNNING, now=scene.clock.now())
        work.runs.move(waiting[0].id, RunState.PAUSED, now=scene.clock.now(), reason=Reason.PERSON)
    resuming.resume_waiting(ADMIN, account.id)
    assert states(scene, waiting) == [RunState.PAUSED, RunState.RUNNING]


def test_a_second_press_gets_the_truth(resuming, account, waiting):
    resuming.resume_waiting(ADMIN, account.id)
    with pytest.raises(StateError, match="No run waits for this account any more"):
        resuming.resume_waiting(ADMIN, account.id)
