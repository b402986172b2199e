"""A list for a campaign that exists: read, compared, and applied or discarded."""

from dataclasses import replace

import pytest

from campaigns.errors import NotFound, RosterError, StateError, TemplateError
from campaigns.forms import form_of
from campaigns.history import Deed
from campaigns.model import DeliveryState, Problem
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER, SUMMIT, roster_of, someone

GREETED = replace(SUMMIT, greeting="Dear {{first_name}},")


def people(*numbers, columns=("email", "first_name"), problems=()):
    return replace(roster_of(0, columns=columns, problems=problems), attendees=[someone(n) for n in numbers])


@pytest.fixture
def upload(house):
    def upload(campaign, roster, purpose=ListPurpose.REPLACE, *, who=OWNER):
        """The list as it stands in the store, not read yet."""
        house.attachments.held = roster
        return house.campaigns.submit(
            who,
            form_of(campaign),
            file={"id": "F1"},
            view_id="V1",
            submission=f"submission-{len(house.notices('difference'))}-{purpose}",
            purpose=purpose,
            target=campaign.id,
        )

    return upload


@pytest.fixture
def read(house, upload):
    def read(campaign, roster, purpose=ListPurpose.REPLACE):
        kept = upload(campaign, roster, purpose)
        return kept, house.campaigns.import_list(kept)

    return read


def listed(house, campaign):
    with house.store.reading() as work:
        return [one.address for one in work.campaigns.attendees(campaign.id)]


def addresses(*numbers):
    return [someone(n).address for n in numbers]


def test_a_list_that_was_read_changes_nothing_yet(house, read):
    campaign = house.campaign(3)
    kept, difference = read(campaign, people(2, 3, 4, 5))
    assert (difference.added, difference.removed, difference.unchanged) == (2, 1, 2)
    assert [one.address for one in difference.added_samples] == addresses(4, 5)
    assert listed(house, campaign) == addresses(1, 2, 3)
    assert house.campaigns.unfinished_uploads() == []
    (told,) = house.notices("difference")
    assert (told.medium, told.campaign_id) == ("direct", campaign.id)
    assert told.payload == {
        "user": OWNER.user,
        "upload": str(kept.id),
        "purpose": "replace",
        "added": "2",
        "removed": "1",
        "changed": "0",
        "unchanged": "2",
        "problems": "0",
        "duplicates": "0",
        "never_invited": "0",
    }


def test_applying_it_makes_it_so_and_is_written_down(house, read):
    campaign = house.campaign(3)
    kept, _ = read(campaign, people(2, 3, 4, 5))
    assert house.editing.apply_list(OWNER, kept.id).campaign.attendees == 4
    assert listed(house, campaign) == addresses(2, 3, 4, 5)
    entry = house.campaigns.history(OWNER, campaign.id)[0]
    assert (entry.deed, entry.by) == (Deed.LIST_CHANGED, OWNER.user)
    assert entry.facts == {"upload": str(kept.id), "added": "2", "removed": "1", "changed": "0"}


def test_appending_takes_nobody_off(house, read):
    campaign = house.campaign(3)
    kept, difference = read(campaign, people(3, 4), ListPurpose.APPEND)
    assert (difference.added, difference.removed, difference.unchanged) == (1, 0, 1)
    house.editing.apply_list(OWNER, kept.id)
    assert listed(house, campaign) == addresses(1, 2, 3, 4)


def test_whoever_is_new_is_invited_by_the_next_run_and_nobody_twice(house, read):
    campaign = house.campaign(2)
    house.start(campaign)
    house.drain()
    kept, _ = read(campaign, people(3), ListPurpose.APPEND)
    house.editing.apply_list(OWNER, kept.id)
    assert house.campaigns.view(OWNER, campaign.id).to_invite == 1
    house.clock.minutes(1)
    house.start(campaign)
    house.drain()
    assert house.mailer.recipients == addresses(1, 2, 3)


def test_whoever_is_taken_off_during_a_run_is_not_sent_to(house, read):
    campaign = house.campaign(4)
    run = house.start(campaign, per_batch=2, gap=10)
    house.carry_due()
    kept, difference = read(campaign, people(1, 3))
    assert (difference.removed, difference.removed_holding) == (2, 1)
    house.editing.apply_list(OWNER, kept.id)
    house.drain()
    assert house.mailer.recipients == addresses(1, 2, 3)
    assert house.states(run)[addresses(4)[0]] is DeliveryState.SKIPPED
    assert house.notices("deed")[-1].payload["deed"] == "list_changed"


def test_the_second_press_gets_the_truth(house, read):
    campaign = house.campaign(3)
    kept, _ = read(campaign, people(1))
    house.editing.apply_list(ADMIN, kept.id)
    for late in (house.editing.apply_list, house.editing.drop_list, house.editing.difference):
        with pytest.raises(StateError, match="<@UADMIN> applied these changes already"):
            late(OWNER, kept.id)
    assert listed(house, campaign) == addresses(1)
    assert len(house.campaigns.history(OWNER, campaign.id)) == 1


