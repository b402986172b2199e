"""The words of an invite: merge fields filled, cleaned, and laid out as plain text and as HTML.

Both builders take their words from here, so they can differ only in how they write them down.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from campaigns.invite_clean import display_name, many_lines, one_line
from campaigns.merge import template
from campaigns.model import Attendee, Event, Kind, Organizer
from campaigns.when import day_words, event_span, repeats


class Also(StrEnum):
    """What a letter has to say besides its deed, by what its attendee holds."""

    AFTER_ALL = "after_all"  # the invite takes back that the event was called off
    INVITED_BACK = "invited_back"  # the invite takes back that this attendee was taken off the list
    CHANGED = "changed"  # the reminder brings a newer version


UPDATED = "Updated: the details below replace the earlier ones."
CANCELLED = "Cancelled: this event was called off."
TAKEN_BACK = "Cancelled: this invitation was taken back, and you are not expected any more."
AFTER_ALL = "This event takes place after all: the cancellation you got counts no more."
INVITED_BACK = "You are invited after all: the cancellation you got counts no more."
REMINDER = "Reminder: please answer this invitation. So far, no answer from you has arrived."
CHANGED_REMINDER = "Reminder: please answer this invitation. The details below replace the earlier ones."
ASKED_ON = "Please answer this invitation. You were reminded on"
UNTITLED = "Invitation"
_ALSO = {Also.AFTER_ALL: AFTER_ALL, Also.INVITED_BACK: INVITED_BACK, Also.CHANGED: CHANGED_REMINDER}
_FOOT = "Answer with Yes, Maybe or No in your calendar."
_LAST_FOOT = "Your calendar takes this entry off, or asks you to. There is nothing to answer."
_SUBJECTS = {
    Kind.INVITE: "",
    Kind.UPDATE: "Updated: ",
    Kind.CANCEL: "Cancelled: ",
    Kind.REMIND: "Reminder: ",
}

_URL = re.compile(r"https?://[^\s<>\"'`\\^{}|]+", re.IGNORECASE)
_SENTENCE_END = ".,;:!?)]}*_"

_FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light">\n</head>\n'
    f'<body style="margin:0;padding:24px 16px;background:#ffffff;color:#1f2328;{_FONT};'
    'font-size:15px;line-height:1.55">\n<div style="max-width:560px">\n'
)
_PAGE_END = "</div>\n</body>\n</html>\n"
_PARAGRAPH = '<p dir="auto" style="margin:0 0 16px">'
_NEWS_STYLE = (
    "margin:0 0 16px;padding:8px 12px;background:#fff8e1;border-left:3px solid #e0a800;border-radius:3px"
)
_TITLE_STYLE = "margin:0 0 14px;font-size:21px;line-height:1.3;font-weight:600"
_LABEL_STYLE = "padding:3px 14px 3px 0;color:#656d76;vertical-align:top;white-space:nowrap"
_VALUE_STYLE = "padding:3px 0;vertical-align:top;overflow-wrap:anywhere"
_FOOT_STYLE = "margin:24px 0 0;padding-top:12px;border-top:1px solid #d8dee4;color:#656d76;font-size:13px"


@dataclass(frozen=True, slots=True)
class Words:
    """What one attendee reads.

    ``notes`` is the calendar entry's description; ``told`` is what a provider that writes the mail itself
    gets as one: where we ask for an answer, that too. It stays in the calendar, so it has to stay true.
    """

    name: str
    subject: str
    title: str
    place: str
    notes: str
    told: str
    text: str
    html: str


class Wording:
    """The words of one event at one revision and for one deed, for any attendee; see ``InviteBuilder``."""

    def __init__(
        self,
        event: Event,
        organizer: Organizer,
        kind: Kind,
        *,
        is_cancelled: bool = False,
        also: Also | None = None,
    ) -> None:
        self.organizer = display_name(organizer.name)
        self._title = template(event.title)
        self._place = template(event.place)
        # Who is told that it does not take place needs neither the welcome nor the agenda.
        self._is_cancel = kind is Kind.CANCEL
        self._description = template("" if self._is_cancel else event.description)
        self._greeting = template("" if self._is_cancel else event.greeting)
        self._when = event_span(event)
        self._repeats = repeats(event)
        self._subject = _SUBJECTS[kind]
        self._news = _news(kind, is_cancelled=is_cancelled, also=also)
        self._asks_again = kind is Kind.REMIND
        self._zone = event.zone
        self._foot = _LAST_FOOT if self._is_cancel else _FOOT

    def for_attendee(self, attendee: Attendee, dated_at: datetime) -> Words:
        """The words ``attendee`` reads in a letter of ``dated_at``."""
        title = one_line(self._title.fill(attendee)) or UNTITLED
        place = one_line(self._place.fill(attendee))
        description = many_lines(self._description.fill(attendee))
        greeting = many_lines(self._greeting.fill(attendee))
        notes = self._news if self._is_cancel else _notes(description, place)
        return Words(
            name=display_name(attendee.name),
            subject=self._subject + title,
            title=title,
            place=place,
            notes=notes,
            told=f"{self._asked_on(dated_at)}\n\n{notes}".rstrip() if self._asks_again else notes,
            text=self._as_text(greeting, title, place, description),
            html=self._as_html(greeting, title, place, description),
        )

    def _asked_on(self, dated_at: datetime) -> str:
        """With its day: else a second reminder would change nothing, and nobody would hear of it."""
        day = dated_at.astimezone(ZoneInfo(self._zone))
        return f"{ASKED_ON} {day_words(day)}."

    def _as_text(self, greeting: str, title: str, place: str, description: str) -> str:
        details = [title, f"When: {self._when}"]
        if self._repeats:
            details.append(f"Repeats: {self._repeats}")
        if place:
            details.append(f"Where: {place}")
        if self.organizer:
            details.append(f"Organizer: {self.organizer}")
        blocks = (greeting, self._news, "\n".join(details), description, f"-- \n{self._foot}")
        return "\n\n".join(block for block in blocks if block) + "\n"

    def _as_html(self, greeting: str, title: str, place: str, description: str) -> str:
        parts = [_PAGE]
        if greeting:
            parts.append(f"{_PARAGRAPH}{linked(greeting)}</p>\n")
        if self._news:
            parts.append(f'<p style="{_NEWS_STYLE}">{self._news}</p>\n')
        parts.append(f'<h1 dir="auto" style="{_TITLE_STYLE}">{html.escape(title)}</h1>\n')
        parts.append('<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px">\n')
        parts.append(_row("When", html.escape(self._when)))
        if self._repeats:
            parts.append(_row("Repeats", html.escape(self._repeats)))
        if place:
            parts.append(_row("Where", linked(place)))
        if self.organizer:
            parts.append(_row("Organizer", html.escape(self.organizer)))
        parts.append("</table>\n")
        if description:
            parts.append(f"{_PARAGRAPH}{linked(description)}</p>\n")
        parts.append(f'<p style="{_FOOT_STYLE}">{self._foot}</p>\n{_PAGE_END}')
        return "".join(parts)


def _news(kind: Kind, *, is_cancelled: bool, also: Also | None) -> str:
    """The line above the details: why this mail came."""
    match kind:
        case Kind.INVITE:
            return _ALSO[also] if also else ""
        case Kind.UPDATE:
            return UPDATED
        case Kind.CANCEL:
            return CANCELLED if is_cancelled else TAKEN_BACK
        case Kind.REMIND:
            return _ALSO[also] if also else REMINDER
        case _:
            assert_never(kind)


def linked(text: str) -> str:
    """``text`` as HTML: escaped, line ends kept, http and https addresses made links; nothing else is one."""
    parts = []
    done = 0
    for match in _URL.finditer(text):
        url = match.group().rstrip(_SENTENCE_END)
        end = match.start() + len(url)
        safe = html.escape(url)
        parts.append(html.escape(text[done : match.start()]))
        parts.append(f'<a href="{safe}" style="color:#0b57d0">{safe}</a>')
        done = end
    parts.append(html.escape(text[done:]))
    return "".join(parts).replace("\n", "<br>\n")


def _row(label: str, value: str) -> str:
    return (
        f'<tr><td style="{_LABEL_STYLE}">{label}</td>'
        f'<td dir="auto" style="{_VALUE_STYLE}">{value}</td></tr>\n'
    )


def _notes(description: str, place: str) -> str:
    """The description, with the join link if only the place holds it: some programs show just one of them."""
    missing = [match.group() for match in _URL.finditer(place) if match.group() not in description]
    return "\n\n".join(part for part in (description, "\n".join(missing)) if part)
