"""Whole days, series and reminders, from the form to the campaign's pages and back into the form."""

from datetime import UTC, date, datetime, timedelta

from campaigns.recurrence import Frequency, Recurrence
from playground.script import prepare_batches, start_batch_sending
from tests.scenario.editing import entries, open_hub


def shows(desk, person, part):
    """The form is drawn anew a moment after a choice."""
    desk.workspace.wait_for(lambda: part in person.modal.plain())


def shows_no_more(desk, person, part):
    desk.workspace.wait_for(lambda: part not in person.modal.plain())


def opened(desk, person):
    open_hub(person)
    person.press("Edit event")
    return person.wait_for_modal("Edit event")


def event_of(desk):
    return desk.campaign_called("Team Day").event


def fortnightly(desk, person):
    """*New campaign*, filled in for a series."""
    desk.filled_form(person)
    person.fill("Repeats", "Every 2 weeks")
    shows(desk, person, "Number of times")
    person.fill("Number of times", "10")


def test_a_simple_event_is_made_as_it_always_was(desk):
    desk.ready_campaign(desk.ana)
    made = event_of(desk)
    assert (made.is_all_day, made.recurrence, made.reminder_minutes) == (False, None, None)


def test_a_series_is_made_shown_and_edited(desk):
    ana = desk.ana
    fortnightly(desk, ana)
    ana.fill("Except on", "7 January 2027\n2027-02-04")
    ana.fill("Reminder", "1 hour before")
    shows(desk, ana, "Thu 24 Dec 2026 · Thu 21 Jan 2027")
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    left_out = (date(2027, 1, 7), date(2027, 2, 4))
    assert event_of(desk).recurrence == Recurrence(Frequency.WEEKLY, 2, (4,), count=10, except_on=left_out)
    hub = open_hub(ana).plain()
    assert "Every 2 weeks on Thursday, 10 times, except on 7 January 2027 and 4 February 2027" in hub
    assert "1 hour before" in hub
    ana.press("Edit event")
    form = entries(ana.wait_for_modal("Edit event"))
    assert form["repeats"]["initial_option"]["value"] == "two_weeks"
    assert form["times"]["initial_value"] == "10"
    assert form["except_on"]["initial_value"] == "7 January 2027\n4 February 2027"
    assert form["reminder"]["initial_option"]["value"] == "60"
    ana.fill("Ends", "On a date")
    shows(desk, ana, "Repeat until")
    ana.fill("Repeat until", "2027-06-30")
    assert ana.submit() == {}
    ana.wait_for_modal("Event saved")
    ana.back()
    shows(desk, ana, "Every 2 weeks on Thursday, until 30 June 2027, except on")


def test_nothing_typed_is_lost_when_a_choice_draws_the_form_anew(desk):
    ana = desk.ana
    desk.filled_form(ana, **{"Place or link": "Room 1", "Progress by mail": "Off"})
    ana.check("All day")
    shows_no_more(desk, ana, "Start time")
    ana.fill("Repeats", "Custom")
    shows(desk, ana, "Days, weeks or months")
    ana.fill("Repeat every", "3")
    ana.fill("Days, weeks or months", "days")
    shows_no_more(desk, ana, "Wednesday")
    ana.fill("Number of times", "4")
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    made = desk.campaign_called("Team Day")
    assert (made.event.place, made.mail_progress, made.attendees) == ("Room 1", "off", 3)
    assert made.event.is_all_day
    assert made.event.recurrence == Recurrence(Frequency.DAILY, 3, count=4)


def test_whole_days_are_shown_and_edited_with_their_last_day(desk):
    ana = desk.ana
    desk.filled_form(ana)
    ana.check("All day")
    shows(desk, ana, "Last day")
    ana.fill("Last day", "2026-12-26")
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    assert event_of(desk).ends_at == datetime(2026, 12, 26, 23, tzinfo=UTC)
    hub = open_hub(ana).plain()
    assert "Thursday, 24 December 2026 – Saturday, 26 December 2026 (all day)" in hub
    form = entries(opened(desk, ana))
    assert form["end_date"]["initial_date"] == "2026-12-26"
    assert "start_time" not in form


def test_times_come_back_when_an_edit_is_not_of_whole_days_after_all(desk):
    ana = desk.ana
    desk.ready_campaign(ana)
    opened(desk, ana)
    ana.check("All day")
    shows_no_more(desk, ana, "Start time")
    ana.uncheck("All day")
    shows(desk, ana, "Start time")
    form = entries(ana.modal)
    assert form["start_time"]["initial_time"] == "10:30"
    assert form["duration"]["initial_value"] == "60"
    assert "Nothing was changed" in ana.submit()["Title"]


def test_every_wrong_line_is_said_at_its_field_and_what_was_typed_stays(desk):
    ana = desk.ana
    fortnightly(desk, ana)
    ana.fill("Number of times", "1")
    ana.fill("Except on", "7 January 2027\nsoon")
    refused = ana.submit()
    assert set(refused) == {"Except on"}
    assert "Line 2: “soon” is not a date." in refused["Except on"]
    ana.fill("Except on", "")
    assert ana.submit() == {"Number of times": "Choose between 2 and 999 times."}
    ana.fill("Number of times", "10")
    ana.fill("Except on", "7 January 2027\n8 January 2027")
    assert "Line 2: It does not take place on 8 January 2027 anyway." in ana.submit()["Except on"]
    ana.fill("Except on", "7 January 2027")
    assert ana.submit() == {}


