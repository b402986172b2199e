"""What a run about to start would do to whom, and which run it takes the place of."""

from campaigns.conduct import Preview
from campaigns.model import Kind, RunState
from campaigns.ports import Whom
from campaigns.report import RunReport
from handlers.blocks import Json, paragraph
from handlers.wording import KIND_WORDS, number, whom_line

_INSTEAD = {
    (Kind.UPDATE, Kind.INVITE): ("gets", "get", "the newest version in this run"),
    (Kind.UPDATE, Kind.REMIND): ("is", "are", "not reminded"),
    (Kind.CANCEL, Kind.INVITE): ("is", "are", "not invited"),
    (Kind.CANCEL, Kind.UPDATE): ("gets", "get", "no new version, but the cancellation"),
    (Kind.CANCEL, Kind.REMIND): ("gets", "get", "no reminder, but the cancellation"),
}
"""What becomes of those who wait in a run (the second) when another takes its place: of one, of many."""


def whom_blocks(preview: Preview, replaced: RunReport | None) -> list[Json]:
    """Nothing for invites: the forecast says how many there are."""
    said = [] if preview.kind is Kind.INVITE else [whom_words(preview.kind, preview.whom)]
    if replaced is not None:
        said.append(f"*Please note:* {replaced_words(preview.kind, replaced)}")
    return [paragraph("\n".join(said))] if said else []


def whom_words(kind: Kind, whom: Whom) -> str:
    """Who gets what, as a sentence."""
    if kind is Kind.CANCEL:
        people = number(whom.total, "person is", "people are")
        return f"{people} told that the event is cancelled; it goes out of their calendars."
    if kind is Kind.INVITE:
        people = number(whom.total, "person has", "people have")
        return f"{people} not been invited yet."
    return f"{whom_line(whom)}."


def replaced_words(kind: Kind, replaced: RunReport) -> str:
    """``The invite run that is on is replaced: its 60 waiting people …``."""
    run, left = replaced.run, replaced.counts.left
    waits = "waits for approval" if run.state is RunState.PLANNED else "is on"
    one, many, then = _INSTEAD[kind, run.kind]
    people = number(left, f"waiting person {one}", f"waiting people {many}")
    return f"The {KIND_WORDS[run.kind].one} run that {waits} is replaced: its {people} {then}."
