from datetime import timedelta

import pytest
from slack_sdk import WebClient

from campaigns.errors import NotAllowed
from campaigns.roles import may_create
from handlers.guard import Guard, asker_of, profile_of
from playground import Workspace
from tests.fakes.clocks import HandClock

ANA = {"id": "U1", "team_id": "T1", "is_admin": True}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}}, ("T1", "U1")),
        ({"team_id": "T1", "user_id": "U1", "command": "/sendinvites"}, ("T1", "U1")),
        ({"team_id": "T1", "event": {"user": "U1"}}, ("T1", "U1")),
        ({"team": None, "view": {"app_installed_team_id": "T1"}, "user": {"id": "U1"}}, ("T1", "U1")),
        ({"team": None, "user": {"id": "U1", "team_id": "T1"}}, ("T1", "U1")),
    ],
)
def test_who_asks_is_found_wherever_slack_says_it(body, found):
    actor = asker_of(body)
    assert (actor.workspace, actor.user) == found
    assert actor.is_admin is False


@pytest.mark.parametrize(
    "body", [{}, {"team": {"id": "T1"}}, {"user": {"id": "U1"}}, {"team_id": 5, "user_id": 6}]
)
def test_a_request_that_names_nobody_is_refused(body):
    with pytest.raises(NotAllowed):
        asker_of(body)


@pytest.mark.parametrize(
    ("said", "is_admin"),
    [
        (ANA, True),
        (ANA | {"is_admin": False, "is_owner": True}, True),
        (ANA | {"is_admin": False}, False),
        (ANA | {"is_admin": "true"}, False),
        (ANA | {"team_id": "T2"}, False),
        (ANA | {"team_id": "E1", "enterprise_user": {"teams": ["T1"]}}, True),
        (ANA | {"id": "U2"}, False),
        (ANA | {"is_restricted": True}, False),
        (ANA | {"is_ultra_restricted": True}, False),
        (ANA | {"is_stranger": True}, False),
        (ANA | {"is_bot": True}, False),
        (ANA | {"deleted": True}, False),
        ({}, False),
    ],
)
def test_only_this_workspaces_own_admins_are_admins(said, is_admin):
    assert profile_of(said, "T1", "U1").is_admin is is_admin


@pytest.mark.parametrize(
    ("said", "is_guest"),
    [
        (ANA, False),
        (ANA | {"is_admin": False}, False),
        (ANA | {"is_restricted": True}, True),
        (ANA | {"is_ultra_restricted": True}, True),
        (ANA | {"is_stranger": True}, True),
        (ANA | {"team_id": "T2"}, True),
        (ANA | {"id": "U2"}, True),
        ({}, True),
    ],
)
def test_whoever_is_not_known_as_a_member_is_a_guest(said, is_guest):
    assert profile_of(said, "T1", "U1").is_guest is is_guest


@pytest.fixture
def workspace():
    with Workspace(rate_limits=None) as made:
        yield made


def asking(workspace, user, group=""):
    clock = HandClock()
    client = WebClient("xoxb-playground", base_url=workspace.base_url, retry_handlers=[])
    body = {"team": {"id": "T0PLAYGRND"}, "user": {"id": user}}
    return clock, Guard(clock.now, group), client, body


def test_a_profile_is_asked_for_once_in_five_minutes(workspace):
    clock, guard, client, body = asking(workspace, "U0KIM")
    assert guard.actor(client, body).is_admin
    assert guard.actor(client, body).is_admin
    assert len(workspace.calls_of("users.info")) == 1
    clock.advance(timedelta(minutes=5))
    guard.actor(client, body)
    assert len(workspace.calls_of("users.info")) == 2


@pytest.mark.parametrize("failure", [{"error": "user_not_found"}, {"status": 500}, {"retry_after": 9}])
def test_whom_slack_does_not_vouch_for_is_no_admin_and_is_asked_again(workspace, failure):
    _, guard, client, body = asking(workspace, "U0KIM")
    workspace.fail_next("users.info", **failure)
    assert not guard.actor(client, body).is_admin
    assert guard.actor(client, body).is_admin


def test_an_owner_is_let_through_without_asking_slack(workspace):
    _, guard, client, body = asking(workspace, "U0ANA")
    assert guard.allow(client, body, lambda actor: actor.user) == "U0ANA"
    assert workspace.calls_of("users.info") == []


def refuse_all_but_admins(actor):
    if not actor.is_admin:
        raise NotAllowed
    return "done"


def test_an_admin_is_recognised_only_when_it_matters(workspace):
    _, guard, client, body = asking(workspace, "U0KIM")
    assert guard.allow(client, body, refuse_all_but_admins) == "done"


def test_a_colleague_stays_refused(workspace):
    _, guard, client, body = asking(workspace, "U0BEN")
    with pytest.raises(NotAllowed):
        guard.allow(client, body, refuse_all_but_admins)


def test_without_a_group_in_the_settings_slack_is_not_asked_for_one(workspace):
    _, guard, client, body = asking(workspace, "U0BEN")
    assert guard.actor(client, body).in_group is None
    assert workspace.calls_of("usergroups.users.list") == []


@pytest.mark.parametrize(("user", "in_group"), [("U0KIM", True), ("U0BEN", False)])
def test_members_of_the_group_are_known(workspace, user, in_group):
    _, guard, client, body = asking(workspace, user, "S0EVENTS")
    assert guard.actor(client, body).in_group is in_group


def test_the_group_is_asked_for_once_in_five_minutes_whoever_asks(workspace):
    clock, guard, client, body = asking(workspace, "U0ANA", "S0EVENTS")
    guard.actor(client, body)
    guard.known(client, "T0PLAYGRND", "U0BEN")
    assert len(workspace.calls_of("usergroups.users.list")) == 1
    workspace.state.groups["S0EVENTS"] = ["U0BEN"]
    clock.advance(timedelta(minutes=5))
    assert guard.known(client, "T0PLAYGRND", "U0BEN").in_group
    assert not guard.actor(client, body).in_group


@pytest.mark.parametrize("failure", [{"error": "missing_scope"}, {"status": 500}, {"retry_after": 9}])
def test_a_group_that_cannot_be_read_has_no_members_and_is_asked_again(workspace, failure):
    _, guard, client, body = asking(workspace, "U0KIM", "S0EVENTS")
    workspace.fail_next("usergroups.users.list", **failure)
    assert guard.actor(client, body).in_group is False
    assert guard.actor(client, body).in_group is True


def refuse_all_but_members(actor):
    if not actor.in_group:
        raise NotAllowed
    return "done"


def test_a_member_is_recognised_only_when_it_matters(workspace):
    workspace.state.groups["S0EVENTS"] = ["U0BEN"]
    _, guard, client, body = asking(workspace, "U0BEN", "S0EVENTS")
    assert guard.allow(client, body, lambda actor: actor.user) == "U0BEN"
    assert workspace.calls_of("usergroups.users.list") == []
    assert guard.allow(client, body, refuse_all_but_members) == "done"


@pytest.mark.parametrize("failure", [{"error": "user_not_found"}, {"status": 500}])
def test_whom_slack_does_not_vouch_for_makes_no_campaigns(workspace, failure):
    _, guard, client, body = asking(workspace, "U0BEN")
    workspace.fail_next("users.info", **failure)
    assert not may_create(guard.actor(client, body))
    assert may_create(guard.actor(client, body))
