from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account
from campaigns.errors import NotAllowed, NotFound, RosterError, StateError, TemplateError
from campaigns.history import Deed
from campaigns.model import Problem
from campaigns.ports import ListQuery
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER, SUMMIT, form_for, roster_of, someone
from tests.fakes.clocks import NOON

GREETED = replace(SUMMIT, greeting="Dear {{first_name}},")


@pytest.fixture
def submit(house):
    def submit(event=SUMMIT, *, submission="view-1"):
        form = form_for(house.account_id(), event=event)
        return house.campaigns.submit(OWNER, form, file={"id": "F1"}, view_id="V1", submission=submission)

    return submit


def nothing_stored(house):
    return house.campaigns.page(OWNER, ListQuery()).total == 0


# the list is read


def test_a_submission_is_kept_until_its_list_is_read(house, submit):
    kept = submit()
    assert house.campaigns.unfinished_uploads() == [kept]
    assert (kept.user, kept.view_id, kept.file) == (OWNER.user, "V1", {"id": "F1"})
    assert kept.form == form_for(house.account_id())
    house.attachments.held = roster_of(3)
    house.campaigns.import_list(kept)
    assert house.campaigns.unfinished_uploads() == []


def test_a_doubled_submission_is_one_upload(house, submit):
    assert submit() == submit()
    assert len(house.campaigns.unfinished_uploads()) == 1


def test_a_list_that_can_be_read_becomes_a_campaign_and_a_notice(house, submit):
    blocked, remark = Problem(9, "a@", "Not an address"), Problem(3, "x", "Was trimmed", blocks=False)
    house.attachments.held = roster_of(3, problems=[blocked, remark], duplicates=2)
    imported = house.campaigns.import_list(submit())
    campaign = imported.campaign
    assert (campaign.owner, campaign.workspace, campaign.attendees) == (OWNER.user, OWNER.workspace, 3)
    assert (campaign.event, campaign.revision, campaign.created_at) == (SUMMIT, 0, NOON)
    assert imported.problems == [blocked, remark]
    (notice,) = house.notices("imported")
    assert notice.campaign_id == campaign.id
    assert notice.payload == {
        "user": OWNER.user,
        "attendees": "3",
        "problems": "1",
        "remarks": "1",
        "duplicates": "2",
        "missing_values": "0",
        "never_invited": "0",
    }
    assert house.alarm.rung == 1
    (entry,) = house.campaigns.history(OWNER, campaign.id)
    assert (entry.deed, entry.by, entry.facts) == (Deed.CREATED, OWNER.user, {"attendees": "3"})


def test_the_upload_knows_its_campaign(house, submit):
    house.attachments.held = roster_of(1)
    kept = submit()
    imported = house.campaigns.import_list(kept)
    assert house.campaigns.upload(OWNER, kept.id).campaign_id == imported.campaign.id


def test_a_list_is_read_once(house, submit):
    house.attachments.held = roster_of(3)
    kept = submit()
    house.campaigns.import_list(kept)
    with pytest.raises(StateError, match="read already"):
        house.campaigns.import_list(kept)
    assert house.campaigns.page(OWNER, ListQuery()).total == 1
    assert len(house.notices("imported")) == 1


def test_campaign_and_notice_are_one_commit(house, submit):
    """The second attendee breaks the rule of one address a campaign: nothing of the first may stay."""
    house.attachments.held = replace(roster_of(1), attendees=[someone(1), someone(1)])
    kept = submit()
    with pytest.raises(Exception, match="UNIQUE"):
        house.campaigns.import_list(kept)
    assert nothing_stored(house)
    assert house.notices() == []
    assert house.campaigns.unfinished_uploads() == [kept]


def test_a_list_that_cannot_be_read_leaves_nothing_but_a_notice(house, submit):
    house.attachments.held = RosterError("No column looks like addresses.", hint="Name one email.")
    kept = submit()
    for _ in range(2):
        with pytest.raises(RosterError):
            house.campaigns.import_list(kept)
    assert nothing_stored(house)
    assert house.campaigns.unfinished_uploads() == []
    (refused,) = house.notices("refused")
    assert refused.payload == {
        "workspace": OWNER.workspace,
        "user": OWNER.user,
        "title": "Summit",
        "message": "No column looks like addresses.",
        "hint": "Name one email.",
        "is_list": "yes",
        "target": "",
    }
    assert (refused.medium, refused.campaign_id) == ("direct", None)


