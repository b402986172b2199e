from datetime import timedelta

import pytest
from slack_sdk import WebClient

from campaigns.errors import NotAllowed
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


@pytest.fixture
def workspace():
    with Workspace(rate_limits=None) as made:
        yield made


def asking(workspace, user):
    clock = HandClock()
    client = WebClient("xoxb-playground", base_url=workspace.base_url, retry_handlers=[])
    body = {"team": {"id": "T0PLAYGRND"}, "user": {"id": user}}
    return clock, Guard(clock.now), client, body


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
