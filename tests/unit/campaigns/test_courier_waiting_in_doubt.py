"""What may have been done and is tried again is queued; where it is not tried again it is unsure."""

from datetime import timedelta

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.errors import BadAddress, Busy, NoAccess, StateError
from campaigns.faults import MAX_ATTEMPTS
from campaigns.model import DeliveryState, Kind
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

FIRST = "p001@example.org"


def open_end(**how):
    """The provider did it, perhaps, and said nothing."""
    return Busy("The connection broke", may_have_gone=True, **how)


def lost(**how):
    return LostReply(open_end(**how))


def state(house, run):
    return house.states(run)[FIRST]


def is_in_doubt(house, run):
    return house.rows(run)[0].unsure


def test_nobody_is_called_unsure_who_is_tried_again_in_a_moment(house):
    run = house.start(house.campaign(2))
    house.mailer.trouble[FIRST] = [lost()]
    house.carry_due()
    assert (house.counts(run).queued, house.counts(run).unsure) == (1, 0)
    assert is_in_doubt(house, run)
    house.drain()
    assert (house.counts(run).sent, is_in_doubt(house, run)) == (2, False)
    assert house.heard()["failures"] == 0


def test_whose_tries_are_spent_is_unsure_and_not_failed(house):
    run = house.start(house.campaign(1))
    house.mailer.trouble[FIRST] = [lost(), *[Busy("Not now")] * (MAX_ATTEMPTS - 1)]
    house.drain()
    assert state(house, run) is DeliveryState.UNSURE
    assert house.failures(run)[0].cause == f"Not now (gave up after {MAX_ATTEMPTS} tries)"
    assert house.runs.send_again(OWNER, run.id, submission="again").total == 1


def test_who_is_on_the_wire_when_the_run_stops_is_unsure(house):
    run = house.start(house.campaign(1))

    def stop_and_lose(_):
        house.runs.stop(OWNER, run.id)
        return lost()

    house.mailer.trouble[FIRST] = [stop_and_lose]
    house.carry_due()
    assert state(house, run) is DeliveryState.UNSURE


@pytest.mark.parametrize("later", [Busy("Not now"), NoAccess("Renew it")])
def test_a_later_try_in_a_run_that_was_stopped_leaves_it_unsure(house, later):
    run = house.start(house.campaign(1))

    def stop_and_refuse(_):
        house.runs.stop(OWNER, run.id)
        return later

    house.mailer.trouble[FIRST] = [lost(), stop_and_refuse]
    house.drain()
    assert state(house, run) is DeliveryState.UNSURE


def test_a_no_to_the_same_letter_says_that_it_never_went(house):
    run = house.start(house.campaign(1))
    house.mailer.trouble[FIRST] = [open_end(), BadAddress("The address is not valid")]
    house.drain()
    assert (state(house, run), is_in_doubt(house, run)) == (DeliveryState.FAILED, False)


def test_a_no_to_a_newer_letter_says_nothing_of_the_one_before(house):
    campaign = house.campaign(1)
    run = house.start(campaign)
    house.mailer.trouble[FIRST] = [lost(), BadAddress("The address is not valid")]
    house.carry_due()
    house.revise(campaign, title="Newer")
    house.drain()
    assert (state(house, run), is_in_doubt(house, run)) == (DeliveryState.UNSURE, True)


def test_who_comes_onto_a_never_invite_list_meanwhile_is_unsure(house):
    campaign = house.campaign(1)
    run = house.start(campaign)
    house.mailer.trouble[FIRST] = [lost()]
    house.carry_due()
    with house.store.writing() as work:
        entry = Suppressed(FIRST, "Asked not to be", house.clock.now(), Why.BY_HAND)
        work.suppressions.add(campaign.workspace, entry)
    house.drain()
    assert state(house, run) is DeliveryState.UNSURE
    assert len(house.mailer.accepted) == 1
    assert house.start(campaign, kind=Kind.CANCEL).total == 1


def test_a_whole_account_that_is_busy_leaves_who_was_on_the_wire_in_doubt(house):
    run = house.start(house.campaign(1))
    house.mailer.trouble[FIRST] = [lost(whole_account=True)]
    house.carry_due()
    assert (state(house, run), is_in_doubt(house, run)) == (DeliveryState.QUEUED, True)
    assert house.batch(run).due_at - NOON == timedelta(seconds=5)


def test_a_busy_provider_that_did_nothing_leaves_nobody_in_doubt(house):
    campaign = house.campaign(1)
    run = house.start(campaign)
    house.mailer.trouble[FIRST] = [Busy("Greylisted")]
    house.carry_due()
    house.runs.stop(OWNER, run.id)
    assert (state(house, run), is_in_doubt(house, run)) == (DeliveryState.SKIPPED, False)
    with pytest.raises(StateError, match="Nobody has this event"):
        house.start(campaign, kind=Kind.CANCEL, submission="off")
