"""The Home tab as the Campaign List: what each person sees there, and what each button leads to."""

import pytest

from campaigns.answer import Answer, Said
from campaigns.errors import BadAddress
from handlers.mrkdwn import moment
from playground.plain import buttons_of
from tests.fakes.clocks import NOON


def home_of(desk, person):
    """``person`` opens the Home tab, with no window in front of it, and it is drawn."""
    person.close()
    drawn = len(desk.workspace.calls_of("views.publish"))
    person.open_home()
    desk.workspace.wait_for(lambda: len(desk.workspace.calls_of("views.publish")) > drawn)
    return desk.workspace.wait_for(lambda: person.home)


def shows(desk, person, part):
    return desk.workspace.wait_for(lambda: person.home if part in person.home.plain() else None)


def shows_no_more(desk, person, part):
    return desk.workspace.wait_for(lambda: person.home if part not in person.home.plain() else None)


def started(desk, person, title="Team Day", **pace):
    campaign = desk.add_campaign(title, owner=person.user.id)
    return campaign, desk.house.start(campaign, actor=desk.actor(person), **pace)


def test_an_empty_home_teaches_how_to_begin(desk):
    home = home_of(desk, desk.ana)
    assert "No campaigns yet" in home.plain()
    assert "Send Invite in Batches" in home.plain()
    desk.ana.press("New campaign", where="home")
    desk.ana.wait_for_modal("New campaign")


def first_row(home):
    """The buttons of the first campaign, with its menu."""
    first, *others = [at for at, block in enumerate(home.blocks) if block["type"] == "divider"]
    return [one.label for one in buttons_of(home.blocks[first : others[0] if others else None])]


def test_each_state_has_its_buttons_and_the_menu_has_the_rest(desk):
    desk.add_campaign("Not sent")
    not_sent = ["Send Invite", "Edit", "Duplicate", "History", "Archive"]
    assert first_row(home_of(desk, desk.ana)) == not_sent
    campaign, run = started(desk, desk.ana, "Being sent")
    on = ["Pause", "Report", "Change pace", "Edit", "Cancel event", "Duplicate", "History"]
    assert first_row(home_of(desk, desk.ana)) == on
    desk.house.runs.pause(desk.actor(desk.ana), run.id)
    assert first_row(home_of(desk, desk.ana)) == ["Resume", *on[1:]]
    desk.house.runs.stop(desk.actor(desk.ana), run.id)
    home = home_of(desk, desk.ana)
    over = ["Send Invite", "Update", "Report", "Edit", "Cancel event", "Duplicate", "History", "Archive"]
    assert first_row(home) == over
    assert f"#{campaign.id}" in home.plain()


def test_a_button_says_which_campaign_it_is_for(desk):
    desk.add_campaign("Team Day")
    home = home_of(desk, desk.ana)
    elements = [one for block in home.blocks if block["type"] == "actions" for one in block["elements"]]
    spoken = [one.get("accessibility_label") for one in elements]
    assert "Send Invite: Team Day" in spoken


def test_a_run_is_paused_and_resumed_from_home(desk):
    started(desk, desk.ana)
    home_of(desk, desk.ana)
    desk.ana.press("Pause", where="home")
    shows(desk, desk.ana, "Paused")
    desk.ana.press("Resume", where="home")
    shows_no_more(desk, desk.ana, "Paused")
    assert desk.house.all_runs()[0].state == "running"


def test_who_looks_sees_what_somebody_else_has_changed(desk):
    _, run = started(desk, desk.ana)
    home_of(desk, desk.kim)
    desk.house.runs.pause(desk.actor(desk.ana), run.id)
    desk.tell()
    shows(desk, desk.kim, "Paused")


def test_a_late_press_on_home_gets_the_truth_and_a_new_list(desk):
    _, run = started(desk, desk.ana)
    home_of(desk, desk.ana)
    home_of(desk, desk.kim)
    desk.kim.press("Pause", where="home")
    shows(desk, desk.kim, "Paused")
    desk.ana.press("Pause", where="home")
    said = desk.ana.wait_for_modal("Not possible now").plain()
    assert "already paused" in said
    assert "<@U0KIM> did that" in said
    assert f"That was {moment(desk.house.clock.now())}." in said
    shows(desk, desk.ana, "Paused")
    assert desk.house.run(run).state == "paused"


