"""Changing and trying a campaign, where it goes another way than planned; over signed requests."""

from datetime import timedelta

import pytest

from campaigns.errors import Busy
from campaigns.ports import CampaignSettings, ListQuery
from playground import payloads


@pytest.fixture
def campaign(desk):
    return desk.add_campaign("Team Day")


def open_hub(desk, person, title="Team Day"):
    person.close()
    desk.list_of(person)
    person.press("Edit", near=title)
    return person.wait_for_modal("Edit campaign")


def open_form(desk, person, button, title):
    open_hub(desk, person)
    person.press(button)
    return person.wait_for_modal(title)


def twice(desk, person, view):
    """The same submission, delivered twice."""
    payload = payloads.view_submission(desk.workspace.core, person.user, view)
    return [desk.workspace.line.send("interactive", payload) for _ in range(2)]


def total(desk):
    return desk.campaigns.page(desk.actor(desk.ana), ListQuery()).total


# who may make campaigns


def test_who_may_not_make_campaigns_hears_it_before_the_form(desk):
    """Slack does not say who this is: then it may be a guest."""
    desk.list_of(desk.ana)
    desk.guard._kept.clear()
    desk.workspace.fail_next("users.info", error="user_not_found")
    desk.ana.press("New campaign")
    said = desk.ana.wait_for_modal("Not allowed").plain()
    assert "You cannot make campaigns in this workspace" in said


def test_who_lost_the_right_while_filling_the_form_makes_no_campaign(desk):
    desk.filled_form(desk.ana)
    desk.guard._kept.clear()
    desk.workspace.fail_next("users.info", error="user_not_found")
    refused = desk.ana.submit()
    assert "You cannot make campaigns" in refused["Title"]
    assert desk.campaigns.unfinished_uploads() == []


# the hub


def test_the_hub_replaces_the_third_screen_of_a_stack(desk, campaign):
    """Slack stacks three: the list, the hub and one form. From there nothing more can be pushed."""
    open_form(desk, desk.ana, "Preview invite", "Preview invite")
    desk.ana.press("Send test invite to me")
    assert desk.ana.wait_for_modal("Send test invite").buttons == []


def test_the_hub_below_shows_what_was_saved(desk, campaign):
    open_form(desk, desk.ana, "Edit event", "Edit event")
    desk.ana.fill("Title", "Team Night")
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Event saved")
    desk.ana.back()
    desk.workspace.wait_for(lambda: "Team Night" in desk.ana.modal.plain())


def test_an_editor_who_was_taken_off_meanwhile_is_refused_on_saving(desk, campaign):
    share(desk, campaign, desk.ben.user.id)
    open_form(desk, desk.ben, "Edit event", "Edit event")
    share(desk, campaign)
    desk.ben.fill("Title", "Mine now")
    assert desk.ben.submit() == {}
    assert "You may not do that" in desk.ben.wait_for_modal("Not allowed").plain()
    assert desk.campaigns.view(desk.actor(desk.ana), campaign.id).summary.campaign.event.title == "Team Day"


def test_of_two_who_edit_the_event_at_once_the_second_hears_of_the_first(desk, campaign):
    share(desk, campaign, desk.ben.user.id)
    for person in (desk.ana, desk.ben):
        open_form(desk, person, "Edit event", "Edit event")
    desk.ana.fill("Place or link", "Room 2")
    assert desk.ana.submit() == {}
    desk.ben.fill("Title", "Team Night")
    assert "Somebody changed the event" in desk.ben.submit()["Title"]
    event = desk.campaigns.view(desk.actor(desk.ana), campaign.id).summary.campaign.event
    assert (event.title, event.place) == ("Team Day", "Room 2")


def share(desk, campaign, *editors):
    owner = desk.actor(desk.ana)
    now = desk.campaigns.view(owner, campaign.id).summary.campaign
    settings = CampaignSettings(now.alert_address, now.mail_progress, editors, now.routing)
    desk.house.editing.change_settings(owner, campaign.id, settings)


def test_an_unchanged_settings_form_says_so(desk, campaign):
    open_form(desk, desk.ana, "Settings", "Settings")
    refused = desk.ana.submit()
    assert refused == {
        "Registered email for alerts": "Nothing was changed. Change a field, or close this form."
    }


def test_a_wrong_alert_address_is_refused_in_its_field(desk, campaign):
    open_form(desk, desk.ana, "Settings", "Settings")
    desk.ana.fill("Registered email for alerts", "ana@acme..example")
    assert set(desk.ana.submit()) == {"Registered email for alerts"}


# duplicate


def duplicate_form(desk, person):
    desk.list_of(person)
    person.press("Duplicate", near="Team Day")
    return person.wait_for_modal("Duplicate campaign")


def test_a_doubled_duplicate_is_one_campaign(desk, campaign):
    answers = twice(desk, desk.ana, duplicate_form(desk, desk.ana))
    assert answers[0] == answers[1]
    assert answers[0]["view"]["title"]["text"] == "Campaign ready"
    assert total(desk) == 2


def test_a_date_that_is_over_has_to_be_chosen_anew(desk, campaign):
    desk.house.clock.advance(timedelta(days=60))
    form = duplicate_form(desk, desk.ana)
    day = next(block["element"] for block in form.blocks if block.get("block_id") == "start_date")
    assert "initial_date" not in day
    assert set(desk.ana.submit()) == {"Start date"}


def test_a_duplicate_whose_text_names_no_column_keeps_what_was_typed(desk, campaign):
    duplicate_form(desk, desk.ana)
    desk.ana.fill("Description", "From {{company}}")
    refused = desk.ana.submit()
    assert "no column for {{company}}" in refused["Description"]
    assert total(desk) == 1


# the attendee list


