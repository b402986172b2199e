"""Whoever was told that it is off, and is invited again: what they read, and how they are counted."""

from dataclasses import replace
from email import message_from_bytes

import pytest

from campaigns.errors import StateError
from campaigns.invite_text import AFTER_ALL, INVITED_BACK
from campaigns.letters import InviteDesk
from campaigns.model import Kind, RunState
from campaigns.ports import Behind, Whom
from tests.fakes.campaigns import OWNER, House, someone
from tests.unit.campaigns.lives import invited, relist


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    made.desk = InviteDesk()
    made.courier = made.new_courier()
    yield made
    made.close()


def view(house, campaign):
    return house.campaigns.view(OWNER, campaign.id)


def called_off(house, people=3, **how):
    campaign = invited(house, people)
    run = house.start(campaign, kind=Kind.CANCEL, submission="cancel", **how)
    return campaign, run


def texts(house):
    """What each person reads, by address, in the plain part of the mail."""
    read = {}
    for one in house.mailer.accepted:
        parts = message_from_bytes(one.letter.mime).walk()
        plain = next(part for part in parts if part.get_content_type() == "text/plain")
        read[one.letter.recipient] = plain.get_payload(decode=True).decode().replace("\r\n", "\n")
    return read


def test_an_update_after_a_whole_cancellation_invites_everybody_again(house):
    campaign, _ = called_off(house)
    house.drain()
    house.revise(campaign)
    assert view(house, campaign).whom == Whom(invites=3, again=3)
    assert view(house, campaign).summary.behind == Behind(off=3)
    run = house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    assert house.counts(run).sent == 3
    assert view(house, campaign).summary.behind == Behind()


def test_an_update_is_still_refused_before_anybody_was_invited(house):
    campaign = house.campaign(3)
    house.revise(campaign, title="Summit, moved")
    with pytest.raises(StateError, match="Nobody has been invited yet"):
        house.start(campaign, kind=Kind.UPDATE)


def test_whoever_was_told_that_it_is_off_reads_that_it_takes_place_after_all(house):
    campaign, _ = called_off(house, 2)
    house.drain()
    house.revise(campaign)
    relist(house, campaign, someone(1), someone(2), someone(9))
    house.mailer.accepted.clear()
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    read = texts(house)
    again = {address for address, text in read.items() if AFTER_ALL in text}
    assert again == {someone(1).address, someone(2).address}
    assert set(read) == {*again, someone(9).address}


def test_whoever_was_taken_off_and_is_back_reads_that_they_are_invited_after_all(house):
    campaign = invited(house, 2)
    relist(house, campaign, someone(1))
    house.start(campaign, kind=Kind.UPDATE, submission="take back")
    house.drain()
    relist(house, campaign, someone(1), someone(2))
    house.mailer.accepted.clear()
    house.start(campaign, submission="back")
    house.drain()
    ((address, text),) = texts(house).items()
    assert address == someone(2).address
    assert INVITED_BACK in text
    assert AFTER_ALL not in text


def test_a_first_invite_says_nothing_of_a_cancellation(house):
    campaign = house.campaign(1)
    house.start(campaign)
    house.drain()
    (text,) = texts(house).values()
    assert "cancel" not in text.lower()


def test_a_cancellation_that_was_stopped_leaves_some_who_believe_it_and_some_who_do_not_know(house):
    campaign, run = called_off(house, 4, per_batch=1, gap=60)
    house.carry_due()
    house.runs.stop(OWNER, run.id)
    assert view(house, campaign).summary.behind == Behind(keeping=3)
    house.revise(campaign)
    assert view(house, campaign).summary.behind == Behind(off=1, outdated=3)


def test_a_run_that_is_on_says_what_it_would_still_do_by_deed(house):
    campaign = invited(house, 3)
    house.revise(campaign, title="Summit, moved")
    relist(house, campaign, someone(1), someone(2), someone(9))
    house.start(campaign, per_batch=1, gap=60, kind=Kind.UPDATE, submission="update")
    house.carry_due()
    assert view(house, campaign).waiting == Whom(invites=1, updates=1, cancels=1)
    replaced = house.runs.replaced(OWNER, campaign.id, Kind.CANCEL)
    assert (replaced.run.state, replaced.waiting) == (RunState.RUNNING, view(house, campaign).waiting)
    assert house.runs.replaced(OWNER, campaign.id, Kind.UPDATE) is None
    assert replace(replaced.waiting, updates=0).total == 2
