"""What an attendee says to an invite."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Said(StrEnum):
    """RFC 5545's PARTSTAT, as far as it is an answer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class Answer:
    """Of two the one with the higher (sequence, stamped_at) counts; ``stamped_at`` is the reply's DTSTAMP."""

    said: Said
    sequence: int
    stamped_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Of those who are on the list and hold the invite; ``unanswered`` are the rest of them."""

    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    unanswered: int = 0

    @property
    def holders(self) -> int:
        return self.accepted + self.declined + self.tentative + self.unanswered

    @property
    def answered(self) -> int:
        return self.holders - self.unanswered
