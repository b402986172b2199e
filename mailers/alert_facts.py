"""What an alert mail may know of a run, and the phrases all alert mails share."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.answers_seen import AnswersSeen
from campaigns.invite_clean import one_line
from campaigns.model import Kind, Reason
from campaigns.when import short_time

_LONGEST_TITLE = 80
_DOT = " · "


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a run of one kind is spoken of. ``again`` ends "will not be … twice".

    ``way`` is the button in Slack that leads to such a run.
    """

    doing: str
    done: str
    one: str
    way: str


KIND_WORDS = {
    Kind.INVITE: KindWords("Sending", "sent", "invite", "Send Invite"),
    Kind.UPDATE: KindWords("Updating", "updated", "update", "Update Calendar Invites"),
    Kind.CANCEL: KindWords("Cancelling", "cancelled", "cancellation", "Cancel event"),
    Kind.REMIND: KindWords("Reminding", "reminded", "reminder", "Remind"),
}


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Invites with one cause for which they failed, came back or are unsure, and what to do about it."""

    cause: str
    count: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as plain values; ``reason``, ``detail`` and ``hint`` say why it paused.

    ``begins_at``: the first batch is still to come, and goes then. ``answers`` None: nothing to say of them.
    ``wrong_bounced`` of those that came back did so since nobody is at their address. ``is_listed``: who was
    not reached is told in a mail of its own.
    """

    campaign: str
    event_starts_at: datetime
    zone: str
    total: int
    sent: int = 0
    failed: int = 0
    unsure: int = 0
    skipped: int = 0
    left: int = 0
    bounced: int = 0
    wrong_bounced: int = 0
    is_listed: bool = True
    kind: Kind = Kind.INVITE
    batch: int = 0
    batches: int = 0
    per_batch: int | None = None
    gap_minutes: int = 0
    next_at: datetime | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    resume_at: datetime | None = None
    causes: tuple[CauseLine, ...] = ()
    reason: Reason | None = None
    detail: str = ""
    hint: str = ""
    account: str = ""
    slack_link: str = ""
    answers: AnswersSeen | None = None

    @property
    def title(self) -> str:
        title = one_line(self.campaign) or "Campaign"
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"

    @property
    def unreached(self) -> int:
        return self.failed + self.bounced + self.unsure

    def at(self, moment: datetime) -> str:
        return short_time(moment, self.zone)


def number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def invites(facts: RunFacts, count: int) -> str:
    one = KIND_WORDS[facts.kind].one
    return number(count, one, f"{one}s")


def verb(facts: RunFacts) -> str:
    return KIND_WORDS[facts.kind].doing


def done_word(facts: RunFacts) -> str:
    return KIND_WORDS[facts.kind].done


def counted(facts: RunFacts) -> str:
    """``48 of 120 sent · 2 failed · 69 left``; what is nought is left out."""
    rest = (
        (facts.failed, "failed"),
        (facts.bounced, "came back"),
        (facts.unsure, "unsure"),
        (facts.left, "left"),
        (facts.skipped, "not sent"),
    )
    said = [f"{facts.sent:,} of {facts.total:,} {done_word(facts)}"]
    return _DOT.join(said + [f"{count:,} {what}" for count, what in rest if count])


def kept(facts: RunFacts) -> str:
    waiting = number(facts.left, "person waits", "people wait")
    if not facts.sent:
        return f"Nobody is lost: {waiting}."
    have = number(facts.sent, "person has theirs", "people have theirs")
    return f"Nobody is lost: {have} and will not get it twice; {waiting}."


def event(facts: RunFacts) -> tuple[tuple[str, str], ...]:
    return (("Event starts", facts.at(facts.event_starts_at)),)


def answers(facts: RunFacts) -> tuple[tuple[str, str], ...]:
    """``12 yes · 3 maybe · 2 no · 23 no answer``, or that it is not known."""
    seen = facts.answers
    if seen is None:
        return ()
    if not seen.reading.is_on:
        return (("Answers", "not read from this account; Email services in Slack says how to allow it"),)
    given = seen.counts
    counts = (
        (given.accepted, "yes"),
        (given.tentative, "maybe"),
        (given.declined, "no"),
        (given.unanswered, "no answer"),
    )
    said = [f"{count:,} {what}" for count, what in counts if count]
    if seen.reading.trouble:
        said.append("they cannot be read now; see Email services in Slack")
    return (("Answers", _DOT.join(said)),) if said else ()


def end(facts: RunFacts) -> tuple[tuple[str, str], ...]:
    if not facts.ends_at or not facts.left:
        return ()
    return (("Last batch", f"about {facts.at(facts.ends_at)}"),)


def minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return number(minutes, "minute", "minutes")
    said = number(hours, "hour", "hours")
    return f"{said} {number(rest, 'minute', 'minutes')}" if rest else said