def test_a_form_sent_before_it_was_drawn_anew_is_told_what_is_missing(desk):
    """Slack refuses errors for blocks that the view has not."""
    ana = desk.ana
    view = desk.filled_form(ana)
    block = next(block for block in view.blocks if block.get("block_id") == "repeats")
    weekly = next(one for one in block["element"]["options"] if one["value"] == "weekly")
    with desk.workspace.state.changing():
        state = {"type": "static_select", "selected_option": weekly}
        view.entered["repeats"] = {"repeats": state}
    assert ana.submit() == {"Repeats": "Number of times: Enter a whole number, such as 10."}


def test_a_copy_of_a_series_keeps_its_rhythm(desk):
    ana = desk.ana
    fortnightly(desk, ana)
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    ana.close()
    desk.list_of(ana)
    ana.press("Duplicate", near="Team Day")
    ana.wait_for_modal("Duplicate campaign")
    ana.fill("Title", "Team Day II")
    ana.fill("Ends", "Never")
    shows(desk, ana, "and so on")
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    assert desk.campaign_called("Team Day II").event.recurrence == Recurrence(Frequency.WEEKLY, 2, (4,))


def test_a_list_that_cannot_be_used_loses_nothing_of_the_series(desk):
    ana = desk.ana
    desk.filled_form(ana, people=b"name\nAna\n")
    ana.fill("Repeats", "Every month on this weekday")
    shows(desk, ana, "Number of times")
    ana.fill("Number of times", "6")
    ana.fill("Reminder", "1 day before")
    assert ana.submit() == {}
    ana.wait_for_modal("List not used")
    ana.press("Try again")
    form = entries(ana.wait_for_modal("New campaign"))
    assert form["repeats"]["initial_option"]["value"] == "on_weekday"
    assert form["times"]["initial_value"] == "6"
    assert form["reminder"]["initial_option"]["value"] == "1440"


def test_a_series_that_has_begun_can_still_leave_out_a_date(desk):
    ana = desk.ana
    fortnightly(desk, ana)
    assert ana.submit() == {}
    ana.wait_for_modal("Campaign ready")
    desk.house.clock.advance(timedelta(days=40))
    opened(desk, ana)
    ana.fill("Except on", "4 February 2027")
    assert ana.submit() == {}
    assert event_of(desk).recurrence.except_on == (date(2027, 2, 4),)


def test_a_cancelled_event_says_so_and_saving_holds_it_again(desk):
    ana = desk.ana
    desk.ready_campaign(ana)
    campaign = desk.campaign_called("Team Day")
    with desk.house.store.writing() as work:
        work.campaigns.revise(
            campaign.id, campaign.event, missing_values=0, now=desk.house.clock.now(), is_cancelled=True
        )
    assert "*Cancelled.* To hold it after all, use Edit event." in open_hub(ana).plain()
    ana.press("Edit event")
    form = ana.wait_for_modal("Edit event").plain()
    assert "This event was cancelled. Saving holds it again, even if you change nothing" in form
    assert "Update Calendar Invites then tells people" in form
    assert ana.submit() == {}
    saved = ana.wait_for_modal("Event saved").plain()
    assert "The event takes place again. Nobody has been invited to it yet." in saved
    assert not desk.campaign_called("Team Day").is_cancelled
    assert "Cancelled" not in open_hub(ana).plain()


def test_later_additions_are_invited_only_if_the_owner_says_so(desk):
    ana = desk.ana
    desk.ready_campaign(ana)
    assert not desk.campaign_called("Team Day").takes_in
    open_hub(ana)
    for is_on in (True, False):
        ana.press("Settings")
        ana.wait_for_modal("Settings")
        (ana.check if is_on else ana.uncheck)("Invite people who are added later")
        assert ana.submit() == {}
        ana.wait_for_modal("Settings saved")
        assert desk.campaign_called("Team Day").takes_in is is_on
        ana.back()
        ana.wait_for_modal("Edit campaign")


def test_a_series_reaches_the_inbox_with_its_rule(bot):
    """The whole bot as it is served."""
    ana = bot.ana
    bot.campaign(ana, 1)
    open_hub(ana)
    ana.press("Edit event")
    ana.wait_for_modal("Edit event")
    ana.fill("Repeats", "Every week")
    bot.workspace.wait_for(lambda: "Number of times" in ana.modal.plain())
    ana.fill("Number of times", "6")
    assert ana.submit() == {}
    ana.wait_for_modal("Event saved")
    ana.close()
    ana.type("/sendinvites")
    ana.wait_for_modal("Campaign List")
    ana.press("Send Invite", near="Team Day")
    ana.wait_for_modal("Send Invite")
    prepare_batches(bot.workspace, ana, per_batch="1", gap="0")
    start_batch_sending(bot.workspace, ana)
    bot.workspace.wait_for(lambda: bot.post.messages, 20.0)
    assert b"RRULE:FREQ=WEEKLY;COUNT=6;" in bot.post.messages[0].calendar
