"""The mails that Google Calendar writes to guests: invitation, update, cancellation."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from zoneinfo import ZoneInfo

from icalendar import Calendar as ICalendar
from icalendar import Event, vCalAddress, vText

from playground.google_event_rules import TELLING, moment
from playground.provider_answers import Json
from playground.provider_letters import Deliver

SENDER = "calendar-notification@google.com"
PARTSTATS = {
    "needsAction": "NEEDS-ACTION",
    "accepted": "ACCEPTED",
    "tentative": "TENTATIVE",
    "declined": "DECLINED",
}


class Invitations:
    """Writes to those whom a change concerns, if it was made with `sendUpdates`."""

    def __init__(self, deliver: Deliver, now: Callable[[], datetime]) -> None:
        self._deliver = deliver
        self._now = now

    def tell(self, before: Json | None, after: Json, who: str, owner: str) -> None:
        """`who` is sendUpdates: all, externalOnly (not the owner's own domain), or none."""
        if who not in {"all", "externalOnly"}:
            return
        old, new = _guests(before), _guests(after)
        for address in _only(new, who, owner):
            if address not in old:
                self._write("Invitation", "REQUEST", after, address, owner)
            elif before and _is_news(before, after):
                self._write("Updated invitation", "REQUEST", after, address, owner)
        for address in _only(old, who, owner):
            if before and address not in new:
                gone = before | {"sequence": after["sequence"]}
                self._write("Canceled event", "CANCEL", gone, address, owner)

    def _write(self, what: str, method: str, event: Json, address: str, owner: str) -> None:
        title = str(event.get("summary", "(No title)"))
        letter = EmailMessage(policy=SMTP)
        letter["From"] = formataddr((f"{owner} (via Google Calendar)", SENDER))
        letter["Reply-To"] = owner
        letter["To"] = address
        letter["Subject"] = f"{what}: {' '.join(title.split())} ({address})"
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = make_msgid(domain="google.com")
        said = f"{title}\r\n{_when_words(event)}\r\n{event.get('description', '')}\r\n"
        letter.set_content(said, cte="quoted-printable")
        letter.add_alternative(
            _calendar(event, method, address, self._now()),
            maintype="text",
            subtype="calendar",
            params={"method": method, "charset": "UTF-8"},
        )
        self._deliver(SENDER, [address], letter.as_bytes())


def _guests(event: Json | None) -> list[str]:
    if event is None or event["status"] == "cancelled":
        return []
    return [one["email"] for one in event.get("attendees", []) if not one.get("organizer")]


def _only(addresses: Iterable[str], who: str, owner: str) -> list[str]:
    home = "@" + owner.rpartition("@")[2].casefold()
    return [one for one in addresses if who == "all" or not one.casefold().endswith(home)]


def _is_news(before: Json, after: Json) -> bool:
    return any(before.get(name) != after.get(name) for name in TELLING)


def _when_words(event: Json) -> str:
    return " – ".join(str(event[one].get("dateTime") or event[one].get("date")) for one in ("start", "end"))


def _calendar(event: Json, method: str, address: str, now: datetime) -> bytes:
    calendar = ICalendar()
    calendar.add("prodid", "-//Google Inc//Google Calendar 70.9054//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    repeats = event.get("recurrence", [])
    entry = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *repeats, "END:VEVENT", ""]))
    is_recurring = bool(repeats)
    entry.add("dtstart", _moment(event["start"], is_recurring=is_recurring))
    entry.add("dtend", _moment(event["end"], is_recurring=is_recurring))
    entry.add("dtstamp", now)
    entry["ORGANIZER"] = _person(event["organizer"]["email"], event["organizer"].get("displayName", ""))
    entry.add("uid", event["iCalUID"])
    # Guests see each other unless the organizer has said no.
    sees_all = event.get("guestsCanSeeOtherGuests", True)
    for attendee in event.get("attendees", []):
        if sees_all or attendee["email"] == address:
            entry.add("attendee", _attendee(attendee))
    for name in ("summary", "description", "location"):
        if event.get(name):
            entry.add(name, event[name])
    entry.add("sequence", event["sequence"])
    entry.add("status", "CANCELLED" if method == "CANCEL" else str(event["status"]).upper())
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _attendee(one: Json) -> vCalAddress:
    person = _person(one["email"], one.get("displayName") or one["email"])
    person.params["ROLE"] = vText("OPT-PARTICIPANT" if one.get("optional") else "REQ-PARTICIPANT")
    person.params["PARTSTAT"] = vText(PARTSTATS[one["responseStatus"]])
    person.params["RSVP"] = vText("TRUE")
    return person


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name)
    return person


def _moment(value: Json, *, is_recurring: bool) -> datetime | date:
    if "date" in value:
        return date.fromisoformat(value["date"])
    found = moment(value["dateTime"])
    assert found is not None  # noqa: S101 - checked when the event was taken
    return found.astimezone(ZoneInfo(value["timeZone"] if is_recurring else "UTC"))
