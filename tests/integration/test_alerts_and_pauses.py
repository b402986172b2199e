"""When something gets in the way: who is told what, and that nobody is lost or invited twice after it."""

import csv
import io
import re

import pytest

from tests.integration.scene import PATIENCE, everybody, served

ONE_REPLY = 0.05
"""Seconds before each reply of a slow mail server; an invite takes four."""


@pytest.fixture(scope="module")
def one_bot():
    with served() as scene:
        yield scene
        assert scene.stage.has_bot(), scene.stage.last_words
        assert scene.workspace.dispatch_failures == []


@pytest.fixture
def scene(one_bot):
    one_bot.begin_again()
    return one_bot


def once_each(count):
    return dict.fromkeys(everybody(count), 1)


def test_an_account_that_refuses_the_login_in_mid_run_pauses_tells_and_goes_on_where_it_stopped(scene):
    title, faults = "Refused login", scene.post.faults
    faults.slow_down(ONE_REPLY)
    faults.limit_connection(4)
    scene.send(title, 10, per_batch=10)
    scene.post.wait_for_count(1, PATIENCE)
    faults.refuse_logins()
    lost = "no longer lets sendinvites in as events@acme.example"
    alert = scene.told(title, lost)
    direct = scene.told(title, lost, channel="sendinvites")
    mail = scene.mail("Action needed, renew events@acme.example", title)
    body = mail.message.get_body(("plain",)).get_content()
    for said in (alert.plain(), direct.plain(), " ".join(body.split())):
        assert "SMTP_URL" in said
        assert "6 people wait" in said
    # nobody can renew the account of the bot's settings from Slack
    assert alert.buttons == direct.buttons == ["Resume"]
    assert scene.sent_to() == once_each(4)
    scene.post.clear_faults()
    scene.ana.press("Resume", where=alert)
    scene.told(title, "All 10 sent")
    assert scene.sent_to() == once_each(10)


def test_who_is_refused_is_told_by_cause_with_a_list_and_can_be_retried(scene):
    title, faults = "Refused people", scene.post.faults
    faults.refuse_recipients("person00[234]", 550, "5.1.1 No such user here")
    faults.refuse_recipients("person005", 550, "5.2.1 Mailbox disabled")
    scene.send(title, 7, per_batch=7)
    told = scene.told(title, "4 invites failed")
    assert told.buttons == ["Retry these 4", "Edit campaign"]
    groups = re.findall(r"^(\d+) × (.+)$", told.plain(), re.MULTILINE)
    assert sorted(int(count) for count, _ in groups) == [1, 3]
    mail = scene.mail("4", title).message
    (attached,) = mail.iter_attachments()
    list_name = f"not-sent-run-{scene.run_id()}.csv"
    (shared,) = scene.workspace.wait_for(
        lambda: [one for one in scene.workspace.files if one.name == list_name and one.content], PATIENCE
    )
    assert attached.get_payload(decode=True) == shared.content
    rows = list(csv.DictReader(io.StringIO(shared.content.decode("utf-8-sig"))))
    assert sorted(row["Address"] for row in rows) == everybody(5)[1:]
    assert {row["Why"] for row in rows} == {cause for _, cause in groups}
    text = mail.get_body(("plain",)).get_content()
    assert all(cause in " ".join(text.split()) for _, cause in groups)

    faults.clear()
    scene.ana.press("Retry these 4", where=told)
    scene.told(title, "All 4 sent")
    assert scene.sent_to() == once_each(7)


def test_pause_resume_and_stop_take_hold_within_one_invite(scene):
    title = "Buttons"
    scene.post.faults.slow_down(ONE_REPLY)
    scene.send(title, 40, per_batch=40)
    progress = scene.told(title, "started by")
    scene.post.wait_for_count(2, PATIENCE)
    for press in ("Pause", "Resume", "Stop"):
        scene.shows(progress, press)
        scene.ana.press(press, where=progress)
        already = len(scene.post)
        if press == "Resume":
            scene.post.wait_for_count(already + 2, PATIENCE)
            continue
        scene.shows(progress, "Paused by" if press == "Pause" else "Stopped by")
        scene.settle()
        assert len(scene.post) <= already + 1
    states = scene.states(scene.run_id())
    assert scene.sent_to() == dict.fromkeys((who for who, state in states.items() if state == "sent"), 1)
    assert set(states.values()) == {"sent", "skipped"}
    assert progress.buttons == ["Report"]