def test_a_colleague_sees_whose_it_is_and_no_button(desk):
    desk.add_campaign("Team Day")
    home = home_of(desk, desk.ben)
    assert home.buttons == ["New campaign", "Email services", "Never invite", "Archived"]
    assert "by <@U0ANA>" in home.plain()


def titles(home):
    headers = [block["text"]["text"] for block in home.blocks if block["type"] == "header"]
    return [title for title in headers if title != "Campaign List"]


def test_45_campaigns_are_turned_page_by_page_and_a_change_keeps_the_place(desk):
    for number in range(45):
        desk.add_campaign(f"Event {number:02}")
    home = home_of(desk, desk.ana)
    assert titles(home) == [f"Event {number:02}" for number in range(44, 24, -1)]
    assert "1–20 of 45 campaigns" in home.plain()
    desk.ana.press("Older", where="home")
    shows(desk, desk.ana, "21–40 of 45")
    desk.ana.press("Older", where="home")
    home = shows(desk, desk.ana, "41–45 of 45")
    assert "Older" not in home.buttons
    assert titles(home)[-1] == "Event 00"
    desk.house.start(desk.campaign_called("Event 03"), actor=desk.actor(desk.ana))
    desk.tell()
    assert "41–45 of 45" in shows(desk, desk.ana, "Sending").plain()
    desk.ana.press("Newer", where="home")
    shows(desk, desk.ana, "21–40 of 45")


@pytest.mark.parametrize("where", ["home", "modal"])
def test_campaigns_are_found_by_words_of_the_title(desk, where):
    for number in range(45):
        desk.add_campaign(f"{'Spring' if number % 9 else 'Herbst <fest>'} event {number:02}")

    def seen(part):
        view = desk.ana.home if where == "home" else desk.ana.modal
        return view if part in view.plain() else None

    if where == "home":
        home_of(desk, desk.ana)
    else:
        desk.list_of(desk.ana)
    desk.ana.fill("Search campaigns", "event herbst", where=where)
    found = desk.workspace.wait_for(lambda: seen("1–5 of 5"))
    assert all("Herbst" in title for title in titles(found))
    desk.ana.fill("Search campaigns", "<!channel> winter", where=where)
    desk.workspace.wait_for(lambda: seen("Nothing found for “<!channel> winter”."))
    desk.ana.press("Show all", where=where)
    everything = desk.workspace.wait_for(lambda: seen("1–20 of 45"))
    (field,) = [block for block in everything.blocks if block["type"] == "input"]
    assert "initial_value" not in field["element"]
    assert field["block_id"] not in everything.entered  # what was typed is gone from the field


def test_a_modal_is_searched_by_its_button_too(desk):
    for word in ("ant", "bee", "cat", "dog", "elk", "fox"):
        desk.add_campaign(f"The {word} event")
    desk.list_of(desk.ana)
    desk.ana.type_into("Search campaigns", "event DOG")
    assert desk.ana.submit() == {}
    assert titles(desk.ana.modal) == ["The dog event"]


def test_archived_is_put_away_after_a_question_and_can_be_restored(desk):
    desk.add_campaign("Old Summit")
    home_of(desk, desk.ana)
    desk.ana.press("Archive", near="Old Summit", where="home")
    question = desk.ana.wait_for_modal("Archive?")
    assert "Nothing is deleted" in question.plain()
    assert "Old Summit" in desk.ana.home.plain()
    assert desk.ana.submit() == {}
    shows(desk, desk.ana, "No campaigns yet")
    assert desk.ana.modal is None
    desk.ana.press("Archived", where="home")
    archived = shows(desk, desk.ana, "Old Summit")
    assert archived.buttons == ["New campaign", "Back to the list", "Restore", "Duplicate"]
    desk.ana.press("Restore", where="home")
    shows(desk, desk.ana, "Nothing is archived.")
    desk.ana.press("Back to the list", where="home")
    shows(desk, desk.ana, "Old Summit")


def test_archiving_in_the_modal_leaves_a_list_without_it(desk):
    desk.add_campaign("Old Summit")
    desk.add_campaign("New Summit")
    desk.list_of(desk.ana)
    desk.ana.press("Archive", near="Old Summit")
    desk.ana.wait_for_modal("Archive?")
    assert desk.ana.submit() == {}
    below = desk.workspace.wait_for(
        lambda: desk.ana.modal if "Old Summit" not in desk.ana.modal.plain() else None
    )
    assert titles(below) == ["New Summit"]


