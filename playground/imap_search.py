"""What SEARCH finds (RFC 3501, 6.4.4), by the keys that this server knows."""

from collections.abc import Callable, Sequence

from playground.imap_folder import ImapFolder, Kept, chosen
from playground.imap_words import BadCommand, Item, atom, day, text

Test = Callable[[Kept], bool]


def found(folder: ImapFolder, kept: Sequence[Kept], keys: Sequence[Item]) -> list[Kept]:
    """Those that meet every key of a search. Raises BadCommand."""
    tests, left = [], list(keys)
    if not left:
        raise BadCommand("SEARCH what?")
    while left:
        tests.append(_test(folder, kept, left))
    return [one for one in kept if all(test(one) for test in tests)]


def _test(folder: ImapFolder, kept: Sequence[Kept], left: list[Item]) -> Test:
    """The test of the next key, which is taken from ``left``."""
    key = _next(left)
    if isinstance(key, list):
        inner, tests = list(key), []
        while inner:
            tests.append(_test(folder, kept, inner))
        return lambda one: all(test(one) for test in tests)
    match name := atom(key):
        case "ALL":
            return lambda _: True
        case "SEEN" | "UNSEEN":
            return lambda one: (one.uid in folder.seen) == (name == "SEEN")
        case "NOT":
            refused = _test(folder, kept, left)
            return lambda one: not refused(one)
        case "OR":
            first, second = _test(folder, kept, left), _test(folder, kept, left)
            return lambda one: first(one) or second(one)
    return _among(kept, name, left) or _like(name, left)


def _among(kept: Sequence[Kept], name: str, left: list[Item]) -> Test | None:
    """By number or by UID."""
    if name != "UID" and name[:1] not in set("*0123456789"):
        return None
    is_by_uid = name == "UID"
    uids = {one.uid for one in chosen(kept, text(_next(left)) if is_by_uid else name, by_uid=is_by_uid)}
    return lambda one: one.uid in uids


def _like(name: str, left: list[Item]) -> Test:
    match name:
        case "SINCE" | "BEFORE" | "ON":
            return _on_days(name, left)
        case "LARGER" | "SMALLER":
            return _of_size(name, left)
        case "FROM" | "TO" | "SUBJECT":
            return _with_header(name, text(_next(left)))
        case "HEADER":
            return _with_header(text(_next(left)), text(_next(left)))
    raise BadCommand(f"This server cannot search for {name}")


def _next(left: list[Item]) -> Item:
    if not left:
        raise BadCommand("The search ends too early")
    return left.pop(0)


def _on_days(name: str, left: list[Item]) -> Test:
    """By the day on which the mail came here: the time of day does not count (RFC 3501, 6.4.4)."""
    asked = day(_next(left))
    if name == "SINCE":
        return lambda one: one.mail.received_at.date() >= asked
    if name == "BEFORE":
        return lambda one: one.mail.received_at.date() < asked
    return lambda one: one.mail.received_at.date() == asked


def _of_size(name: str, left: list[Item]) -> Test:
    said = text(_next(left))
    if not said.isdigit():
        raise BadCommand("A size was expected")
    size = int(said)
    if name == "LARGER":
        return lambda one: len(one.mail.content) > size
    return lambda one: len(one.mail.content) < size


def _with_header(name: str, words: str) -> Test:
    def holds(one: Kept) -> bool:
        values = one.mail.message.get_all(name, [])
        return any(words.casefold() in str(value).casefold() for value in values)

    return holds