def test_a_colleague_is_told_no_in_private_and_an_admin_may(scene):
    title = "Whose button"
    scene.send(title, 4, per_batch=2, gap=10_000)
    progress = scene.told(title, "Batch 1 of 2 done")
    assert "2 of 4 sent" in progress.plain()
    before = progress.plain()
    scene.ben.press("Pause", where=progress)
    no = scene.ben.wait_for_message("You may not do that with this campaign", "events", PATIENCE)
    assert no.only_for == scene.ben.user.id
    assert no not in scene.ana.read("events")
    assert f"<@{scene.ana.user.id}>" in no.text
    assert progress.plain() == before
    assert progress.buttons == ["Pause", "Change pace", "Stop", "Report"]
    scene.kim.press("Pause", where=progress)
    scene.shows(progress, "Resume")
    scene.ben.press("Resume", where=progress)
    scene.kim.press("Stop", where=progress)
    scene.shows(progress, "2 people were not invited")
    assert scene.sent_to() == once_each(2)


def test_a_changed_event_goes_to_those_who_hold_the_old_one_as_the_same_entry(scene):
    title = "Moved"
    scene.post.faults.refuse_recipients("person003")
    scene.send(title, 4, per_batch=4)
    scene.told(title, "3 of 4 sent")
    ana = scene.ana
    ana.type("/sendinvites")
    ana.wait_for_modal("Campaign List", PATIENCE)
    ana.press("Send Invite", near=title)
    ana.wait_for_modal("Send Invite", PATIENCE)
    ana.press("Edit campaign")
    ana.wait_for_modal("Edit campaign")
    ana.press("Edit event")
    ana.wait_for_modal("Edit event", PATIENCE)
    ana.fill("Place or link", "Room 2")
    assert ana.submit() == {}
    assert "3 people hold the previous version" in ana.wait_for_modal("Event saved", PATIENCE).plain()
    ana.press("Update Calendar Invites")
    ana.wait_for_modal("Update Calendar Invites", PATIENCE)
    ana.press("Update all at once")
    ana.wait_for_modal("Check and start", PATIENCE)
    ana.fill("Post progress in", "events")
    assert ana.submit() == {}
    scene.told(title, "3 of 4 updated")
    for address in everybody(4):
        mails = scene.post.by_recipient(address)
        if address == everybody(3)[-1]:
            assert mails == []
            continue
        old, new = (entry(mail.calendar) for mail in mails)
        assert (old["SEQUENCE"], new["SEQUENCE"]) == ("0", "1")
        assert old["UID"] == new["UID"]
        assert (old["LOCATION"], new["LOCATION"]) == ("Room 1", "Room 2")
        assert mails[0].message["Message-ID"] != mails[1].message["Message-ID"]


def entry(calendar):
    """The lines of an iCalendar text by name; enough for those that hold no parameters."""
    unfolded = calendar.decode().replace("\r\n ", "")
    return dict(line.partition(":")[::2] for line in unfolded.split("\r\n"))


def test_the_daily_limit_pauses_says_until_when_and_that_it_goes_on_by_itself():
    with served(SMTP_PER_DAY="5") as scene:
        scene.send("Limited", 8, per_batch=4)
        alert = scene.told("Limited", "Sending is paused: the account's sending limit is reached")
        assert "It goes on by itself" in alert.plain()
        assert "3 people wait" in alert.plain()
        assert scene.mail("paused", "Limited")
        assert scene.sent_to() == once_each(5)
        scene.ana.press("Resume", where=alert)
        scene.told("Limited", "Sending is paused: the account's sending limit is reached")
        scene.settle()
        assert scene.sent_to() == once_each(5)


def test_a_bot_that_is_killed_in_mid_run_goes_on_after_a_restart():
    with served() as scene:
        scene.post.faults.slow_down(ONE_REPLY)
        scene.send("Killed", 20, per_batch=5)
        scene.post.wait_for_count(7, PATIENCE)
        scene.stage.kill_bot()
        scene.post.clear_faults()
        scene.stage.start_bot()
        scene.told("Killed", "all batches have been processed")
        states = scene.states(scene.run_id())
        unsure = [who for who, state in states.items() if state == "unsure"]
        assert set(states.values()) <= {"sent", "unsure"}
        assert len(unsure) <= 1
        assert set(scene.sent_to().values()) == {1}
        assert set(everybody(20)) - set(scene.sent_to()) <= set(unsure)
