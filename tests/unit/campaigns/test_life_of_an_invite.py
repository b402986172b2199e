"""From the first invite to the last CANCEL: what each person is sent, in which order and SEQUENCE."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import icalendar
import pytest

from campaigns.errors import OverQuota, StateError
from campaigns.invite_text import CHANGED_REMINDER, REMINDER
from campaigns.letters import InviteDesk
from campaigns.model import Kind, RunState
from campaigns.timing import Pace
from tests.fakes.campaigns import OWNER, someone
from tests.unit.campaigns.invites import body
from tests.unit.campaigns.lives import BAD, FIRST, LOST, NEW, SECOND, THIRD, invited, relist, sent, view

# update


def test_an_update_run_updates_the_holder_invites_the_newcomer_and_takes_back_from_the_removed(house):
    campaign = invited(house)
    relist(house, campaign, someone(2), someone(3), someone(9))
    house.revise(campaign, title="Summit, moved")
    seen = view(house, campaign)
    assert (seen.to_invite, seen.to_update, seen.whom.total) == (1, 3, 4)
    preview = house.runs.preview(OWNER, campaign.id, Kind.UPDATE, Pace(2, 10))
    assert (preview.whom, preview.forecast.batches) == (seen.whom, 2)
    run = house.start(campaign, per_batch=2, gap=10, kind=Kind.UPDATE)
    house.drain()
    assert sorted(sent(house)) == [
        (FIRST, Kind.CANCEL, 1),
        (SECOND, Kind.UPDATE, 1),
        (THIRD, Kind.UPDATE, 1),
        (NEW, Kind.INVITE, 1),
    ]
    assert house.counts(run).sent == run.total == 4
    seen = view(house, campaign)
    assert (seen.to_invite, seen.to_update, seen.to_cancel) == (0, 0, 3)


def test_a_changed_row_makes_its_holder_outdated(house):
    campaign = invited(house)
    relist(house, campaign, someone(1), replace(someone(2), fields={"first_name": "Zoë"}), someone(3))
    assert view(house, campaign).to_update == 1
    house.start(campaign, kind=Kind.UPDATE)
    house.drain()
    assert sent(house) == [(SECOND, Kind.UPDATE, 1)]
    assert view(house, campaign).to_update == 0


def test_an_update_before_anybody_was_invited_is_refused_with_what_to_press(house):
    campaign = house.campaign()
    with pytest.raises(StateError, match="Nobody has been invited yet") as refused:
        house.start(campaign, kind=Kind.UPDATE)
    assert refused.value.hint == "Use Send Calendar Invite."
    assert view(house, campaign).to_update == 0


def test_an_update_supersedes_a_running_invite_run(house):
    campaign = house.campaign(4)
    invite = house.start(campaign, per_batch=2, gap=60)
    house.carry_due()
    house.revise(campaign, title="Summit, moved")
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")
    old = house.run(invite)
    assert (old.state, old.detail) == (RunState.STOPPED, "Replaced by Update Calendar Invites")
    assert house.counts(invite).skipped == 2
    assert {row.cause for row in house.rows(invite) if row.state == "skipped"} == {old.detail}
    assert [row.run_id for row in house.notices("stopped")] == [invite.id]
    replaced = next(line for line in house.campaigns.history(OWNER, campaign.id) if line.run_id == invite.id)
    assert (replaced.deed, replaced.by, replaced.facts) == ("stopped", OWNER.user, {"replaced_by": "update"})
    house.drain()
    assert sent(house) == [
        (FIRST, Kind.INVITE, 0),
        (SECOND, Kind.INVITE, 0),
        (FIRST, Kind.UPDATE, 1),
        (SECOND, Kind.UPDATE, 1),
        (THIRD, Kind.INVITE, 1),
        (someone(4).address, Kind.INVITE, 1),
    ]
    assert house.counts(update).sent == 4


def test_a_doubled_press_that_supersedes_is_one_run(house):
    campaign = house.campaign(4)
    house.start(campaign, per_batch=2, gap=60)
    house.carry_due()
    house.revise(campaign, title="Summit, moved")
    first, second = (house.start(campaign, kind=Kind.UPDATE, submission="press") for _ in range(2))
    assert first == second
    assert house.run(first).state is RunState.RUNNING


def test_a_run_that_waited_for_a_limit_hands_its_wait_on(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    house.mailer.script = [OverQuota("Daily limit", after=timedelta(hours=7))]
    update = house.start(campaign, kind=Kind.UPDATE)
    house.carry_due()
    opens_at = house.run(update).resume_at
    cancel = house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    assert house.batch(cancel).due_at == opens_at
    house.drain()
    assert {one.at for one in house.mailer.accepted} == {opens_at}


@pytest.mark.parametrize("kind", [Kind.INVITE, Kind.UPDATE, Kind.REMIND])
def test_a_run_of_an_equal_or_stronger_kind_is_in_the_way(house, kind):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    run = house.start(campaign, kind=Kind.UPDATE)
    with pytest.raises(StateError, match="already on"):
        house.start(campaign, kind=kind, submission="another")
    assert house.run(run).state is RunState.RUNNING


def test_a_retry_from_an_old_message_ends_no_run_for_everybody(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    house.mailer.script = [BAD]
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    relist(house, campaign, someone(1), someone(2), someone(3), someone(9))
    invite = house.start(campaign, submission="invite")
    with pytest.raises(StateError, match="already on"):
        house.runs.retry_failed(OWNER, update.id, submission="retry")
    assert house.run(invite).state is RunState.RUNNING


# remind


def test_a_reminder_goes_to_those_who_hold_the_invite_and_have_not_answered(house):
    campaign = invited(house, 3, BAD)
    assert view(house, campaign).to_remind == 2
    house.start(campaign, kind=Kind.REMIND)
    house.drain()
    assert sent(house) == [(SECOND, Kind.REMIND, 1), (THIRD, Kind.REMIND, 1)]


def test_a_reminder_that_brings_a_newer_version_says_that_it_has_changed(house):
    house.desk = InviteDesk()
    house.courier = house.new_courier()
    campaign = invited(house, 2)
    house.start(campaign, kind=Kind.REMIND, submission="remind")
    house.drain()
    house.revise(campaign, title="Summit, moved")
    house.start(campaign, kind=Kind.REMIND, submission="remind again")
    house.drain()
    first, _, again, _ = (body(one.letter.mime, "text/plain") for one in house.mailer.accepted)
    assert REMINDER in first
    assert CHANGED_REMINDER in again
    assert view(house, campaign).to_update == 0


# what the calendars get


def in_calendar(letter):
    """(METHOD, SEQUENCE, STATUS, UID) as a calendar program reads the mail."""
    parts = message_from_bytes(letter.mime).walk()
    octets = next(
        part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar"
    )
    calendar = icalendar.Calendar.from_ical(octets)
    (entry,) = calendar.walk("VEVENT")
    return str(calendar["method"]), entry["sequence"], str(entry["status"]), str(entry["uid"])


def test_the_bytes_say_what_the_ledger_says(house):
    house.desk = InviteDesk()
    house.courier = house.new_courier()
    campaign = house.campaign(1)
    house.start(campaign)
    house.drain()
    house.revise(campaign, title="Summit, moved")
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    house.start(campaign, kind=Kind.REMIND, submission="remind")
    house.drain()
    house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    house.drain()
    said = [in_calendar(one.letter) for one in house.mailer.accepted]
    assert [facts[:3] for facts in said] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("REQUEST", 2, "CONFIRMED"),
        ("CANCEL", 3, "CANCELLED"),
    ]
    (uid,) = {facts[3] for facts in said}
    with house.store.reading() as work:
        (holder,) = work.answers.holders(campaign.account_id, uid=uid)
    assert (holder.attendee.address, holder.held_sequence) == (FIRST, 3)


def test_the_unsure_are_sent_the_same_bytes_again_also_in_a_cancel_run(house):
    house.desk = InviteDesk()
    house.courier = house.new_courier()
    campaign = house.campaign(1)
    house.start(campaign)
    house.drain()
    house.mailer.script = [LOST]
    cancel = house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    house.drain()
    house.clock.minutes(60)
    house.runs.send_again(OWNER, cancel.id, submission="again")
    house.drain()
    _, lost, repeat = (one.letter for one in house.mailer.accepted)
    assert repeat == lost
