"""Two people, or two connections, do the same at the same moment, on each kind of database."""

from dataclasses import replace

import pytest

from campaigns.errors import StateError
from campaigns.forms import form_of
from campaigns.history import Deed
from campaigns.ports import ListQuery
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import ADMIN, OWNER, roster_of, someone
from tests.integration.office import Office, at_once


@pytest.fixture
def office(sql_store):
    return Office(sql_store, per_day=1)


def test_two_presses_at_once_are_one_duplicate(office):
    form = form_of(office.campaign)

    def press():
        return office.editing.duplicate(OWNER, office.campaign.id, form, "press-1")

    made = at_once(press, press, press)
    assert len({one.id for one in made}) == 1
    assert office.campaigns.page(OWNER, ListQuery()).total == 2
    assert len(office.campaigns.history(OWNER, made[0].id)) == 1


def test_a_list_that_two_apply_at_once_is_applied_once_and_one_hears_by_whom(office):
    office.lists.held = replace(roster_of(0), attendees=[someone(3), someone(4)])
    upload = office.campaigns.submit(
        OWNER,
        form_of(office.campaign),
        file={},
        view_id="V1",
        submission="list-1",
        purpose=ListPurpose.REPLACE,
        target=office.campaign.id,
    )
    office.campaigns.import_list(upload)
    outcomes = at_once(*(lambda who=who: office.editing.apply_list(who, upload.id) for who in (OWNER, ADMIN)))
    (late,) = [one for one in outcomes if isinstance(one, StateError)]
    (entry,) = office.campaigns.history(OWNER, office.campaign.id)
    assert entry.deed is Deed.LIST_CHANGED
    assert f"<@{entry.by}> applied these changes already" in str(late)
    assert office.campaigns.view(OWNER, office.campaign.id).summary.campaign.attendees == 2


def test_the_last_invite_of_an_account_is_one_test_and_not_two(office):
    def test_to(number):
        return lambda: office.trials.send(
            OWNER, office.campaign.id, f"tester{number}@acme.com", nonce=f"press-{number}"
        )

    outcomes = at_once(test_to(1), test_to(2), test_to(3))
    assert sum(isinstance(one, StateError) for one in outcomes) == 2
    assert len(office.mailer.tried) == 1
