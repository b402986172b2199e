"""Answers where the provider keeps the event itself: the attendee's click sets the organizer's copy."""

from typing import Protocol


class CalendarAnswers(Protocol):
    """A provider's calendars, whose mails bring events that are answered there and not by mail."""

    def respond(self, uid: str, address: str, partstat: str, comment: str) -> bool:
        """Takes the answer (ACCEPTED, TENTATIVE, DECLINED); False if it holds no such event for them."""
        ...

    def response(self, uid: str, address: str) -> str:
        """What stands there as the attendee's answer; '' if nothing, or if it holds no such event."""
        ...
