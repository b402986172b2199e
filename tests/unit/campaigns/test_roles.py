import pytest

from campaigns.errors import NotAllowed
from campaigns.model import Campaign
from campaigns.roles import Actor, may_run, require
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER


@pytest.fixture
def campaign(house):
    return house.campaign()


def test_the_owner_and_the_workspaces_admins_may(campaign: Campaign):
    assert may_run(OWNER, campaign)
    assert may_run(ADMIN, campaign)


def test_a_colleague_and_another_workspaces_admin_may_not(campaign):
    assert not may_run(COLLEAGUE, campaign)
    assert not may_run(STRANGER, campaign)


def test_the_same_user_id_in_another_workspace_is_another_person(campaign):
    assert not may_run(Actor("T2", OWNER.user), campaign)


def test_who_is_refused_learns_whom_to_ask(campaign):
    require(OWNER, campaign)
    with pytest.raises(NotAllowed) as caught:
        require(COLLEAGUE, campaign)
    assert caught.value.hint == "Ask <@UOWNER> or a workspace admin."
