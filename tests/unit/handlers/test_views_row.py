"""The buttons of a campaign in the list: none that would be refused, and none hidden that would not be."""

from dataclasses import replace

import pytest

from campaigns.model import RunState
from campaigns.roles import Actor, Right, may, may_create
from handlers.views_row import row
from playground.plain import buttons_of
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import run, summary

OWNER = Actor("T1", "U0ANA")
EDITOR = Actor("T1", "U0BEN")
ADMIN = Actor("T1", "U0KIM", is_admin=True)
MEMBER = Actor("T1", "U0MIA", in_group=True)
OUTSIDER = Actor("T1", "U0SAM", in_group=False)
GUEST = Actor("T1", "U0GUS", is_guest=True, in_group=True)
STRANGER = Actor("T2", "U0ANA", is_admin=True)
ACTORS = (OWNER, EDITOR, ADMIN, MEMBER, OUTSIDER, GUEST, STRANGER)

NEEDS = {
    "Send Invite": Right.SEND,
    "Update": Right.SEND,
    "Pause": Right.STEER,
    "Resume": Right.STEER,
    "Change pace": Right.STEER,
    "Cancel event": Right.SEND,
    "Approve": Right.APPROVE,
    "Decline": Right.APPROVE,
    "Report": Right.LOOK,
    "History": Right.LOOK,
    "Edit": Right.EDIT,
    "Duplicate": Right.DUPLICATE,
    "Archive": Right.ARCHIVE,
    "Restore": Right.ARCHIVE,
}
WANTED = {
    None: {"Send Invite", "Edit", "Duplicate", "History", "Archive"},
    RunState.PLANNED: {
        "Approve",
        "Decline",
        "Report",
        "Change pace",
        "Edit",
        "Duplicate",
        "History",
        "Cancel event",
    },
    RunState.RUNNING: {"Pause", "Report", "Change pace", "Edit", "Duplicate", "History", "Cancel event"},
    RunState.PAUSED: {"Resume", "Report", "Change pace", "Edit", "Duplicate", "History", "Cancel event"},
    RunState.FINISHED: {
        "Send Invite",
        "Update",
        "Report",
        "Edit",
        "Duplicate",
        "History",
        "Archive",
        "Cancel event",
    },
    RunState.STOPPED: {
        "Send Invite",
        "Update",
        "Report",
        "Edit",
        "Duplicate",
        "History",
        "Archive",
        "Cancel event",
    },
}


def item_in(state, *, is_archived=False):
    item = summary("Team Day", run(state) if state else None)
    archived_at = NOON if is_archived else None
    editors = (EDITOR.user,)
    return replace(item, campaign=replace(item.campaign, editors=editors, archived_at=archived_at))


def offered(item, actor):
    return [button.label for button in buttons_of(row(item, actor))]


def allowed(item, actor, label):
    if not may(actor, item.campaign, NEEDS[label]):
        return False
    if label == "Duplicate":
        return may_create(actor)
    is_second = item.run is None or actor.user != item.run.started_by
    return is_second or label not in {"Approve", "Decline"}


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.user + actor.workspace)
@pytest.mark.parametrize("state", WANTED)
def test_everybody_is_offered_what_they_may_and_nothing_else(state, actor):
    item = item_in(state)
    labels = offered(item, actor)
    assert len(labels) == len(set(labels))
    assert set(labels) == {label for label in WANTED[state] if allowed(item, actor, label)}


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.user + actor.workspace)
def test_what_is_archived_is_looked_at_copied_or_put_back(actor):
    item = item_in(RunState.FINISHED, is_archived=True)
    wanted = {"Restore", "Report", "Duplicate"}
    assert set(offered(item, actor)) == {label for label in wanted if allowed(item, actor, label)}


def test_every_button_of_the_issue_is_there_for_an_owner():
    labels = {label for state in WANTED for label in offered(item_in(state), OWNER)}
    named = {"Send Invite", "Update", "Pause", "Resume", "Report", "Edit", "Duplicate", "Archive"}
    assert named <= labels


def test_whoever_started_a_run_is_not_asked_to_approve_it():
    item = item_in(RunState.PLANNED)
    assert item.run.started_by == OWNER.user
    assert "Approve" not in offered(item, OWNER)
    assert "Approve" in offered(item, ADMIN)


def test_a_row_is_short_whatever_the_state():
    for state in WANTED:
        blocks = row(item_in(state), OWNER)
        assert [block["type"] for block in blocks] == ["header", "section", "actions"]
        assert sum(element["type"] == "button" for element in blocks[2]["elements"]) <= 3
