"""The form answers while somebody types: what is to come, which limit breaks, and what would fit."""

from datetime import timedelta

import pytest

from campaigns.model import Kind, RunState
from campaigns.ports import NewRun, Selection
from campaigns.timing import Pace
from tests.fakes.slack_desk import SlackDesk

SIZE = "Invites per Batch"
GAP = "Time Gap Between Batches (in minutes)"


def people(count):
    return "\n".join(["email", *(f"p{n:02}@mail.acme.com" for n in range(count))]).encode()


def form_of(desk, count=12, **entries):
    """Ana at *Send in batches* of a campaign with so many people."""
    ana = desk.ana
    desk.ready_campaign(ana, people=people(count), **entries)
    ana.press("Send Calendar Invite")
    ana.wait_for_modal("Send Calendar Invite")
    ana.press("Send Invite in Batches")
    ana.wait_for_modal("Send in batches")
    return ana


def reads(desk, person, words, timeout=10.0):
    """What the modal on top says, as soon as it says ``words``."""
    return desk.workspace.wait_for(
        lambda: person.modal and words in person.modal.plain() and person.modal.plain(), timeout
    )


def numbers(desk, person, size, gap):
    person.type_into(SIZE, size)
    person.type_into(GAP, gap)


def latest(desk):
    with desk.house.store.reading() as work:
        return work.runs.latest(1)


def while_it_is_on(desk):
    """The event has begun five minutes ago."""
    with desk.house.store.reading() as work:
        starts_at = work.campaigns.get(1).event.starts_at
    desk.house.clock.time = starts_at + timedelta(minutes=5)


def test_every_number_that_is_typed_changes_what_is_foreseen(desk):
    ana = form_of(desk)
    reads(desk, ana, "Enter both numbers to see here how it would go.")
    numbers(desk, ana, "5", "60")
    said = reads(desk, ana, "*12 invites* in *3 batches* of 5, the last one of 2, 60 minutes apart.")
    assert "First: now" in said
    assert "No sending limit of this account is known." in said
    ana.type_into(SIZE, "50")
    reads(desk, ana, "*12 invites* in one batch.")
    ana.type_into(SIZE, "")
    reads(desk, ana, "Enter both numbers to see here how it would go.")


def test_a_half_typed_number_is_no_error_until_it_is_submitted(desk):
    ana = form_of(desk)
    numbers(desk, ana, "0", "60")
    reads(desk, ana, "Invites per Batch: Enter a whole number from 1 to 10,000, for example 50.")
    assert ana.modal.errors == {}
    assert list(ana.submit()) == [SIZE]


def test_the_suggestion_fills_both_numbers_in_and_they_can_be_typed_over(desk):
    desk.house.account(per_day=10)
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    said = reads(desk, ana, "*12 invites* in *2 batches*")
    assert "this would be invite 11 of the 10 in 24 hours. Sending would pause until" in said
    assert "0 of 10 in the last 24 hours are used." in said
    ana.press("Use 6 every 1,440 minutes")
    assert "Fits this account's limits." in reads(desk, ana, "1,440 minutes (24 hours) apart")
    assert ana.submit() == {}
    said = ana.wait_for_modal("Check and start").plain()
    assert "*12 invites* in *2 batches* of 6, 1,440 minutes (24 hours) apart." in said
    assert "Fits this account's limits. 0 of 10 in the last 24 hours are used." in said
    ana.submit()
    ana.wait_for_modal("Sending has started")
    assert latest(desk).pace == Pace(6, 1_440)


def test_what_was_suggested_can_be_typed_over(desk):
    desk.house.account(per_day=10)
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    reads(desk, ana, "*12 invites* in *2 batches*")
    ana.press("Use 6 every 1,440 minutes")
    reads(desk, ana, "1,440 minutes (24 hours) apart")
    ana.type_into(GAP, "2000")
    reads(desk, ana, "2,000 minutes apart")
    ana.type_into(SIZE, "4")
    reads(desk, ana, "*3 batches* of 4, 2,000 minutes apart")


def test_what_other_campaigns_have_used_counts(desk):
    desk.house.account(per_day=20)
    with desk.house.store.writing() as work:
        for _ in range(15):
            work.accounts.spend(desk.account.id, desk.house.clock.now() - timedelta(hours=1))
    ana = form_of(desk)
    numbers(desk, ana, "6", "5")
    reads(desk, ana, "this would be invite 21 of the 20 in 24 hours")
    reads(desk, ana, "15 of 20 in the last 24 hours are used.")


