"""What a run about to start would do to whom, and which run it takes the place of."""

from campaigns.conduct import Preview
from campaigns.model import Kind, RunState
from campaigns.ports import Whom
from campaigns.replacing import Replaced
from handlers.blocks import Json, paragraph
from handlers.wording import KIND_WORDS, left_out_words, number, whom_line

_INSTEAD = {
    (Kind.UPDATE, Kind.INVITE): ("gets", "get", "the newest version in this run"),
    (Kind.UPDATE, Kind.REMIND): ("is", "are", "not reminded"),
    (Kind.CANCEL, Kind.INVITE): ("is", "are", "not invited"),
    (Kind.CANCEL, Kind.UPDATE): ("gets", "get", "no new version, but the cancellation"),
    (Kind.CANCEL, Kind.CANCEL): ("gets", "get", "the cancellation in this run"),
    (Kind.CANCEL, Kind.REMIND): ("gets", "get", "no reminder, but the cancellation"),
}
"""What becomes of those for whom a run had still to do the second, when one of the first takes its place."""


def whom_blocks(preview: Preview, replaced: Replaced | None) -> list[Json]:
    """Nothing for invites: the forecast says how many there are."""
    said = [] if preview.kind is Kind.INVITE else [whom_words(preview.kind, preview.whom)]
    if replaced is not None:
        said.append(f"*Please note:* {replaced_words(preview.kind, replaced)}")
    return [paragraph("\n".join(said))] if said else []


def whom_words(kind: Kind, whom: Whom) -> str:
    """Who gets what, as a sentence."""
    if kind is Kind.CANCEL:
        people = number(whom.total, "person is", "people are")
        return f"{people} told that the event is cancelled; it goes out of their calendars.{_but(whom)}"
    if kind is Kind.INVITE:
        return f"{_invited(whom)}{_but(whom)}"
    return f"{whom_line(whom)}."


def _invited(whom: Whom) -> str:
    said, first = [], whom.invites - whom.again
    if first or not whom.again:
        said.append(f"{number(first, 'person has', 'people have')} not been invited yet.")
    if whom.again:
        said.append(f"{number(whom.again, 'person is', 'people are')} invited again.")
    return " ".join(said)


def _but(whom: Whom) -> str:
    return f" {left_out_words(whom.left_out)}." if whom.left_out else ""


def replaced_words(kind: Kind, replaced: Replaced) -> str:
    """``The invite run that is on is replaced: its 60 waiting people …``."""
    run, waiting = replaced.run, replaced.waiting
    waits = "waits for approval" if run.state is RunState.PLANNED else "is on"
    lead = f"The {KIND_WORDS[run.kind].one} run that {waits} is replaced"
    by_deed = (
        (waiting.updates, Kind.UPDATE),
        (waiting.invites, Kind.INVITE),
        (waiting.cancels, Kind.CANCEL),
        (waiting.reminders, Kind.REMIND),
    )
    left = [(people, _INSTEAD[kind, deed]) for people, deed in by_deed if people]
    if not left:
        return f"{lead}: nobody waits in it any more."
    if len(left) == 1:
        ((people, (one, many, then)),) = left
        return f"{lead}: its {number(people, f'waiting person {one}', f'waiting people {many}')} {then}."
    each = "; ".join(f"{number(people, one, many)} {then}" for people, (one, many, then) in left)
    return f"{lead}. Of its {waiting.total:,} waiting people {each}."
