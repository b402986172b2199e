"""What was typed after the slash command, and which campaign is meant by it. Pure: values in, values out."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from campaigns.lifecycle import ACTIVE
from campaigns.model import RunState
from campaigns.ports import CampaignSummary


class Word(StrEnum):
    """What can be typed first; nothing typed is LIST."""

    LIST = "list"
    HELP = "help"
    NEW = "new"
    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REPORT = "report"
    SERVICES = "services"
    NEVER_INVITE = "never-invite"


@dataclass(frozen=True, slots=True)
class Typed:
    """A word we know, and the campaign as it was named; '' if it was not.

    After SERVICES and NEVER_INVITE it is a part of an address.
    """

    word: Word
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word we do not know, and the nearest that we do; '' if none is near."""

    word: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Named:
    """A campaign by its number (None: by title only) and by words of its title."""

    number: int | None = None
    words: str = ""


_NUMBER = re.compile(r"#?(\d{1,15})", re.ASCII)
_MOST_WORDS = 80


def typed(text: str) -> Typed | Unknown:
    """``text`` is everything after the command."""
    words = text.split()
    if not words:
        return Typed(Word.LIST)
    first, rest = words[0], " ".join(words[1:])
    word = first.casefold()
    if word in frozenset(Word):
        return Typed(Word(word), rest[:_MOST_WORDS])
    near = difflib.get_close_matches(word, list(Word), n=1)
    return Unknown(first, near[0] if near else "")


def named(campaign: str) -> Named:
    """``#12`` is a number; ``12`` may be one, or a word of a title."""
    number = _NUMBER.fullmatch(campaign)
    if number is None:
        return Named(words=campaign)
    return Named(int(number[1]), "" if campaign.startswith("#") else campaign)


def meant(found: Sequence[CampaignSummary], name: str) -> list[CampaignSummary]:
    """Of those whose titles hold the words: the one with exactly this title, else all of them."""
    wanted = name.casefold()
    exact = [one for one in found if " ".join(one.campaign.event.title.split()).casefold() == wanted]
    return exact if len(exact) == 1 else list(found)


def unnamed(word: Word, found: Sequence[CampaignSummary]) -> list[CampaignSummary]:
    """Whom ``word`` is for when no campaign is named; ``found`` is newest first.

    All whose run the word can act on. A look is for those whose run is on, or else for the latest that has
    a run, or else for the latest.
    """
    if word in _ACTS_ON:
        return [one for one in found if _is_in(one, _ACTS_ON[word])]
    active = [one for one in found if one.run is not None and one.run.ended_at is None]
    ran = [(one.run.id, one) for one in found if one.run is not None]
    return active or [one for _, one in sorted(ran, key=itemgetter(0))[-1:]] or list(found[:1])


_ACTS_ON: dict[Word, frozenset[RunState]] = {
    Word.PAUSE: frozenset({RunState.RUNNING}),
    Word.RESUME: frozenset({RunState.PAUSED}),
    Word.STOP: frozenset(ACTIVE),
}


def _is_in(one: CampaignSummary, states: frozenset[RunState]) -> bool:
    return one.run is not None and one.run.state in states
