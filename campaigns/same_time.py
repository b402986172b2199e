"""Whether an answer to one version of an event says anything of another."""

from campaigns.model import Event


def is_at_the_same_time(one: Event, other: Event) -> bool:
    """Whether who said yes to ``one`` can be taken to mean ``other`` as well."""
    return _when(one) == _when(other)


def _when(event: Event) -> tuple[object, ...]:
    return event.starts_at, event.ends_at, event.zone, event.is_all_day, event.recurrence
