from dataclasses import replace

import pytest

from campaigns.errors import NotAllowed
from campaigns.roles import GRANTS, Actor, Right, Role, may, may_create, require, require_create, roles_of
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER
from tests.unit.campaigns.role_people import PEOPLE
from tests.unit.campaigns.role_scenes import Scene


@pytest.fixture
def campaign():
    return Scene().campaign


def test_the_owner_and_the_workspaces_admins_may_everything(campaign):
    for right in Right:
        assert may(OWNER, campaign, right)
        assert may(ADMIN, campaign, right)


def test_a_colleague_and_another_workspaces_admin_may_nothing(campaign):
    for right in Right:
        assert not may(COLLEAGUE, campaign, right)
        assert not may(STRANGER, campaign, right)


def test_editors_and_organizers_neither_archive_nor_name_editors(campaign):
    for name in ("editor", "organizer", "guest editor"):
        kept = {right for right in Right if may(PEOPLE[name], campaign, right)}
        assert kept == set(Right) - {Right.ARCHIVE, Right.SHARE}


def test_every_role_has_its_grants():
    assert set(GRANTS) == set(Role)
    assert GRANTS[Role.OTHER] == frozenset()


def test_somebody_may_be_several_things_at_once(campaign):
    both = replace(PEOPLE["editor"], is_admin=True)
    assert roles_of(both, campaign) == {Role.EDITOR, Role.ADMIN}


def test_the_same_user_id_in_another_workspace_is_another_person(campaign):
    assert roles_of(Actor("T2", OWNER.user), campaign) == {Role.OTHER}


def test_a_guest_gains_nothing_by_the_user_group(campaign):
    assert roles_of(PEOPLE["guest in the group"], campaign) == {Role.OTHER}


def test_who_is_refused_learns_whom_to_ask(campaign):
    require(OWNER, campaign, Right.EDIT)
    with pytest.raises(NotAllowed) as caught:
        require(COLLEAGUE, campaign, Right.EDIT)
    assert caught.value.hint == "Ask <@UOWNER> or a workspace admin."


def test_guests_and_those_outside_the_group_make_no_campaigns():
    makers = {name for name, actor in PEOPLE.items() if may_create(actor)}
    assert not makers & {"guest", "guest editor", "guest in the group", "outside the group"}
    assert makers >= {"owner", "admin", "organizer", "other"}
    with pytest.raises(NotAllowed, match="cannot make campaigns"):
        require_create(PEOPLE["guest"])


def test_an_admin_outside_the_group_makes_campaigns():
    assert may_create(Actor("T1", "UADMIN", is_admin=True, in_group=False))
