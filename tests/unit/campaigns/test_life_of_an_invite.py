"""From the first invite to the last CANCEL: what each person is sent, in which order and SEQUENCE."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import icalendar
import pytest

from campaigns.errors import BadAddress, Busy, OverQuota, StateError, Unsure
from campaigns.letters import InviteDesk
from campaigns.model import Kind, RunState
from campaigns.recurrence import Frequency, Recurrence
from campaigns.roster import Roster
from campaigns.timing import Pace
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import OWNER, SUMMIT, form_for, roster_of, someone
from tests.fakes.mailers import LostReply

FIRST, SECOND, THIRD, NEW = (someone(n).address for n in (1, 2, 3, 9))
LOST = LostReply(Unsure("The reply was lost"))
BAD = BadAddress("No such mailbox")


def invited(house, people=3, *script):
    campaign = house.campaign(people)
    house.mailer.script = list(script)
    house.start(campaign)
    house.drain()
    house.mailer.accepted.clear()
    house.clock.minutes(1)
    return campaign


def relist(house, campaign, *people):
    """From now on these are on the list, and nobody else."""
    with house.store.writing() as work:
        upload = work.uploads.add(
            form_for(campaign.account_id),
            workspace=OWNER.workspace,
            user=OWNER.user,
            view_id="",
            file={},
            submission=f"list {house.clock.now()} {len(people)}",
            now=house.clock.now(),
            purpose=ListPurpose.REPLACE,
            target=campaign.id,
        )
        columns = roster_of(0).columns
        work.lists.stage(upload.id, Roster(columns, list(people), [], 0), house.clock.now())
    house.editing.apply_list(OWNER, upload.id)
    house.clock.minutes(1)


def sent(house):
    """(who, deed, SEQUENCE) of every letter the provider took, in order."""
    letters = (one.letter for one in house.mailer.accepted)
    return [(one.recipient, one.invite.kind, one.invite.sequence) for one in letters]


def view(house, campaign):
    return house.campaigns.view(OWNER, campaign.id)


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


# cancel


def test_a_cancel_run_goes_only_to_those_who_were_really_invited(house):
    campaign = invited(house, 4, None, BAD, LOST)
    relist(house, campaign, someone(1), someone(2), someone(3))
    assert view(house, campaign).to_cancel == 3
    run = house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    fourth = someone(4).address
    assert sent(house) == [(FIRST, Kind.CANCEL, 1), (THIRD, Kind.CANCEL, 1), (fourth, Kind.CANCEL, 1)]
    assert house.counts(run).sent == 3
    seen = view(house, campaign)
    assert seen.summary.campaign.is_cancelled
    assert (seen.to_invite, seen.to_update, seen.to_cancel, seen.to_remind) == (0, 0, 0, 0)
    deeds = [line.deed for line in house.campaigns.history(OWNER, campaign.id)]
    assert deeds[:2] == ["started", "cancelled"]


def test_a_cancel_supersedes_an_update_with_one_letter_on_the_wire_and_comes_after_it(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")
    runs = []

    def call_off(_letter):
        runs.append(house.start(campaign, kind=Kind.CANCEL, submission="cancel"))

    house.mailer.script = [call_off]
    house.drain()
    (cancel,) = runs
    assert sent(house) == [
        (FIRST, Kind.UPDATE, 1),
        (SECOND, Kind.CANCEL, 2),
        (THIRD, Kind.CANCEL, 2),
        (FIRST, Kind.CANCEL, 2),
    ]
    assert house.run(update).state is RunState.STOPPED
    assert (house.run(cancel).state, house.counts(cancel).sent) == (RunState.FINISHED, 3)


def test_an_older_try_that_was_put_off_never_goes_after_the_cancel(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")

    def call_off(_letter):
        house.start(campaign, kind=Kind.CANCEL, submission="cancel")
        return Busy("Greylisted")

    house.mailer.script = [call_off]
    house.drain()
    assert [kind for _, kind, _ in sent(house)] == [Kind.CANCEL] * 3
    assert house.counts(update).skipped == 3


def test_nothing_but_a_cancel_is_sent_of_a_cancelled_event(house):
    campaign = invited(house, 2)
    relist(house, campaign, someone(1), someone(2), someone(9))
    house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    for kind in (Kind.INVITE, Kind.UPDATE, Kind.REMIND):
        with pytest.raises(StateError, match="was cancelled") as refused:
            house.start(campaign, kind=kind, submission=kind)
        assert "Edit event" in refused.value.hint
    with pytest.raises(StateError, match="in their calendar"):
        house.start(campaign, kind=Kind.CANCEL, submission="again")


def test_a_cancelled_event_takes_place_after_all_under_a_higher_sequence(house):
    campaign = invited(house, 2)
    house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    revised = house.revise(campaign)
    assert (revised.is_cancelled, revised.revision, revised.event) == (False, 2, campaign.event)
    assert house.campaigns.history(OWNER, campaign.id)[0].facts["fields"] == "no longer cancelled"
    assert view(house, campaign).to_invite == 2
    house.start(campaign, submission="anew")
    house.drain()
    assert sent(house) == [
        (FIRST, Kind.CANCEL, 1),
        (SECOND, Kind.CANCEL, 1),
        (FIRST, Kind.INVITE, 2),
        (SECOND, Kind.INVITE, 2),
    ]


def test_a_cancellation_stopped_half_way_is_taken_back_by_one_update(house):
    campaign = invited(house, 4)
    cancel = house.start(campaign, per_batch=2, gap=60, kind=Kind.CANCEL)
    house.carry_due()
    with pytest.raises(StateError, match="being told"):
        house.revise(campaign, title="Summit, after all")
    house.runs.stop(OWNER, cancel.id)
    house.revise(campaign, title="Summit, after all")
    house.mailer.accepted.clear()
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    assert [(kind, sequence) for _, kind, sequence in sent(house)] == [
        (Kind.INVITE, 2),
        (Kind.INVITE, 2),
        (Kind.UPDATE, 2),
        (Kind.UPDATE, 2),
    ]


def test_a_refused_cancel_leaves_the_event_as_it_was(house):
    campaign = house.campaign()
    with pytest.raises(StateError):
        house.start(campaign, kind=Kind.CANCEL)
    assert not view(house, campaign).summary.campaign.is_cancelled


# remind


def test_a_reminder_goes_to_those_who_hold_the_invite_and_have_not_answered(house):
    campaign = invited(house, 3, BAD)
    assert view(house, campaign).to_remind == 2
    house.start(campaign, kind=Kind.REMIND)
    house.drain()
    assert sent(house) == [(SECOND, Kind.REMIND, 1), (THIRD, Kind.REMIND, 1)]


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


# events that repeat


def test_an_event_that_repeats_is_over_after_its_last_time(house):
    weekly = replace(SUMMIT, recurrence=Recurrence(Frequency.WEEKLY, weekdays=(4,), count=3))
    assert SUMMIT.starts_at.isoweekday() == 4
    campaign = house.campaign(event=weekly)
    house.clock.time = SUMMIT.ends_at + timedelta(days=13)
    run = house.start(campaign, past_start_ok=True)
    house.runs.pause(OWNER, run.id)
    house.clock.time = SUMMIT.ends_at + timedelta(days=15)
    with pytest.raises(StateError, match="is over"):
        house.runs.resume(OWNER, run.id)


def test_an_event_that_goes_on_for_good_is_never_over(house):
    daily = replace(SUMMIT, recurrence=Recurrence(Frequency.DAILY))
    campaign = house.campaign(event=daily)
    house.clock.time = SUMMIT.ends_at + timedelta(days=4_000)
    assert house.start(campaign, past_start_ok=True).total == 3
