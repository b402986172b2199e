"""Two do what excludes the other, and cross on PostgreSQL: one is first, the other hears the truth.

Under READ COMMITTED a transaction decides on what another may be changing. Each test holds a row for a
moment, so that the two meet exactly where that would matter.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns.errors import StateError, TemplateError
from campaigns.forms import form_of
from campaigns.homes import touch_homes
from campaigns.model import Kind, RunState
from campaigns.ports import ListQuery, Selection
from campaigns.timing import Pace
from campaigns.uploaded_list import ListPurpose
from storage.store import SqlStore
from storage.tables import batch, campaign, notice, run
from tests.fakes.campaigns import ADMIN, OWNER, SUMMIT, roster_of
from tests.integration.office import Office, crossing

NEVER = timedelta(days=300)


@pytest.fixture
def store(postgres_url, vault):
    made = SqlStore(postgres_url, vault)
    yield made
    made.close()


@pytest.fixture
def office(store):
    return Office(store)


def start(office, pace, actor=OWNER):
    return office.runs.start(
        actor, office.campaign.id, Selection(Kind.INVITE), pace, channel="C1", submission="press-1"
    )


def of_campaign(office):
    return select(campaign.c.id).where(campaign.c.id == office.campaign.id)


def of_run(started):
    return select(run.c.id).where(run.c.id == started.id)


def of_notice(key):
    return select(notice.c.id).where(notice.c.key == key)


def test_a_campaign_is_not_archived_under_a_run_that_starts(office, store):
    outcomes = crossing(
        store,
        of_campaign(office),
        lambda: office.editing.archive(ADMIN, office.campaign.id),
        lambda: start(office, Pace(1, 5)),
    )
    assert sum(isinstance(one, StateError) for one in outcomes) == 1
    seen = office.campaigns.view(OWNER, office.campaign.id).summary
    assert (seen.campaign.archived_at is None) == (seen.run is not None)


def test_a_run_that_was_just_approved_is_not_declined(store):
    office = Office(store, approval_above=1)
    planned = start(office, Pace(1, 5))
    approved, late = crossing(
        store,
        of_run(planned),
        lambda: office.runs.approve(ADMIN, planned.id),
        lambda: office.runs.decline(OWNER, planned.id),
    )
    assert approved.state is RunState.RUNNING
    assert isinstance(late, StateError)
    assert f"<@{ADMIN.user}> did that" in str(late)
    assert office.runs.latest_run(OWNER, office.campaign.id).state is RunState.RUNNING


def test_two_who_approve_are_one_approval_and_the_other_hears_by_whom(store):
    office = Office(store, approval_above=1)
    planned = start(office, Pace(1, 5))
    other = replace(ADMIN, user="UOTHERADMIN")
    _, late = crossing(
        store,
        of_run(planned),
        lambda: office.runs.approve(ADMIN, planned.id),
        lambda: office.runs.approve(other, planned.id),
    )
    assert f"<@{ADMIN.user}> did that" in str(late)
    deeds = [entry.deed for entry in office.campaigns.history(OWNER, office.campaign.id)]
    assert deeds == ["approved", "started"]


def test_an_event_that_is_saved_twice_at_once_rises_by_one(office, store):
    moved = replace(SUMMIT, place="Room 2")
    _, late = crossing(
        store,
        of_campaign(office),
        lambda: office.editing.revise(OWNER, office.campaign.id, moved),
        lambda: office.editing.revise(OWNER, office.campaign.id, moved),
    )
    assert "Nothing was changed" in str(late)
    assert office.campaigns.view(OWNER, office.campaign.id).summary.campaign.revision == 1


def test_a_text_cannot_name_a_column_that_goes_at_this_moment(office, store):
    office.lists.held = replace(roster_of(3), columns=("email",))
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
    named = replace(SUMMIT, title="Hello {{first_name}}")
    _, late = crossing(
        store,
        of_campaign(office),
        lambda: office.editing.apply_list(OWNER, upload.id),
        lambda: office.editing.revise(OWNER, office.campaign.id, named),
    )
    assert isinstance(late, TemplateError)
    seen = office.campaigns.view(OWNER, office.campaign.id).summary.campaign
    assert (seen.columns, seen.event.title) == (("email",), SUMMIT.title)


def test_a_pace_that_is_changed_as_a_batch_ends_counts_for_the_gap_that_begins(office, store):
    started = start(office, Pace(1, 10_000))
    key = f"progress:{started.id}"
    with store.engine.begin() as connection:  # so that the courier has no word to write there
        later = update(notice).where(notice.c.key == key)
        connection.execute(later.values(due_at=office.clock.now() + NEVER))
    crossing(
        store,
        of_notice(key),
        lambda: office.runs.change_pace(OWNER, started.id, Pace(1, 5)),
        lambda: office.courier.send_chunk(started.id, 1),
    )
    with store.engine.connect() as connection:
        second = connection.execute(select(batch.c.due_at).where(batch.c.seq == 2)).scalar_one()
    assert second == office.clock.now() + timedelta(minutes=5)


@pytest.mark.parametrize("limits", [{}, {"per_day": 100}], ids=["no limit", "a limit"])
def test_a_press_and_the_end_of_the_run_never_wait_for_each_other(store, limits):
    """PostgreSQL would end one of the two as a deadlock, a second later."""
    office = Office(store, **limits)
    office.campaigns.home_opened(OWNER, ListQuery())
    started = start(office, Pace(None))
    crossing(
        store,
        of_run(started),
        lambda: office.runs.pause(OWNER, started.id),
        lambda: office.courier.send_chunk(started.id, 1),
    )
    office.runs.resume(OWNER, started.id)
    office.courier.send_chunk(started.id, 1)
    assert office.runs.latest_run(OWNER, office.campaign.id).state is RunState.FINISHED


def test_home_tabs_are_touched_in_one_order_whoever_looked_last(office, store):
    for user in ("UA", "UB"):
        office.campaigns.home_opened(replace(OWNER, user=user), ListQuery())

    def touch(latest, minutes):
        def do():
            now = office.clock.now() + timedelta(minutes=minutes)
            with store.writing() as work:
                work.homes.opened(OWNER.workspace, latest, ListQuery(), now)
                touch_homes(work, OWNER.workspace, now)
            return "done"

        return do

    touch("UA", 1)()
    first = of_notice(f"home:{OWNER.workspace}:UA")
    assert crossing(store, first, touch("UA", 2), touch("UB", 3)) == ("done", "done")