def test_however_much_was_done_since_the_late_press_gets_the_truth(house, read):
    campaign = house.campaign(3)
    kept, _ = read(campaign, people(1))
    house.editing.apply_list(OWNER, kept.id)
    for turn in range(60):
        (house.editing.restore if turn % 2 else house.editing.archive)(OWNER, campaign.id)
    with pytest.raises(StateError, match="applied these changes already"):
        house.editing.apply_list(OWNER, kept.id)


def test_what_was_discarded_cannot_be_applied(house, read):
    campaign = house.campaign(3)
    kept, _ = read(campaign, people(1))
    house.editing.drop_list(OWNER, kept.id)
    with pytest.raises(StateError, match="discarded"):
        house.editing.apply_list(OWNER, kept.id)
    assert listed(house, campaign) == addresses(1, 2, 3)
    assert house.campaigns.history(OWNER, campaign.id) == []


def test_a_list_without_a_column_that_the_texts_need_is_not_used(house, read):
    campaign = house.campaign(2)
    house.editing.revise(OWNER, campaign.id, GREETED)
    bare = replace(roster_of(1, columns=("email",)), attendees=[replace(someone(1), fields={})])
    with pytest.raises(TemplateError, match="first_name"):
        read(house.campaigns.view(OWNER, campaign.id).summary.campaign, bare)
    (told,) = house.notices("refused")
    assert (told.payload["target"], told.payload["is_list"]) == (str(campaign.id), "")
    assert listed(house, campaign) == addresses(1, 2)


def test_a_column_that_the_texts_came_to_need_since_keeps_the_list_from_being_applied(house, read):
    campaign = house.campaign(2)
    bare = replace(roster_of(1, columns=("email",)), attendees=[replace(someone(9), fields={})])
    kept, _ = read(campaign, bare)
    house.editing.revise(OWNER, campaign.id, GREETED)
    with pytest.raises(TemplateError, match=r"first_name.*nothing was changed.*first_name\|there"):
        house.editing.apply_list(OWNER, kept.id)
    assert listed(house, campaign) == addresses(1, 2)
    house.editing.revise(OWNER, campaign.id, replace(GREETED, greeting="Dear {{first_name|there}},"))
    house.editing.apply_list(OWNER, kept.id)
    assert listed(house, campaign) == addresses(9)


def test_missing_values_are_counted_over_the_new_list(house, read):
    campaign = house.campaign(1)
    house.editing.revise(OWNER, campaign.id, GREETED)
    nameless = replace(someone(2), fields={"first_name": ""})
    kept, _ = read(campaign, replace(roster_of(0), attendees=[someone(1), nameless]))
    house.editing.apply_list(OWNER, kept.id)
    assert house.campaigns.view(OWNER, campaign.id).missing_values == 1


def test_lines_that_cannot_be_used_come_with_the_difference(house, read):
    blocked, remark = Problem(9, "a@", "Not an address"), Problem(3, "x", "Was trimmed", blocks=False)
    _, difference = read(house.campaign(1), people(1, problems=[blocked, remark]))
    assert difference.problems == (remark, blocked)
    assert house.notices("difference")[0].payload["problems"] == "1"


def test_a_list_is_compared_once(house, upload):
    kept = upload(house.campaign(1), people(2))
    house.campaigns.import_list(kept)
    with pytest.raises(StateError, match="read already"):
        house.campaigns.import_list(kept)
    assert len(house.notices("difference")) == 1


def test_a_list_that_cannot_be_read_is_told_to_the_uploader(house, upload):
    campaign = house.campaign(1)
    kept = upload(campaign, RosterError("No column looks like addresses.", hint="Name one email."))
    with pytest.raises(RosterError):
        house.campaigns.import_list(kept)
    (told,) = house.notices("refused")
    assert (told.payload["title"], told.payload["target"]) == ("Summit", str(campaign.id))


def test_the_upload_of_a_new_campaign_is_no_change_of_a_list(house):
    kept = house.campaigns.submit(
        OWNER, form_of(house.campaign(1)), file={}, view_id="V1", submission="new-1"
    )
    for ask in (house.editing.difference, house.editing.apply_list, house.editing.drop_list):
        with pytest.raises(NotFound):
            ask(OWNER, kept.id)


@pytest.mark.parametrize("who", [COLLEAGUE, STRANGER])
def test_who_may_not_edit_neither_sees_nor_applies_it(house, read, who):
    campaign = house.campaign(3)
    kept, _ = read(campaign, people(1))
    for ask in (house.editing.difference, house.editing.apply_list, house.editing.drop_list):
        with pytest.raises(Exception, match=r"You may not do that|no such campaign"):
            ask(who, kept.id)
    assert listed(house, campaign) == addresses(1, 2, 3)
