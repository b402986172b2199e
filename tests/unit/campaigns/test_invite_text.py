from datetime import date

import pytest

from campaigns.invite import InviteBuilder
from campaigns.invite_text import linked
from campaigns.model import Kind, Organizer
from campaigns.recurrence import Frequency, Recurrence
from tests.unit.campaigns.invites import attendee, body, build, event, header, properties, text_value
from tests.unit.campaigns.repeating_events import all_day


def both(**changes) -> tuple[str, str]:
    who = changes.pop("who", None)
    kind = changes.pop("kind", Kind.INVITE)
    mime = build(InviteBuilder, who, of=event(**changes), kind=kind).mime
    return body(mime, "text/plain"), body(mime, "text/html")


def test_the_body_says_when_in_the_organizers_own_zone():
    for text in both():
        assert "Tuesday, 24 November 2026, 10:30 – 11:30 (CET, Europe/Berlin)" in text


def test_an_event_that_ends_on_another_day_says_both_days():
    from datetime import UTC, datetime

    text, _ = both(ends_at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC), zone="Asia/Kolkata")
    assert "Tuesday, 24 November 2026, 15:00 – Thursday, 26 November 2026, 05:00 (IST, Asia/Kolkata)" in text


def test_merge_fields_are_filled_in_title_place_greeting_and_description():
    mime = build(
        InviteBuilder,
        attendee(first_name="Ana", company="Acme"),
        of=event(
            title="{{first_name}}'s day",
            place="{{company}} hall",
            description="For {{company}}",
            greeting="Hi {{first_name}}!",
        ),
    ).mime
    assert header(mime, "Subject") == "Ana's day"
    lines = properties(mime)
    assert text_value(lines["SUMMARY"]) == "Ana's day"
    assert text_value(lines["LOCATION"]) == "Acme hall"
    assert text_value(lines["DESCRIPTION"]) == "For Acme"
    text = body(mime, "text/plain")
    assert text.startswith("Hi Ana!\n\nAna's day\n")
    assert "Where: Acme hall" in text


def test_what_people_typed_is_never_html():
    evil = '<script>alert("1")</script>&amp;'
    text, html = both(
        title=evil, place=evil, description=evil, greeting="{{first_name}}", who=attendee(first_name=evil)
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;") == 4
    assert evil in text


def test_only_web_addresses_become_links():
    said = linked('javascript:alert(1) data:x see https://a.example/x?a=1&b="2" (http://b.example/y).')
    assert said.count("<a href=") == 2
    assert 'href="https://a.example/x?a=1&amp;b="' in said
    assert 'href="http://b.example/y"' in said
    assert 'href="javascript' not in said


def test_a_link_cannot_leave_its_attribute():
    said = linked("https://a.example/\"onmouseover='x'<b>")
    assert said.startswith('<a href="https://a.example/"')
    assert "&quot;onmouseover" in said


def test_a_join_link_in_the_place_is_in_the_calendars_description_too():
    """Outlook shows the mail's body and others the description, so it must be in both."""
    mime = build(InviteBuilder, of=event(place="https://meet.example/x", description="Agenda")).mime
    assert text_value(properties(mime)["DESCRIPTION"]) == "Agenda\n\nhttps://meet.example/x"
    assert "https://meet.example/x" in body(mime, "text/plain")


def test_a_join_link_is_not_said_twice():
    mime = build(
        InviteBuilder, of=event(place="https://m.example/x", description="At https://m.example/x")
    ).mime
    assert text_value(properties(mime)["DESCRIPTION"]) == "At https://m.example/x"


def test_an_update_says_so_and_a_first_invite_at_a_later_revision_does_not():
    updated, html = both(kind=Kind.UPDATE)
    assert "Updated:" in updated
    assert "Updated:" in html
    assert "Updated" not in body(build(InviteBuilder, revision=2).mime, "text/plain")
    assert header(build(InviteBuilder, revision=1, kind=Kind.UPDATE).mime, "Subject") == "Updated: Autumn day"


@pytest.mark.parametrize(
    ("is_cancelled", "said"),
    [(True, "Cancelled: this event was called off."), (False, "Cancelled: this invitation was taken back")],
)
def test_a_cancel_says_what_was_taken_back_and_nothing_else(is_cancelled, said):
    """The welcome and the agenda of an event that somebody does not go to would only confuse."""
    mime = build(InviteBuilder, kind=Kind.CANCEL, is_cancelled=is_cancelled).mime
    assert header(mime, "Subject") == "Cancelled: Autumn day"
    for kind in ("text/plain", "text/html"):
        text = body(mime, kind)
        assert said in text
        assert "Tuesday, 24 November 2026, 10:30" in text
        assert "Room 5" in text
        assert "Bring a pen" not in text
        assert "Hello" not in text
        assert "Answer with Yes" not in text
    assert text_value(properties(mime)["DESCRIPTION"]).startswith(said)


def test_a_reminder_asks_for_an_answer_in_the_mail_and_not_in_the_calendar():
    """A provider that writes the mail itself has only the description to say it in."""
    letter = build(InviteBuilder, kind=Kind.REMIND)
    assert header(letter.mime, "Subject") == "Reminder: Autumn day"
    for kind in ("text/plain", "text/html"):
        assert "Reminder: please answer this invitation." in body(letter.mime, kind)
    assert text_value(properties(letter.mime)["DESCRIPTION"]) == "Bring a pen."
    asked = "Please answer this invitation. You were reminded on 3 November 2026."
    assert letter.invite.description == f"{asked}\n\nBring a pen."
    bare = build(InviteBuilder, kind=Kind.REMIND, of=event(description="", place=""))
    assert bare.invite.description == asked
    assert build(InviteBuilder).invite.description == "Bring a pen."


def test_how_often_it_takes_place_stands_below_when():
    rule = Recurrence(Frequency.WEEKLY, interval=2, until=date(2027, 6, 30))
    text, html = both(recurrence=rule)
    assert "(CET, Europe/Berlin)\nRepeats: Every 2 weeks on Tuesday, until 30 June 2027\n" in text
    assert "Every 2 weeks on Tuesday, until 30 June 2027" in html
    assert "Repeats" not in "".join(both())


def test_whole_days_have_no_hours():
    of = all_day(2026, 12, 1)
    mime = build(InviteBuilder, of=of).mime
    for kind in ("text/plain", "text/html"):
        assert "Tuesday, 1 December 2026 (all day)" in body(mime, kind)
        assert "00:00" not in body(mime, kind)


def test_an_organizer_without_a_name_is_written_by_address():
    mime = build(InviteBuilder, organizer=Organizer("", "ann@acme.example")).mime
    assert header(mime, "From") == "ann@acme.example"
    assert properties(mime)["ORGANIZER"] == 'ORGANIZER;CN="ann@acme.example":mailto:ann@acme.example'


def test_a_title_that_comes_out_empty_is_called_an_invitation():
    assert header(build(InviteBuilder, of=event(title="{{nothing}}")).mime, "Subject") == "Invitation"
