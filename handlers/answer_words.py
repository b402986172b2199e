"""What attendees answered, in words. For mrkdwn."""

from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading
from campaigns.answers_seen import AnswersSeen
from handlers.mrkdwn import safe
from handlers.wording import DOT, number

NOT_READ = "Answers are not read from this account"
_SEE = "see *Email services*"


def counted(counts: AnswerCounts) -> list[tuple[str, int]]:
    """Each answer by its name, also those that nobody gave."""
    return [
        ("yes", counts.accepted),
        ("maybe", counts.tentative),
        ("no", counts.declined),
        ("no answer", counts.unanswered),
    ]


def counts_words(counts: AnswerCounts) -> str:
    """``12 yes · 3 maybe · 2 no · 23 no answer``; what is nought is left out."""
    return DOT.join(f"{count:,} {name}" for name, count in counted(counts) if count)


def answers_line(seen: AnswersSeen | None) -> str:
    """What was answered, or why that is not known and where to look; '' if there is nothing to say."""
    if seen is None:
        return ""
    if not seen.reading.is_on:
        return f"{NOT_READ}: {_SEE}"
    said = [counts_words(seen.counts)] if seen.counts.holders else []
    if seen.reading.trouble:
        said.append(f"Answers cannot be read now: {_SEE}")
    return DOT.join(said)


def reading_advice(reading: AnswerReading) -> str:
    """Why answers are not known (all of them), and what to do; '' if they are."""
    if not reading.is_on:
        way = safe(reading.way, 300)
        return f"{NOT_READ}. {way or 'To allow it, open *Email services*.'}"
    return f"Answers cannot be read now: {safe(reading.trouble, 300)}" if reading.trouble else ""


def not_reminded(people: int) -> str:
    """Why fewer can be reminded than have not answered."""
    are = number(people, "of those without an answer is", "of those without an answer are")
    return f"{are} on a never-invite list, and not reminded."