def choose_list(desk, person, content):
    open_form(desk, person, "Attendee list", "Attendee list")
    person.fill("Attendee list", ("people.csv", content))


def test_without_a_file_there_is_nothing_to_compare(desk, campaign):
    open_form(desk, desk.ana, "Attendee list", "Attendee list")
    assert set(desk.ana.submit()) == {"Attendee list"}


def test_a_doubled_list_is_read_once(desk, campaign):
    choose_list(desk, desk.ana, b"email\nzoe@mail.acme.com\n")
    answers = twice(desk, desk.ana, desk.ana.modal)
    assert answers[0] == answers[1]
    desk.ana.wait_for_modal("Check the changes")
    desk.importer.stop()
    assert len(desk.house.notices("difference")) == 1


def test_a_restart_reads_the_list_that_was_left_unread(desk, campaign):
    desk.importer.stop()
    choose_list(desk, desk.ana, b"email\nzoe@mail.acme.com\n")
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Reading your list…")
    assert desk.renew_importer().start() == 1
    assert "1 added" in desk.ana.wait_for_modal("Check the changes").plain()


def apply_list(desk, content):
    """The two screens of a change: before and after it."""
    choose_list(desk, desk.ana, content)
    assert desk.ana.submit() == {}
    before = desk.ana.wait_for_modal("Check the changes").plain()
    desk.ana.press("Apply changes")
    return before, desk.ana.wait_for_modal("List changed").plain()


def let_additions_in(desk, campaign):
    settings = CampaignSettings(
        campaign.alert_address, campaign.mail_progress, (), campaign.routing, takes_in=True
    )
    with desk.house.store.writing() as work:
        work.campaigns.change_settings(campaign.id, settings)


def test_who_is_taken_in_is_not_said_to_wait_for_another_run(desk, campaign):
    let_additions_in(desk, campaign)
    desk.house.start(campaign, actor=desk.actor(desk.ana), per_batch=1, gap=10)
    before, after = apply_list(desk, b"email\nzoe@mail.acme.com\n")
    assert "Later additions is on: once there has been a first run, they are invited automatically." in before
    assert "1 new person is invited automatically, in the next batch." in after
    assert "next run" not in before + after


def test_why_an_addition_is_not_invited_by_itself_is_told_at_once(desk, campaign):
    let_additions_in(desk, campaign)
    run = desk.house.start(campaign, actor=desk.actor(desk.ana), per_batch=1, gap=10)
    desk.house.runs.stop(desk.actor(desk.ana), run.id)
    _, after = apply_list(desk, b"email\nzoe@mail.acme.com\n")
    assert "Whoever is new is not invited by itself: The last run was stopped" in after


def test_a_run_that_is_on_says_nothing_of_new_people_where_there_are_none(desk, campaign):
    desk.house.start(campaign, actor=desk.actor(desk.ana), per_batch=1, gap=10)
    address = desk.house.people(campaign)[0].address
    _, after = apply_list(desk, f"email,first_name\n{address},Renamed\n".encode())
    assert "Whoever is new" not in after
    _, after = apply_list(desk, b"email\nzoe@mail.acme.com\n")
    assert "Whoever is new is invited by the next run." in after


def test_what_breaks_while_applying_leaves_no_screen_that_waits_for_ever(desk, campaign, caplog):
    choose_list(desk, desk.ana, b"email\nzoe@mail.acme.com\n")
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Check the changes")
    desk.house.editing._store = None
    desk.ana.press("Apply changes")
    said = desk.ana.wait_for_modal("Something went wrong").plain()
    desk.ana.wait_for_message("Something went wrong on our side")
    (number,) = [record.error_id for record in caplog.records if record.exc_info]
    assert number in said


# the test invite


def filled_test(desk, address="ana@mail.acme.com"):
    view = open_form(desk, desk.ana, "Send test invite to me", "Send test invite")
    desk.ana.fill("Send to", address)
    return view


def test_a_doubled_press_is_one_test(desk, campaign):
    twice(desk, desk.ana, filled_test(desk))
    desk.ana.wait_for_modal("Test sent")
    desk.trials.stop()
    assert desk.house.mailer.recipients == ["ana@mail.acme.com"]


def test_a_fault_is_told_and_another_try_is_another_test(desk, campaign):
    desk.house.mailer.script = [Busy("The mail server is busy")]
    filled_test(desk)
    assert desk.ana.submit() == {}
    said = desk.ana.wait_for_modal("Test not sent").plain()
    assert "The mail server is busy" in said
    assert "Nobody else was sent anything" in said
    filled_test(desk)
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Test sent")


def test_the_organizers_own_address_is_warned_of(desk, campaign):
    own = campaign.organizer.address
    filled_test(desk, own)
    assert desk.ana.submit() == {}
    assert (
        "calendars do not show an invitation to its own organizer"
        in desk.ana.wait_for_modal("Test sent").plain()
    )


def test_what_was_not_foreseen_in_the_background_is_told_with_its_number(desk, campaign, caplog):
    desk.house.mailer.script = [ZeroDivisionError()]
    filled_test(desk)
    assert desk.ana.submit() == {}
    said = desk.ana.wait_for_modal("Something went wrong").plain()
    (number,) = [record.error_id for record in caplog.records if record.exc_info]
    assert number in said


def test_a_test_of_a_campaign_that_was_taken_away_is_refused(desk, campaign):
    share(desk, campaign, desk.ben.user.id)
    open_hub(desk, desk.ben)
    desk.ben.press("Send test invite to me")
    desk.ben.wait_for_modal("Send test invite")
    share(desk, campaign)
    assert desk.ben.submit() == {}
    desk.ben.wait_for_modal("Not allowed")
    assert desk.house.mailer.tried == []
