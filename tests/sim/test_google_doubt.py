"""Google did what it was asked, and its reply was lost: whatever happens before the next try, it is known."""

import pytest

from campaigns.model import DeliveryState, Kind
from campaigns.never_inviting import NeverInviting
from playground import google_errors
from tests.fakes.calendar_scene import CalendarScene
from tests.fakes.campaigns import ADMIN
from tests.sim.google_life import GoogleLife

ANA = "p001@example.org"


@pytest.fixture
def life(tmp_path):
    with CalendarScene() as scene:
        life = GoogleLife(tmp_path, scene)
        yield life
        life.close()


def invite_ana_into_doubt(life):
    life.start(Kind.INVITE, None)
    life.carry(["lost insert"])
    assert states(life)[ANA] is DeliveryState.QUEUED
    assert life.events[ANA]["status"] == "confirmed"


def states(life, run=-1):
    return life.house.states(life._run(life.runs[run]))


def finish(life):
    for _ in range(3):
        life.let_it_run()
    life.look()
    life.check()


def stop_and_call_off(life):
    life.press("stop")
    life.start(Kind.CANCEL, None)


def call_off_at_once(life):
    life.start(Kind.CANCEL, None)


def take_off_the_list_and_update(life):
    life.put_on_the_list([2, 3, 4], "")
    finish(life)
    life.edit()
    life.start(Kind.UPDATE, None)


def never_invite_and_call_off(life):
    house = life.house
    NeverInviting(house.store, house.clock, house.alarm).add(ADMIN, None, ANA)
    finish(life)
    life.start(Kind.CANCEL, None)


def try_in_vain_and_call_off(life):
    faults = life.scene.google.faults
    for _ in range(60):
        faults.refuse(google_errors.BACKEND_ERROR, on="events")
        life.wait()
        life.carry()
    assert states(life)[ANA] is DeliveryState.UNSURE
    life.start(Kind.CANCEL, None)


@pytest.mark.parametrize(
    "ends",
    [
        stop_and_call_off,
        call_off_at_once,
        take_off_the_list_and_update,
        never_invite_and_call_off,
        try_in_vain_and_call_off,
    ],
)
def test_who_holds_it_without_a_receipt_is_told_that_it_is_off(life, ends):
    invite_ana_into_doubt(life)
    ends(life)
    finish(life)
    assert life.events[ANA]["status"] == "cancelled"
    assert life.scene.subjects(ANA) == ["Invitation", "Canceled event"]


def test_everybody_of_an_outage_is_told_that_it_is_off(life):
    life.start(Kind.INVITE, None)
    life.carry(["failed insert"] * 4)
    life.press("stop")
    assert set(states(life).values()) == {DeliveryState.UNSURE}
    life.start(Kind.CANCEL, None)
    assert life._run(life.runs[-1]).total == 4
    finish(life)
    assert {event["status"] for event in life.events.values()} == {"cancelled"}


def test_a_deletion_without_a_reply_is_in_doubt_until_the_next_try(life):
    life.start(Kind.INVITE, None)
    finish(life)
    life.start(Kind.CANCEL, None)
    life.carry(["lost delete"])
    assert [row.unsure for row in life.house.people(life.campaign)] == [True, False, False, False]
    finish(life)
    assert life.scene.subjects(ANA) == ["Invitation", "Canceled event"]


def test_an_answer_to_an_invite_without_a_receipt_is_heard(life):
    invite_ana_into_doubt(life)
    life.answer(ANA, "accepted")
    life.look()
    finish(life)
    assert states(life)[ANA] is DeliveryState.SENT
    assert life.scene.subjects(ANA) == ["Invitation"]
    assert heard(life) == "accepted"


def test_an_answer_to_another_time_is_heard_before_its_receipt(life):
    life.start(Kind.INVITE, None)
    finish(life)
    life.edit(days=1)
    life.start(Kind.UPDATE, None)
    life.carry(["lost patch"])
    life.answer(ANA, "accepted")
    life.look()
    assert heard(life) == "accepted"
    finish(life)
    assert heard(life) == "accepted"


def test_a_yes_to_what_was_moved_before_its_receipt_is_asked_for_anew(life):
    invite_ana_into_doubt(life)
    life.answer(ANA, "accepted")
    life.look()
    life.edit(days=1)
    life.start(Kind.UPDATE, None)
    finish(life)
    assert heard(life) is None


def heard(life):
    with life.house.store.reading() as work:
        lines = {line.attendee.address: line for line in work.answers.people(life.campaign.id)}
    return lines[ANA].answer and lines[ANA].answer.said.value
