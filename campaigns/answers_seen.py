"""What is known of a campaign's answers, ready to be put in words by any medium."""

from dataclasses import dataclass

from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading


@dataclass(frozen=True, slots=True)
class AnswersSeen:
    """``counts`` say something only where ``reading`` is on."""

    counts: AnswerCounts
    reading: AnswerReading

    @property
    def is_told(self) -> bool:
        """Whether there is something to count: answers are read, and somebody holds the invite."""
        return self.reading.is_on and self.counts.holders > 0
