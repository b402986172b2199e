"""Whom nothing reaches, and whom only a cancel reaches, on every store."""

import pytest

from campaigns.account import Account
from campaigns.account_port import Suppressed, Why
from campaigns.model import Kind
from campaigns.ports import NewRun, Selection
from campaigns.suppressing import CAUSES, cause_against, count_suppressed, skip_queued
from campaigns.timing import Pace
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import sent
from tests.contract.store_scene import Scene as SentScene
from tests.fakes.campaigns import OWNER, form_for, roster_of
from tests.fakes.clocks import NOON

EVEN_CANCELS = {Why.BOUNCED, Why.COMPLAINED}


class Scene:
    def __init__(self, store):
        self.store = store
        with store.writing() as work:
            self.account_id = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Out")).id
        self.campaign = self.new_campaign()
        with store.reading() as work:
            self.people = list(work.campaigns.attendees(self.campaign.id))

    def new_campaign(self, workspace=OWNER.workspace):
        with self.store.writing() as work:
            return work.campaigns.add(
                form_for(self.account_id),
                workspace=workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=NOON,
            )

    def start(self, campaign):
        new = NewRun(Selection(Kind.INVITE), Pace(2, 10), OWNER.user, "C1", f"submission-{campaign.id}")
        with self.store.writing() as work:
            return work.runs.start(campaign, new, NOON)

    def suppress(self, why, *, campaign=None, index=0):
        entry = Suppressed(self.people[index].key, "", NOON, why)
        with self.store.writing() as work:
            if campaign is None:
                work.suppressions.add(OWNER.workspace, entry)
            else:
                work.suppressions.add_to_campaign(campaign.id, entry)

    def cause(self, deed, index=0):
        with self.store.reading() as work:
            return cause_against(work, self.campaign, self.people[index], deed)


@pytest.fixture
def scene(store):
    return Scene(store)


@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("why", Why)
def test_only_a_cancel_may_reach_somebody_who_asked_for_no_more(scene, why, is_own):
    scene.suppress(why, campaign=scene.campaign if is_own else None)
    for deed in (Kind.INVITE, Kind.UPDATE, Kind.REMIND):
        assert scene.cause(deed) == CAUSES[why]
    assert scene.cause(Kind.CANCEL) == (CAUSES[why] if why in EVEN_CANCELS else "")
    assert scene.cause(Kind.INVITE, index=1) == ""


def test_a_campaigns_own_entry_does_not_hide_that_the_address_bounces(scene):
    scene.suppress(Why.BOUNCED)
    scene.suppress(Why.BY_HAND, campaign=scene.campaign)
    assert scene.cause(Kind.INVITE) == CAUSES[Why.BY_HAND]
    assert scene.cause(Kind.CANCEL) == CAUSES[Why.BOUNCED]


def test_the_cause_of_every_reason_is_in_words():
    assert set(CAUSES) == set(Why)
    assert len(set(CAUSES.values())) == len(Why)


def test_they_are_counted_once_however_many_lists_they_are_on(scene):
    scene.suppress(Why.UNSUBSCRIBED)
    scene.suppress(Why.BY_HAND, campaign=scene.campaign)
    scene.suppress(Why.BY_HAND, campaign=scene.campaign, index=1)
    keys = [one.key for one in scene.people]
    with scene.store.reading() as work:
        assert count_suppressed(work, OWNER.workspace, scene.campaign.id, keys) == 2
        assert count_suppressed(work, OWNER.workspace, None, keys) == 1
        assert count_suppressed(work, OWNER.workspace, scene.campaign.id, keys[2:]) == 0
        assert count_suppressed(work, "T2", None, keys) == 0


def test_what_waits_is_skipped_in_one_campaign_or_in_all_of_the_workspace(scene):
    other, elsewhere = scene.new_campaign(), scene.new_campaign("T2")
    for campaign in (scene.campaign, other, elsewhere):
        scene.start(campaign)
    keys = [one.key for one in scene.people]
    with scene.store.writing() as work:
        own = skip_queued(work, OWNER.workspace, keys[:1], Why.BY_HAND, NOON, campaign_id=scene.campaign.id)
        everywhere = skip_queued(work, OWNER.workspace, keys[:2], Why.BOUNCED, NOON)
    assert (own, everywhere) == (1, 3)


@pytest.mark.parametrize("why", Why)
def test_an_update_run_leaves_them_no_more_than_the_cancellation_of_what_they_hold(store, why):
    scene = SentScene(store)
    campaign, _ = sent(scene, 3)
    apply(scene, staged(scene, campaign, people(1, 2)))
    scene.revise(campaign, "Newer")
    run = scene.start(campaign, Selection(Kind.UPDATE))
    listed, taken_off = "p1@example.org", "p3@example.org"
    with store.writing() as work:
        skipped = skip_queued(work, "T1", [listed, taken_off], why, NOON)
    with store.reading() as work:
        counts = work.runs.progress(run.id).counts
    assert skipped == counts.skipped == (2 if why in EVEN_CANCELS else 1)
    assert counts.queued == 3 - skipped


@pytest.mark.parametrize("why", Why)
def test_a_cancel_run_goes_on_to_who_only_asked_for_no_more(store, why):
    scene = SentScene(store)
    campaign, _ = sent(scene, 2)
    with store.writing() as work:
        work.campaigns.revise(campaign.id, campaign.event, missing_values=0, now=NOON, is_cancelled=True)
    run = scene.start(campaign, Selection(Kind.CANCEL))
    with store.writing() as work:
        skipped = skip_queued(work, "T1", ["p1@example.org"], why, NOON)
    with store.reading() as work:
        counts = work.runs.progress(run.id).counts
    assert (skipped, counts.queued) == ((1, 1) if why in EVEN_CANCELS else (0, 2))