def test_a_text_that_names_an_unknown_column_is_refused_as_a_text(house, submit):
    house.attachments.held = roster_of(3)
    with pytest.raises(TemplateError, match="last_name"):
        house.campaigns.import_list(submit(replace(SUMMIT, title="For {{last_name}}")))
    assert nothing_stored(house)
    assert house.notices("refused")[0].payload["is_list"] == ""


def test_who_lacks_a_value_is_counted_and_named_but_not_blocked(house, submit):
    nameless = replace(someone(2), fields={"first_name": ""})
    house.attachments.held = replace(roster_of(1), attendees=[someone(1), nameless])
    imported = house.campaigns.import_list(submit(GREETED))
    assert imported.missing_values == 1
    (gap,) = imported.problems
    assert (gap.line, gap.value, gap.blocks) == (nameless.line, nameless.address, False)
    assert "{{first_name}}" in gap.reason
    assert "{{first_name|a default}}" in gap.reason
    assert house.campaigns.view(OWNER, imported.campaign.id).to_invite == 2


# looking


def test_only_who_submitted_sees_the_submission(house, submit):
    kept = submit()
    assert house.campaigns.upload(OWNER, kept.id) == kept
    for who in (COLLEAGUE, ADMIN, STRANGER):
        with pytest.raises(NotFound):
            house.campaigns.upload(who, kept.id)


def test_the_campaign_list_is_the_workspaces_own_newest_first(house):
    made = [house.campaign(1).id for _ in range(5)]
    page = house.campaigns.page(OWNER, ListQuery(offset=1, limit=2))
    assert [item.campaign.id for item in page.items] == [made[3], made[2]]
    assert page.total == 5
    assert house.campaigns.page(STRANGER, ListQuery()).items == []
    assert house.campaigns.page(STRANGER, ListQuery()).total == 0


def test_a_campaign_is_seen_by_its_owner_and_the_admins(house):
    campaign = house.campaign(3)
    for who in (OWNER, ADMIN):
        seen = house.campaigns.view(who, campaign.id)
        assert (seen.to_invite, seen.to_update, seen.missing_values) == (3, 0, 0)
    with pytest.raises(NotAllowed):
        house.campaigns.view(COLLEAGUE, campaign.id)
    with pytest.raises(NotFound):
        house.campaigns.view(STRANGER, campaign.id)


def test_a_campaign_in_the_list_shows_its_latest_run(house):
    campaign = house.campaign(4)
    run = house.start(campaign, per_batch=2, gap=10)
    house.carry_due()
    (item,) = house.campaigns.page(OWNER, ListQuery()).items
    assert item.run.id == run.id
    assert (item.counts.sent, item.next_at) == (2, NOON + timedelta(minutes=10))


def test_the_accounts_to_send_from_are_listed(house):
    account = house.account(per_day=500)
    assert house.campaigns.accounts(OWNER) == [account]


def test_the_page_asked_for_comes_with_the_page(house):
    house.campaign(1)
    assert house.campaigns.page(OWNER, ListQuery(words="summit")).query == ListQuery(words="summit")
    assert house.campaigns.page(OWNER, ListQuery(words="party")).total == 0


def test_the_home_tab_comes_back_where_it_was_left(house):
    assert house.campaigns.home_place(OWNER) == ListQuery()
    place = ListQuery(words="team", offset=20)
    house.campaigns.home_opened(OWNER, place)
    assert house.campaigns.home_place(OWNER) == place
    assert house.campaigns.home_place(COLLEAGUE) == ListQuery()


def test_an_account_that_left_the_settings_is_not_offered(house):
    old = house.account()
    with house.store.writing() as work:
        new = work.accounts.upsert(replace(old, id=0, address="new@example.org"))
        work.accounts.retire_others(new.id)
    assert house.campaigns.accounts(OWNER) == [new]


def test_a_colleagues_own_account_is_not_offered_and_a_forged_choice_is_refused(house):
    own = Account(0, "gmail", "own@example.org", "Own", workspace="T1", connected_by=COLLEAGUE.user)
    with house.store.writing() as work:
        own = work.accounts.upsert(own)
    assert house.campaigns.accounts(OWNER) == []
    assert house.campaigns.accounts(COLLEAGUE) == [own]
    forged = form_for(own.id)
    with pytest.raises(NotFound):
        house.campaigns.submit(OWNER, forged, file={"id": "F1"}, view_id="V1", submission="s")
    with pytest.raises(NotFound):
        house.editing.duplicate(OWNER, house.campaign(1).id, forged, "copy")
    assert house.campaigns.unfinished_uploads() == []
    assert house.campaigns.submit(COLLEAGUE, forged, file={"id": "F1"}, view_id="V1", submission="t")
