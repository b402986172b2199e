"""The words of an invite: merge fields filled, cleaned, and laid out as plain text and as HTML.

Both builders take their words from here, so they can differ only in how they write them down.
"""

import html
import re
from dataclasses import dataclass

from campaigns.invite_clean import display_name, many_lines, one_line
from campaigns.merge import template
from campaigns.model import Attendee, Event, Kind, Organizer
from campaigns.when import span

UPDATED = "Updated: the details below replace the earlier ones."
UNTITLED = "Invitation"
_FOOT = "Answer with Yes, Maybe or No in your calendar."

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
_UPDATED_STYLE = (
    "margin:0 0 16px;padding:8px 12px;background:#fff8e1;border-left:3px solid #e0a800;border-radius:3px"
)
_TITLE_STYLE = "margin:0 0 14px;font-size:21px;line-height:1.3;font-weight:600"
_LABEL_STYLE = "padding:3px 14px 3px 0;color:#656d76;vertical-align:top;white-space:nowrap"
_VALUE_STYLE = "padding:3px 0;vertical-align:top;overflow-wrap:anywhere"
_FOOT_STYLE = "margin:24px 0 0;padding-top:12px;border-top:1px solid #d8dee4;color:#656d76;font-size:13px"


@dataclass(frozen=True, slots=True)
class Words:
    """What one attendee reads. ``notes`` is the calendar entry's description."""

    name: str
    subject: str
    title: str
    place: str
    notes: str
    text: str
    html: str


class Wording:
    """The words of one event at one revision, for any attendee."""

    def __init__(self, event: Event, organizer: Organizer, kind: Kind) -> None:
        self.organizer = display_name(organizer.name)
        self._title = template(event.title)
        self._place = template(event.place)
        self._description = template(event.description)
        self._greeting = template(event.greeting)
        self._when = span(event.starts_at, event.ends_at, event.zone)
        self._updated = kind is Kind.UPDATE

    def for_attendee(self, attendee: Attendee) -> Words:
        """The words ``attendee`` reads."""
        title = one_line(self._title.fill(attendee)) or UNTITLED
        place = one_line(self._place.fill(attendee))
        description = many_lines(self._description.fill(attendee))
        greeting = many_lines(self._greeting.fill(attendee))
        return Words(
            name=display_name(attendee.name),
            subject=f"Updated: {title}" if self._updated else title,
            title=title,
            place=place,
            notes=_notes(description, place),
            text=self._as_text(greeting, title, place, description),
            html=self._as_html(greeting, title, place, description),
        )

    def _as_text(self, greeting: str, title: str, place: str, description: str) -> str:
        details = [title, f"When: {self._when}"]
        if place:
            details.append(f"Where: {place}")
        if self.organizer:
            details.append(f"Organizer: {self.organizer}")
        updated = UPDATED if self._updated else ""
        blocks = (greeting, updated, "\n".join(details), description, f"-- \n{_FOOT}")
        return "\n\n".join(block for block in blocks if block) + "\n"

    def _as_html(self, greeting: str, title: str, place: str, description: str) -> str:
        parts = [_PAGE]
        if greeting:
            parts.append(f"{_PARAGRAPH}{linked(greeting)}</p>\n")
        if self._updated:
            parts.append(f'<p style="{_UPDATED_STYLE}">{UPDATED}</p>\n')
        parts.append(f'<h1 dir="auto" style="{_TITLE_STYLE}">{html.escape(title)}</h1>\n')
        parts.append('<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px">\n')
        parts.append(_row("When", html.escape(self._when)))
        if place:
            parts.append(_row("Where", linked(place)))
        if self.organizer:
            parts.append(_row("Organizer", html.escape(self.organizer)))
        parts.append("</table>\n")
        if description:
            parts.append(f"{_PARAGRAPH}{linked(description)}</p>\n")
        parts.append(f'<p style="{_FOOT_STYLE}">{_FOOT}</p>\n{_PAGE_END}')
        return "".join(parts)


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
