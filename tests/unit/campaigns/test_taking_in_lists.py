"""A list that is appended or replaced does as people who are added one by one do."""

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.editing import CampaignEditing
from campaigns.forms import form_of
from campaigns.history import Deed
from campaigns.model import RunState
from campaigns.ports import CampaignSettings
from campaigns.taking_in import TakingIn
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import OWNER, roster_of


class Scene:
    def __init__(self, house):
        self.house = house
        self.campaign = house.campaign(people=4)
        self.editing = CampaignEditing(
            house.store, house.clock, house.alarm, taking_in=TakingIn(approval_above=10)
        )
        now = self.campaign
        settings = CampaignSettings(now.alert_address, now.mail_progress, (), now.routing, takes_in=True)
        self.editing.change_settings(OWNER, now.id, settings)

    def staged(self, people, purpose=ListPurpose.APPEND):
        house = self.house
        house.attachments.held = roster_of(people)
        upload = house.campaigns.submit(
            OWNER,
            form_of(self.campaign),
            file={"id": "F1"},
            view_id="V1",
            submission=f"{purpose} {people}",
            purpose=purpose,
            target=self.campaign.id,
        )
        house.campaigns.import_list(upload)
        return upload

    def apply(self, people, purpose=ListPurpose.APPEND):
        self.editing.apply_list(OWNER, self.staged(people, purpose).id)

    def deeds(self):
        with self.house.store.reading() as work:
            return [line.deed for line in work.history.of_campaign(self.campaign.id, limit=50)]


@pytest.fixture
def scene(house):
    return Scene(house)


@pytest.mark.parametrize("purpose", [ListPurpose.APPEND, ListPurpose.REPLACE])
def test_who_is_on_the_longer_list_is_invited_by_itself(scene, purpose):
    house = scene.house
    house.start(scene.campaign)
    house.drain()
    scene.apply(6, purpose)
    house.drain()
    assert len(house.mailer.recipients) == 6
    assert [run.state for run in house.all_runs()] == [RunState.FINISHED] * 2
    assert scene.deeds()[:3] == [Deed.TAKEN_IN, Deed.STARTED, Deed.LIST_CHANGED]


def test_the_run_that_is_on_takes_them_in(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.carry_due()
    scene.apply(6)
    assert house.run(run).total == 6
    house.drain()
    assert len(house.mailer.recipients) == 6


def test_a_list_that_adds_nobody_starts_nothing(scene):
    house = scene.house
    house.start(scene.campaign)
    house.drain()
    scene.apply(4, ListPurpose.REPLACE)
    scene.apply(3, ListPurpose.REPLACE)
    assert len(house.all_runs()) == 1


def test_a_large_list_waits_for_approval(scene):
    house = scene.house
    house.start(scene.campaign)
    house.drain()
    scene.apply(16)
    assert house.all_runs()[-1].state == RunState.PLANNED
    house.drain()
    assert len(house.mailer.recipients) == 4


def test_the_notice_says_how_many_will_not_be_invited(scene):
    with scene.house.store.writing() as work:
        for number in (1, 5):
            entry = Suppressed(f"p00{number}@example.org", "", scene.house.clock.now(), Why.UNSUBSCRIBED)
            work.suppressions.add(OWNER.workspace, entry)
    scene.staged(6)
    [notice] = scene.house.notices("difference")
    assert notice.payload["never_invited"] == "2"