def test_hours_unfold_keep_what_is_typed_and_hold_when_it_starts(desk):
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    ana.check("Only send at certain hours")
    reads(desk, ana, "Not on these dates")
    ana.fill("Time zone", "Asia/Tokyo")
    # noon in UTC is nine in the evening there, and Wednesday nine o'clock is midnight
    reads(desk, ana, "First: <!date^1795564800^")
    ana.fill("Not on these dates", "2026-11-25")
    reads(desk, ana, "First: <!date^1795651200^")
    ana.fill("Not on these dates", "tomorrow")
    assert ana.submit() == {"Not on these dates": "Write each date as 2026-12-25, with commas between them."}
    ana.fill("Not on these dates", "2026-11-25")
    assert ana.submit() == {}
    said = ana.wait_for_modal("Check and start").plain()
    assert "Only from 09:00 to 17:00 on Mon, Tue, Wed, Thu, Fri (Asia/Tokyo), and not on 1 date." in said
    ana.submit()
    assert ", within the hours you chose" in ana.wait_for_modal("Sending is planned").plain()
    assert latest(desk).timing.hours.zone == "Asia/Tokyo"
    assert desk.house.carry_due() == []


def test_a_later_start_is_kept_and_told(desk):
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    ana.fill("Start at", 1_795_564_800)
    reads(desk, ana, "First: <!date^1795564800^")
    assert ana.submit() == {}
    ana.wait_for_modal("Check and start")
    ana.submit()
    assert "Invites go from <!date^1795564800^" in ana.wait_for_modal("Sending is planned").plain()
    assert desk.house.carry_due() == []


def test_past_the_events_start_it_takes_a_yes(desk):
    ana = form_of(desk)
    numbers(desk, ana, "1", "10080")
    reads(desk, ana, "the last invites would go after the event starts")
    assert list(ana.submit()) == ["After the event's start"]
    # what Slack lets through is refused by us
    assert ana.desk.submit(ana.user, ana.modal) == {
        "past_start_ok": "Tick this to send anyway, or use larger batches or a shorter gap."
    }
    ana.check("Send anyway")
    assert ana.submit() == {}
    ana.wait_for_modal("Check and start")
    assert ana.submit() == {}
    ana.wait_for_modal("Sending has started")


def test_a_form_that_was_quicker_than_its_forecast_still_asks_for_the_yes(desk):
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    reads(desk, ana, "6, 60 minutes apart.")
    while_it_is_on(desk)
    assert ana.submit() == {}
    reads(desk, ana, "*Please check:* the event started")
    assert "After the event's start" in ana.submit()


def test_the_check_asks_again_when_time_has_passed_over_it(desk):
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    assert ana.submit() == {}
    ana.wait_for_modal("Check and start")
    while_it_is_on(desk)
    assert ana.submit() == {}
    reads(desk, ana, "*Please check:* the event started")
    assert latest(desk) is None
    assert "After the event's start" in ana.submit()
    ana.check("Send anyway")
    assert ana.submit() == {}
    ana.wait_for_modal("Sending has started")


def test_all_at_once_is_foreseen_too(desk):
    desk.house.account(per_day=10)
    ana = desk.ana
    desk.ready_campaign(ana, people=people(12))
    ana.press("Send Calendar Invite")
    ana.wait_for_modal("Send Calendar Invite")
    ana.press("Send all at once")
    said = ana.wait_for_modal("Check and start").plain()
    assert "*12 invites*, all at once." in said
    assert "at once, this would be invite 11 of the 10 in 24 hours" in said
    assert "In batches it would fit as 10 every 1,440 minutes." in said


@pytest.fixture
def careful_desk(tmp_path):
    made = SlackDesk(tmp_path, approval_above=10)
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []


def test_a_run_that_needs_a_second_person_says_so_before_and_after(careful_desk):
    ana = form_of(careful_desk)
    numbers(careful_desk, ana, "6", "60")
    reads(careful_desk, ana, "6, 60 minutes apart.")
    assert ana.submit() == {}
    check = ana.wait_for_modal("Check and start")
    assert "*Needs a second person's approval:* 12 attendees, above 10." in check.plain()
    assert check.data["submit"]["text"] == "Ask for approval"
    ana.submit()
    ana.wait_for_modal("Waits for approval")
    assert latest(careful_desk).state is RunState.PLANNED
    ana.close()
    assert "Waits for approval" in careful_desk.list_of(ana).plain()


