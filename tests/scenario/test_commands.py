"""What can be typed after /sendinvites, for whoever prefers the keyboard. Every answer is private."""

import pytest


def asks(desk, person, text, channel="events"):
    """``person`` types it; returns the private answer."""
    before = len(answers(desk, person))
    person.type(f"/sendinvites {text}", channel)
    return desk.workspace.wait_for(lambda: answers(desk, person)[before:])[0]


def answers(desk, person):
    return [message for message in desk.workspace.messages if message.only_for == person.user.id]


def sending(desk, person, title="Team Day"):
    campaign = desk.add_campaign(title, owner=person.user.id)
    return campaign, desk.house.start(campaign, actor=desk.actor(person))


def test_alone_it_opens_the_list(desk):
    desk.add_campaign("Summit")
    assert "Summit" in desk.list_of(desk.ana).plain()
    assert answers(desk, desk.ana) == []


def test_list_with_words_opens_what_they_find(desk):
    desk.add_campaign("Summit")
    desk.add_campaign("Team Day")
    desk.ana.type("/sendinvites list team")
    seen = desk.ana.wait_for_modal("Campaign List").plain()
    assert "Team Day" in seen
    assert "Summit" not in seen


def test_help_is_short_and_names_every_word(desk):
    said = asks(desk, desk.ana, "help").plain()
    assert all(f"*{word}*" in said for word in ("new", "status", "pause", "resume", "stop", "report"))
    assert len(said) < 600


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("paus Team Day", "Did you mean */sendinvites pause*?"),
        ("<!channel>", "I don't know “&lt;!channel&gt;”."),
        ("xyzzy", "*/sendinvites help* lists the words."),
    ],
)
def test_a_wrong_word_is_answered_with_a_hint_in_private(desk, typed, hint):
    sending(desk, desk.ana)
    said = asks(desk, desk.ana, typed)
    assert hint in said.text
    assert desk.house.all_runs()[0].state == "running"
    assert [m for m in desk.workspace.messages if m.only_for is None] == []


def test_new_opens_the_form(desk):
    desk.ana.type("/sendinvites new")
    desk.ana.wait_for_modal("New campaign")


def test_pause_and_resume_find_the_one_that_is_on(desk):
    desk.add_campaign("Another")
    sending(desk, desk.ana)
    said = asks(desk, desk.ana, "pause")
    assert "Paused." in said.plain()
    assert "Team Day" in said.plain()
    assert desk.house.all_runs()[0].state == "paused"
    assert "Resumed." in asks(desk, desk.ana, "resume").plain()
    assert desk.house.all_runs()[0].state == "running"


def test_a_campaign_is_named_by_number_by_words_and_by_its_exact_title(desk):
    first, _ = sending(desk, desk.ana, "Summit")
    sending(desk, desk.ana, "Summit dinner")
    assert "Summit dinner" in asks(desk, desk.ana, "status dinner").plain()
    assert "Summit dinner" not in asks(desk, desk.ana, "status summit").plain()
    assert "dinner" not in asks(desk, desk.ana, f"status #{first.id}").plain()
    assert "dinner" not in asks(desk, desk.ana, f"status {first.id}").plain()


def test_a_number_may_be_a_word_of_a_title(desk):
    desk.add_campaign("Summit 2027")
    assert "Summit 2027" in asks(desk, desk.ana, "status 2027").plain()


def test_several_that_fit_are_listed_with_their_buttons(desk):
    _, first = sending(desk, desk.ana, "Spring Summit")
    _, second = sending(desk, desk.ana, "Autumn Summit")
    said = asks(desk, desk.ana, "pause summit")
    assert "2 campaigns fit." in said.plain()
    assert [desk.house.run(run).state for run in (first, second)] == ["running", "running"]
    desk.ana.press("Pause", near="Spring Summit", where=said)
    desk.workspace.wait_for(lambda: "Paused." in said.plain())
    assert [desk.house.run(run).state for run in (first, second)] == ["paused", "running"]


def test_what_fits_nothing_is_said(desk):
    desk.add_campaign("Summit")
    assert "No campaign has “winter” in its title." in asks(desk, desk.ana, "status winter").text
    assert "There is no such campaign" in asks(desk, desk.ana, "status #99").text
    assert "Nothing is being sent now." in asks(desk, desk.ana, "pause").text
    assert "No run is paused." in asks(desk, desk.ana, "resume").text
    assert "has not been sent yet" in asks(desk, desk.ana, "pause summit").text


def test_stop_asks_first_and_stops_by_its_button(desk):
    sending(desk, desk.ana)
    question = asks(desk, desk.ana, "stop")
    assert "Stop sending?" in question.plain()
    assert desk.house.all_runs()[0].state == "running"
    (button,) = [one for one in question.pressables if one.label == "Stop"]
    assert "will not be invited in this run" in button.element["confirm"]["text"]["text"]
    desk.ana.press("Stop", where=question)
    desk.workspace.wait_for(lambda: "Stopped." in question.plain())
    assert desk.house.all_runs()[0].state == "stopped"
    assert "nothing to stop" in asks(desk, desk.ana, "stop team").plain()


def test_two_people_pause_and_the_second_hears_who_was_faster(desk):
    sending(desk, desk.ana)
    asks(desk, desk.ana, "pause")
    said = asks(desk, desk.kim, "pause team").text
    assert "already paused" in said
    assert "<@U0ANA>" in said


def test_report_opens_the_report(desk):
    sending(desk, desk.ana)
    desk.house.drain()
    desk.ana.type("/sendinvites report")
    report = desk.ana.wait_for_modal("Report")
    assert "1 of 1 sent" in report.plain()


def test_report_of_several_asks_which(desk):
    sending(desk, desk.ana, "Spring Summit")
    sending(desk, desk.ana, "Autumn Summit")
    desk.ana.type("/sendinvites report summit")
    desk.ana.wait_for_modal("Which campaign?")
    desk.ana.press("Report", near="Spring Summit")
    assert "Spring Summit" in desk.ana.wait_for_modal("Report").plain()


def test_the_answer_comes_where_the_bot_is_no_member(desk):
    said = asks(desk, desk.ana, "status", channel="general")
    assert "You have no campaign yet." in said.text
    assert desk.workspace.calls_of("chat.postEphemeral") == []


def test_what_was_not_foreseen_is_told_with_the_number_of_the_log(desk, caplog):
    desk.campaigns._store = None
    said = asks(desk, desk.ana, "status").text
    number = said.rpartition(" ")[2]
    assert [record.error_id for record in caplog.records if record.exc_info] == [number]
