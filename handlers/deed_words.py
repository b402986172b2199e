"""How a line of the history is put in words, after the name of who did it. For mrkdwn."""

from collections.abc import Callable, Mapping

from campaigns.history import Deed
from campaigns.model import Kind
from campaigns.timing import Pace
from handlers.mrkdwn import safe
from handlers.wording import KIND_WORDS, invites, number, pace_words

Facts = Mapping[str, str]

_LONGEST_FACT = 120


def deed_words(deed: Deed, facts: Facts) -> str:
    """``paused the run``; facts that are not there are left out."""
    return _WORDS[deed](facts)


def _fact(facts: Facts, name: str) -> str:
    value = facts.get(name, "").strip()
    return safe(value, _LONGEST_FACT) if value else ""


def _count(facts: Facts, name: str) -> int | None:
    value = facts.get(name, "")
    return int(value) if value.isdecimal() else None


def _after(lead: str, said: str) -> str:
    return f"{lead}{said}" if said else ""


def _people(facts: Facts) -> str:
    count = _count(facts, "attendees")
    return "" if count is None else number(count, "attendee")


def _invites(facts: Facts) -> str:
    count = _count(facts, "invites")
    return "" if count is None else invites(count, _kind(facts, "kind") or Kind.INVITE)


def _kind(facts: Facts, name: str) -> Kind | None:
    return next((kind for kind in Kind if kind == facts.get(name)), None)


def _stopped(facts: Facts) -> str:
    stronger = _kind(facts, "replaced_by")
    return f"stopped the run, for {KIND_WORDS[stronger].way}" if stronger else "stopped the run"


def _pace(facts: Facts, suffix: str = "") -> str:
    gap = _count(facts, f"gap_minutes{suffix}")
    return "" if gap is None else pace_words(Pace(_count(facts, f"per_batch{suffix}"), gap))


def _source(facts: Facts) -> str:
    number_of_source = _count(facts, "source")
    return "" if number_of_source is None else f"#{number_of_source}"


def _list_change(facts: Facts) -> str:
    counted = ((name, _count(facts, name)) for name in ("added", "removed", "changed"))
    return ", ".join(f"{count:,} {name}" for name, count in counted if count)


def _only(said: str) -> Callable[[Facts], str]:
    return lambda _: said


_WORDS: dict[Deed, Callable[[Facts], str]] = {
    Deed.CREATED: lambda facts: f"made the campaign{_after(': ', _people(facts))}",
    Deed.DUPLICATED: lambda facts: f"made it as a duplicate{_after(' of ', _source(facts))}",
    Deed.EDITED: lambda facts: f"changed the event{_after(': ', _fact(facts, 'fields'))}",
    Deed.SETTINGS_CHANGED: lambda facts: f"changed the settings{_after(': ', _fact(facts, 'fields'))}",
    Deed.LIST_CHANGED: lambda facts: f"changed the attendee list{_after(': ', _list_change(facts))}",
    Deed.TEST_SENT: lambda facts: f"sent a test invite{_after(' to ', _fact(facts, 'domain'))}",
    Deed.ARCHIVED: _only("archived it"),
    Deed.RESTORED: _only("restored it"),
    Deed.STARTED: lambda facts: f"started a run{_after(': ', _invites(facts))}{_after(', ', _pace(facts))}",
    Deed.APPROVED: _only("approved the run"),
    Deed.DECLINED: _only("declined the run"),
    Deed.PAUSED: _only("paused the run"),
    Deed.RESUMED: _only("resumed the run"),
    Deed.STOPPED: _stopped,
    Deed.PACE_CHANGED: lambda facts: (
        f"changed the pace{_after(' from ', _pace(facts, '_before'))}{_after(' to ', _pace(facts))}"
    ),
    Deed.CANCELLED: _only("cancelled the event"),
    Deed.NEVER_INVITE: lambda facts: f"changed the never-invite list{_after(': ', _list_change(facts))}",
    Deed.TAKEN_IN: lambda facts: f"added {_people(facts) or 'attendees'}, to be invited without a press",
    Deed.LEFT_UNSURE: lambda facts: f"took as sent what was unsure{_after(': ', _invites(facts))}",
}
