"""What is said when a run would have nobody in it: the truth, and no button that leads in a circle."""

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.errors import BadAddress, StateError, Unsure
from campaigns.model import Kind
from tests.fakes.campaigns import OWNER, someone

LOST = Unsure("The reply was lost")
NEVER_INVITE = "Never invite shows who, and why."


def never_invite(house, *numbers, why=Why.BY_HAND):
    with house.store.writing() as work:
        for number in numbers:
            entry = Suppressed(someone(number).key, "x", house.clock.now(), why)
            assert work.suppressions.add(OWNER.workspace, entry)


def refusal(house, campaign, kind=Kind.INVITE):
    with pytest.raises(StateError) as refused:
        house.start(campaign, kind=kind, submission=f"refused {kind}")
    return refused.value


def sent(house, people=3, *faults):
    campaign = house.campaign(people)
    house.mailer.script = list(faults)
    house.start(campaign)
    house.drain()
    return campaign


def test_whoever_is_on_a_never_invite_list_was_not_invited(house):
    campaign = house.campaign(3)
    never_invite(house, 1, 2, 3)
    refused = refusal(house, campaign)
    assert refused.message == "Nobody is left to invite: 3 people are on a never-invite list."
    assert refused.hint == NEVER_INVITE
    for kind in (Kind.UPDATE, Kind.REMIND):
        refused = refusal(house, campaign, kind)
        assert str(refused) == "Nobody has been invited yet. 3 people are on a never-invite list."


def test_an_update_leads_to_the_first_invites_where_one_is_left(house):
    campaign = house.campaign(3)
    never_invite(house, 1, 2)
    assert refusal(house, campaign, Kind.UPDATE).hint == "Use Send Calendar Invite."


def test_who_is_left_out_and_who_is_in_doubt_are_told_apart(house):
    campaign = house.campaign(3)
    never_invite(house, 3)
    house.mailer.script = [None, LOST]
    house.start(campaign)
    house.drain()
    refused = refusal(house, campaign)
    said = "1 person is on a never-invite list, and 1 may have the invite or not."
    assert refused.message == f"Nobody is left to invite: {said}"
    assert refused.hint == "Choose Send again or Leave as sent in the report of that run."


def test_whoever_holds_an_earlier_version_may_be_kept_back(house):
    campaign = sent(house, 2)
    house.revise(campaign, title="Summit, moved")
    never_invite(house, 1, 2)
    refused = refusal(house, campaign, Kind.UPDATE)
    assert refused.message == "Nobody is left to update: 2 people are on a never-invite list."
    seen = house.campaigns.view(OWNER, campaign.id)
    assert (seen.to_update, seen.left_out, seen.kept_back) == (0, 0, 2)


def test_a_first_version_in_doubt_is_nothing_to_update_and_nobody_to_remind(house):
    campaign = sent(house, 1, LOST)
    for kind, todo in ((Kind.UPDATE, "update"), (Kind.REMIND, "remind")):
        refused = refusal(house, campaign, kind)
        assert refused.message == f"Nobody is left to {todo}: 1 may have the invite or not."


def test_who_has_not_answered_may_be_on_a_never_invite_list(house):
    campaign = sent(house, 2)
    never_invite(house, 1, 2)
    refused = refusal(house, campaign, Kind.REMIND)
    assert str(refused) == f"Nobody is left to remind: 2 people are on a never-invite list. {NEVER_INVITE}"


def test_whom_no_word_reaches_keeps_the_event(house):
    campaign = sent(house, 2)
    never_invite(house, 1, 2, why=Why.COMPLAINED)
    refused = refusal(house, campaign, Kind.CANCEL)
    assert refused.message == "Nobody is left to tell: 2 people are on a never-invite list."
    assert refused.hint == "They keep it in their calendars."


def test_nobody_is_reminded_of_what_was_taken_back(house):
    """They have not answered, but neither have they the event."""
    campaign = sent(house, 2)
    house.start(campaign, kind=Kind.CANCEL, submission="off")
    house.drain()
    house.revise(campaign, title="Summit after all")
    refused = refusal(house, campaign, Kind.REMIND)
    assert refused.message == "Nobody has this event in their calendar, as far as we know."
    assert refused.hint == "Use Send Calendar Invite."


def test_an_old_button_for_those_who_failed_speaks_of_them_only(house):
    campaign = sent(house, 3, None, BadAddress("No such mailbox"), LOST)
    first = house.all_runs()[0]
    house.runs.retry_failed(OWNER, first.id, submission="retry")
    house.drain()
    with pytest.raises(StateError, match="Nobody of these is left"):
        house.runs.retry_failed(OWNER, first.id, submission="once more")
    assert house.campaigns.view(OWNER, campaign.id).in_doubt == 1