def test_a_form_whose_campaign_is_being_sent_by_now_turns_into_the_truth(desk):
    ana = form_of(desk)
    with desk.house.store.writing() as work:
        run = NewRun(Selection(Kind.INVITE), Pace(None), "U0BEN", "C0EVENTS", "elsewhere")
        work.runs.start(work.campaigns.get(1), run, desk.house.clock.now())
    ana.type_into(SIZE, "5")
    assert "already on" in ana.wait_for_modal("Not possible now").plain()


def run_on(desk):
    """Run 1 of twelve people, six of whom have theirs; Ana looks at the list."""
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    reads(desk, ana, "6, 60 minutes apart.")
    ana.submit()
    ana.wait_for_modal("Check and start")
    ana.submit()
    ana.wait_for_modal("Sending has started")
    desk.house.carry_due()
    ana.close()
    desk.list_of(ana)
    return ana


def test_the_pace_of_a_run_that_is_on_can_be_changed(desk):
    ana = run_on(desk)
    ana.press("Change pace")
    said = ana.wait_for_modal("Change pace").plain()
    assert "*6 invites* in one batch." in said
    ana.type_into("Invites per Batch", "2")
    reads(desk, ana, "*6 invites* in *3 batches* of 2, 60 minutes apart.")
    ana.type_into(GAP, "30")
    reads(desk, ana, "*6 invites* in *3 batches* of 2, 30 minutes apart.")
    assert ana.submit() == {}
    assert "2 every 30 minutes" in ana.wait_for_modal("Pace changed").plain()
    assert latest(desk).pace == Pace(2, 30)
    desk.house.drain()
    assert desk.house.counts(latest(desk)).sent == 12


def test_a_wrong_number_is_told_at_its_place(desk):
    ana = run_on(desk)
    ana.press("Change pace")
    ana.wait_for_modal("Change pace")
    ana.type_into(GAP, "99999")
    reads(desk, ana, "Time Gap: Enter whole minutes from 0 to 10,080")
    assert ana.submit() == {GAP: "Enter whole minutes from 0 to 10,080 (a week), for example 60."}
    assert latest(desk).pace == Pace(6, 60)


def test_the_suggestion_for_a_run_that_is_on_can_be_taken_up(desk):
    desk.house.account(per_day=10)
    ana = run_on(desk)
    ana.press("Change pace")
    ana.wait_for_modal("Change pace")
    ana.type_into("Invites per Batch", "3")
    ana.type_into(GAP, "5")
    reads(desk, ana, "*6 invites* in *2 batches* of 3, 5 minutes apart.")
    ana.press("Use 3 every 1,440 minutes")
    reads(desk, ana, "3, 1,440 minutes (24 hours) apart.")
    assert ana.submit() == {}
    ana.wait_for_modal("Pace changed")
    assert latest(desk).pace == Pace(3, 1_440)


def test_whoever_changes_the_pace_too_late_hears_the_truth(desk):
    ana = run_on(desk)
    ana.press("Change pace")
    ana.wait_for_modal("Change pace")
    desk.house.drain()
    assert ana.submit() == {}
    assert "This run is already finished." in ana.wait_for_modal("Not possible now").plain()


def test_a_form_of_a_run_that_is_over_turns_into_the_truth_while_typing(desk):
    ana = run_on(desk)
    ana.press("Change pace")
    ana.wait_for_modal("Change pace")
    desk.house.drain()
    ana.type_into("Invites per Batch", "3")
    assert "This run is already finished." in ana.wait_for_modal("Not possible now").plain()


def test_the_numbers_can_be_changed_once_more_before_the_start(desk):
    ana = form_of(desk)
    numbers(desk, ana, "6", "60")
    ana.check("Only send at certain hours")
    reads(desk, ana, "Not on these dates")
    ana.fill("Not on these dates", "2026-11-25")
    assert ana.submit() == {}
    ana.wait_for_modal("Check and start")
    ana.press("Change the numbers")
    assert "*2 batches* of 6" in ana.wait_for_modal("Send in batches").plain()
    ana.type_into(SIZE, "4")
    reads(desk, ana, "*3 batches* of 4, 60 minutes apart")
    assert ana.submit() == {}
    ana.wait_for_modal("Check and start")
    assert ana.submit() == {}
    ana.wait_for_modal("Sending has started")
    run = latest(desk)
    assert run.pace == Pace(4, 60)
    assert [day.isoformat() for day in run.timing.hours.closed_on] == ["2026-11-25"]