def test_what_is_being_sent_cannot_be_archived(desk):
    campaign = desk.add_campaign("Summit")
    home_of(desk, desk.ana)
    desk.ana.press("Archive", where="home")
    desk.ana.wait_for_modal("Archive?")
    desk.house.start(campaign, actor=desk.actor(desk.ana))
    assert desk.ana.submit() == {}
    assert "A run of this campaign is on." in desk.ana.wait_for_modal("Not possible now").plain()


def test_the_menu_leads_to_editing_to_a_duplicate_and_to_the_history(desk):
    desk.add_campaign("Summit")
    desk.house.start(desk.campaign_called("Summit"), actor=desk.actor(desk.ana))
    home_of(desk, desk.ana)
    desk.ana.press("Edit", where="home")
    desk.ana.wait_for_modal("Edit campaign")
    desk.ana.close()
    desk.ana.press("Duplicate", where="home")
    desk.ana.wait_for_modal("Duplicate campaign")
    desk.ana.close()
    desk.ana.press("Change pace", where="home")
    desk.ana.wait_for_modal("Change pace")
    desk.ana.close()
    desk.ana.press("History", where="home")
    assert "<@U0ANA> started a run: 1 invite, all at once" in desk.ana.wait_for_modal("History").plain()


def test_a_report_says_what_failed_and_leads_to_the_next_step(desk):
    desk.house.mailer.script = [BadAddress("The mailbox does not exist")]
    _, run = started(desk, desk.ana)
    desk.house.drain()
    home_of(desk, desk.ana)
    desk.ana.press("Report", where="home")
    report = desk.ana.wait_for_modal("Report")
    assert "1 × The mailbox does not exist" in report.plain()
    assert report.buttons == ["Retry these 1", "List as CSV", "Attendees as CSV", "Picture", "History"]
    desk.ana.press("List as CSV")
    desk.workspace.wait_for(lambda: "The list is in your direct messages." in desk.ana.modal.plain())
    (file,) = desk.workspace.files
    assert file.name == f"not-sent-run-{run.id}.csv"
    assert b"p001@example.org" in file.content
    assert file.shared_in == [desk.ana.room("sendinvites").id]
    desk.ana.press("Retry these 1")
    again = desk.workspace.wait_for(
        lambda: desk.ana.modal if "Trying 1 invite again" in desk.ana.modal.plain() else None
    )
    assert again.buttons[:3] == ["Pause", "Change pace", "Stop"]
    desk.house.drain()
    desk.ana.select(
        "Runs of this campaign", desk.ana.modal.blocks[-1]["accessory"]["options"][-1]["text"]["text"]
    )
    desk.workspace.wait_for(lambda: "The mailbox does not exist" in desk.ana.modal.plain())


def test_a_list_that_cannot_be_read_says_so_on_home(desk):
    with desk.house.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE campaign RENAME TO lost")
    assert "Check the disk" in home_of(desk, desk.ana).plain()


def test_what_was_not_foreseen_on_home_is_told_with_the_number_of_the_log(desk, caplog):
    desk.campaigns._store = None
    desk.ana.open_home()
    said = desk.ana.wait_for_message("Something went wrong on our side").text
    assert [record.error_id for record in caplog.records if record.exc_info] == [said.rpartition(" ")[2]]


def test_home_follows_a_run_of_the_whole_bot(bot):
    bot.campaign(bot.ana, 6)
    bot.ana.close()
    bot.ana.open_home()
    bot.workspace.wait_for(lambda: bot.ana.home and "Not sent yet" in bot.ana.home.plain(), 20.0)
    bot.ana.press("Send Invite", where="home")
    bot.ana.wait_for_modal("Send Invite")
    bot.ana.press("Send Calendar Invite")
    bot.ana.wait_for_modal("Send Calendar Invite")
    bot.ana.press("Send all at once")
    bot.ana.wait_for_modal("Check and start")
    assert bot.ana.submit() == {}
    bot.workspace.wait_for(lambda: "All 6 sent" in bot.ana.home.plain(), 30.0)


def test_home_and_the_list_tell_what_was_answered(desk):
    campaign, _ = started(desk, desk.ana)
    desk.house.drain()
    with desk.house.store.writing() as work:
        (person,) = work.campaigns.attendees(campaign.id)
        work.answers.record(person.id, Answer(Said.TENTATIVE, 0, NOON))
    assert "Sent\n1 maybe" in home_of(desk, desk.ana).plain()
    assert "Sent\n1 maybe" in desk.list_of(desk.ana).plain()
