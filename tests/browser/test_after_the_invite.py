"""What becomes of an invite once it is out, with the mouse: answers, a change, a cancellation, and back."""

from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser.desk import CANCEL, REMIND, UPDATE
from tests.integration.scene import PATIENCE

FIRST, SECOND, THIRD, FOURTH = (f"person00{n}@people.example" for n in (1, 2, 3, 4))
HERS = ZoneInfo("Europe/Madrid")
"""Ana's, in which she types times."""
A_SECOND = 20
"""In minutes of a bot that counts a twentieth of a second as one."""


def letters(scene, address):
    """METHOD, SEQUENCE, STATUS, hour and subject of each mail that came."""
    said = []
    for mail in scene.post.by_recipient(address):
        calendar = Calendar.from_ical(mail.calendar)
        event = event_in(mail)
        hour = f"{event['DTSTART'].dt.astimezone(HERS):%H:%M}"
        said.append((calendar["METHOD"], event["SEQUENCE"], event["STATUS"], hour, mail.subject))
    return said


def event_in(mail):
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    return event


def test_answers_from_the_inbox_are_told_everywhere_and_only_the_silent_are_reminded(desk, scene):
    desk.sit_down()
    desk.start("Autumn fair", 4, per_batch=4, gap=0)
    scene.post.wait_for_count(4, PATIENCE)
    desk.answer(FIRST, "Autumn fair", "Accept")
    desk.answer(SECOND, "Autumn fair", "Decline")
    desk.sit_down()
    told = desk.message("Autumn fair", "Invites started by")
    expect(told).to_contain_text("Answers: 1 yes · 1 no · 2 no answer")
    home = desk.go_home()
    expect(home).to_contain_text("1 yes · 1 no · 2 no answer")
    home.get_by_role("button", name="Report: Autumn fair").click()
    report = desk.modal("Report")
    expect(report).to_contain_text("1 yes · 1 no · 2 no answer")
    desk.leave(report)

    desk.press("Remind those who haven't answered (2)", desk.open_hub())
    desk.in_batches(REMIND, per_batch=1, gap=A_SECOND, so="2 who have not answered get the invite once more.")
    expect(desk.message("Autumn fair", "Reminders started by")).to_contain_text("All 2 reminded")
    desk.answer(THIRD, "Autumn fair", "Tentative")
    desk.sit_down()
    told = desk.message("Autumn fair", "Reminders started by")
    expect(told).to_contain_text("Answers: 1 yes · 1 maybe · 1 no · 1 no answer")
    expect(desk.open_hub()).to_contain_text("Remind those who haven't answered (1)")
    invite = ("REQUEST", 0, "CONFIRMED", "10:30", "Autumn fair")
    assert letters(scene, FIRST) == letters(scene, SECOND) == [invite]
    assert letters(scene, FOURTH) == [invite, ("REQUEST", 1, "CONFIRMED", "10:30", "Reminder: Autumn fair")]


def test_an_event_is_changed_cancelled_and_held_after_all(desk, scene):
    desk.sit_down()
    desk.start("Winter fair", 3, per_batch=3, gap=0)
    scene.post.wait_for_count(3, PATIENCE)
    desk.press("Edit event", desk.open_hub())
    form = desk.modal("Edit event")
    expect(form).to_contain_text("keeps the old version until you use Update Calendar Invites")
    form.get_by_label("Start time").fill("11:45")
    form.get_by_label("Description").fill("Bring gloves.")
    desk.press("Save changes", form)
    saved = desk.modal("Event saved")
    expect(saved).to_contain_text("3 people hold the previous version")
    desk.press("Update Calendar Invites", saved)
    desk.in_batches(UPDATE, per_batch=2, gap=A_SECOND, so="3 get the new version.")
    expect(desk.message("Winter fair", "Updates started by")).to_contain_text("All 3 updated")

    desk.press("Cancel event", desk.open_hub())
    desk.agree("Go on")
    desk.in_batches(CANCEL, per_batch=2, gap=A_SECOND, so="3 people are told that the event is cancelled")
    expect(desk.message("Winter fair", "Cancellations started by")).to_contain_text("All 3 cancelled")
    home = desk.go_home()
    expect(home).to_contain_text("Cancelled: everybody was told")
    home.get_by_role("button", name="Send Invite: Winter fair").click()
    refused = desk.modal("Send Invite")
    expect(refused).to_contain_text("This event was cancelled. To hold it after all, use Edit event")

    desk.press("Edit event", refused)
    form = desk.modal("Edit event")
    expect(form).to_contain_text("Saving holds it again, even if you change nothing")
    desk.press("Save changes", form)
    saved = desk.modal("Event saved")
    expect(saved).to_contain_text("takes place again: use Update Calendar Invites to tell 3 people")
    expect(home).to_contain_text("still believe it is off")
    desk.press("Update Calendar Invites", saved)
    desk.in_batches(UPDATE, per_batch=2, gap=A_SECOND, so="3 updates in 2 batches", channel="events")
    desk.sit_down()
    expect(desk.message("Winter fair", "Updates started by")).to_contain_text("All 3 updated")
    for address in (FIRST, SECOND, THIRD):
        assert letters(scene, address) == [
            ("REQUEST", 0, "CONFIRMED", "10:30", "Winter fair"),
            ("REQUEST", 1, "CONFIRMED", "11:45", "Updated: Winter fair"),
            ("CANCEL", 2, "CANCELLED", "11:45", "Cancelled: Winter fair"),
            ("REQUEST", 3, "CONFIRMED", "11:45", "Winter fair"),
        ]
    assert len({event_in(mail)["UID"] for mail in scene.post.by_recipient(FIRST)}) == 1
    desk.page.goto(f"{scene.workspace.url}inbox?q={FIRST}")
    desk.page.get_by_role("link", name="Winter fair").first.click()
    mail = desk.page.get_by_role("main")
    expect(mail.get_by_role("button", name="Accept")).to_be_visible()
    expect(mail).to_contain_text("Bring gloves.")
