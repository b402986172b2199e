"""The attendees' answers as a demo shows them come in, without a browser."""

from playground.inbox_everybody import Tally, everybody_answers
from playground.inbox_shelf import Shelf
from playground.mailbox import Mailbox
from playground.reply_calendar import CalendarAnswers


def answer_for_everybody(mailbox: Mailbox, calendars: CalendarAnswers | None = None) -> Tally:
    """Whoever was invited and has not answered does, or does not, or bounces. Raises NotTaken."""
    return everybody_answers(Shelf(mailbox, calendars), mailbox)
