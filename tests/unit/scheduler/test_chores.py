"""Small recurring work may run as often as it likes: a day is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.model import MailProgress, RunState
from campaigns.notices import NoticeKind
from campaigns.uploaded_list import ListPurpose
from scheduler.chores import prune_lists, prune_spends, write_digests
from storage.memory import MemoryStore
from tests.contract.store_scene import Scene, form, roster
from tests.fakes.clocks import NOON, HandClock

DAY = timedelta(days=1)


@pytest.fixture
def scene():
    return Scene(MemoryStore())


@pytest.fixture
def clock():
    return HandClock()


def digests(scene, at):
    with scene.store.reading() as work:
        return [notice.key for notice in work.notices.due(at, 99) if notice.kind is NoticeKind.DIGEST]


def test_a_digest_is_written_once_a_day_however_often_the_chore_runs(scene, clock):
    run = scene.start(scene.campaign())
    written = []
    for _ in range(5):
        for _ in range(3):
            write_digests(scene.store, clock)
        written.append(len(digests(scene, clock.now())))
        clock.advance(DAY / 2)
    assert written == [0, 0, 1, 1, 2]
    assert digests(scene, clock.now()) == [f"digest:{run.id}:1", f"digest:{run.id}:2"]


def test_each_run_counts_its_own_days(scene, clock):
    runs = [scene.start(scene.campaign()) for _ in range(2)]
    clock.advance(DAY)
    assert write_digests(scene.store, clock) == 2
    assert digests(scene, clock.now()) == [f"digest:{run.id}:1" for run in runs]


@pytest.mark.parametrize("wanted", [MailProgress.EVERY_BATCH, MailProgress.OFF])
def test_who_did_not_ask_for_a_digest_gets_none(scene, clock, wanted):
    scene.start(scene.campaign(mail_progress=wanted))
    clock.advance(DAY)
    assert write_digests(scene.store, clock) == 0
    assert digests(scene, clock.now()) == []


def test_a_paused_run_is_told_of_and_an_ended_one_is_not(scene, clock):
    paused, ended = scene.start(scene.campaign()), scene.start(scene.campaign())
    scene.move(paused, RunState.PAUSED, "person")
    scene.move(ended, RunState.FINISHED)
    clock.advance(DAY)
    write_digests(scene.store, clock)
    assert digests(scene, clock.now()) == [f"digest:{paused.id}:1"]


def test_a_run_that_waits_for_approval_has_no_digest(scene, clock):
    campaign = scene.campaign()
    with scene.store.writing() as work:
        work.runs.start(campaign, replace(scene.new_run(), is_planned=True), NOON)
    clock.advance(DAY)
    assert write_digests(scene.store, clock) == 0


def test_a_list_that_nobody_applied_is_forgotten_after_a_week(scene, clock):
    campaign = scene.campaign()
    who = {"workspace": "T1", "user": "UOWNER", "view_id": "V", "file": {}, "now": NOON}
    what = {"purpose": ListPurpose.REPLACE, "target": campaign.id}
    filled_in = form(scene.account())
    with scene.store.writing() as work:
        uploads = [work.uploads.add(filled_in, submission=name, **who, **what) for name in ("old", "new")]
        work.lists.stage(uploads[0].id, roster(2), NOON)
        work.lists.stage(uploads[1].id, roster(2), NOON + DAY)
    clock.advance(7 * DAY)
    assert prune_lists(scene.store, clock) == 0
    clock.advance(timedelta(seconds=1))
    assert prune_lists(scene.store, clock) == 1
    assert prune_lists(scene.store, clock) == 0
    with scene.store.reading() as work:
        assert [work.lists.difference(upload, samples=1) is None for upload in uploads] == [True, False]


def test_spends_are_kept_as_long_as_a_window_can_see_them(scene, clock):
    account = scene.account()
    with scene.store.writing() as work:
        for hours in (0, 1, 2):
            work.accounts.spend(account.id, NOON + timedelta(hours=hours))
    clock.advance(timedelta(hours=25))
    assert prune_spends(scene.store, clock) == 0
    clock.advance(timedelta(hours=1, seconds=1))
    assert prune_spends(scene.store, clock) == 2
    with scene.store.reading() as work:
        assert work.accounts.spent_since(account.id, NOON) == 1
