from campaigns.invite import InviteBuilder
from campaigns.invite_text import linked
from campaigns.model import Kind, Organizer
from tests.unit.campaigns.invites import attendee, body, build, event, header, properties, text_value


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


def test_an_organizer_without_a_name_is_written_by_address():
    mime = build(InviteBuilder, organizer=Organizer("", "ann@acme.example")).mime
    assert header(mime, "From") == "ann@acme.example"
    assert properties(mime)["ORGANIZER"] == 'ORGANIZER;CN="ann@acme.example":mailto:ann@acme.example'


def test_a_title_that_comes_out_empty_is_called_an_invitation():
    assert header(build(InviteBuilder, of=event(title="{{nothing}}")).mime, "Subject") == "Invitation"
