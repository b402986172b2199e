"""One connection of an IMAP4rev1 server (RFC 3501), strict about the language, over one folder."""

import ssl
import time
from collections.abc import Callable, Sequence

from playground.imap_faults import ImapFaults
from playground.imap_fetch import fetched, wanted
from playground.imap_folder import ImapFolder, Kept, chosen
from playground.imap_login import Denied, Login
from playground.imap_search import found
from playground.imap_wire import Garbled, HungUp, Wire
from playground.imap_words import BadCommand, Item, Word, atom, items_of, text

_LOOK = 0.05
_NEVER = {"APPEND", "CLOSE", "COPY", "CREATE", "DELETE", "EXPUNGE", "MOVE", "RENAME", "STORE"}
_WITH_FOLDER = {"FETCH", "SEARCH", "IDLE", "UNSELECT", "CHECK"}
_LOGINS = {"LOGIN", "AUTHENTICATE"}


class No(Exception):
    """NO: understood, and not done; the text says why."""


class Session:
    """``log`` is told every command by its name, before it is carried out."""

    def __init__(
        self, wire: Wire, folder: ImapFolder, faults: ImapFaults, login: Login, log: Callable[[str], None]
    ) -> None:
        self._wire = wire
        self._folder = folder
        self._faults = faults
        self._login = login
        self._log = log
        self._view: list[Kept] | None = None
        """The mails of the selected folder as this client was told of them."""
        self._is_read_only = True
        self._validity = 0
        self._is_over = False

    def run(self, tls: ssl.SSLContext | None) -> None:
        """Until the client has gone, or was sent away; with ``tls`` from the first byte."""
        try:
            if tls:
                self._wire.start_tls(tls)
            if refused := self._faults.refusal("GREETING"):
                self._wire.say(f"* BYE {refused}\r\n".encode())
                return
            self._wire.say(f"* OK [CAPABILITY {self._capabilities}] playground mailbox ready\r\n".encode())
            while not self._is_over:
                self._one(self._wire.command())
        except Garbled as error:
            self._part(f"* BAD {error}\r\n")
        except HungUp:
            pass
        finally:
            self._wire.hang_up()

    def _part(self, words: str) -> None:
        try:
            self._wire.say(words.encode())
        except HungUp:
            self._is_over = True

    @property
    def _capabilities(self) -> str:
        return " ".join(("IMAP4rev1", *self._login.offers(self._wire), "IDLE", "UNSELECT"))

    def _one(self, pieces: list[bytes]) -> None:
        """One command and all of its answer."""
        tag = pieces[0].split(b" ")[0].decode("ascii", "replace") or "*"
        name = ""
        try:
            items = items_of(pieces)
            tag, name, rest = _command(items)
            self._log(name)
            when = self._faults.drops(name)
            if when == "before":
                raise HungUp
            self._wait()
            answer = self._answer(tag, name, rest)
        except BadCommand as error:
            when, answer = None, f"{tag} BAD {error}\r\n".encode()
        except (No, Denied) as error:
            when, answer = None, f"{tag} NO {error}\r\n".encode()
        if when == "middle":
            self._wire.say(answer[: len(answer) // 2])
            raise HungUp
        self._wire.say(answer)
        if when == "after":
            raise HungUp
        if name == "STARTTLS" and b" OK " in answer:
            self._login.start_tls(self._wire)

    def _wait(self) -> None:
        if self._faults.delay:
            time.sleep(self._faults.delay)

    def _answer(self, tag: str, name: str, rest: Sequence[Item]) -> bytes:
        """All that is said to a command. Raises BadCommand, No, Denied, HungUp."""
        if name != "LOGOUT" and (goodbye := self._goodbye()):
            self._is_over = True
            return f"* BYE {goodbye}\r\n".encode()
        if refused := self._faults.refusal("LOGIN" if name in _LOGINS else name):
            raise No(refused)
        bare = name.removeprefix("UID ")
        if bare in _NEVER:
            raise No("[CANNOT] Nothing is changed here")
        if bare in _WITH_FOLDER and self._view is None:
            raise BadCommand("No folder is open")
        work = self._works.get(name)
        if work is None:
            raise BadCommand(f"{name} is not known here")
        said = work(rest)
        code = ""
        if name in {"SELECT", "EXAMINE"}:
            code = "[READ-ONLY] " if self._is_read_only else "[READ-WRITE] "
        elif name in _LOGINS:
            code = f"[CAPABILITY {self._capabilities}] "
        return said + self._news(bare, name) + f"{tag} OK {code}{name} done\r\n".encode()

    def _goodbye(self) -> str | None:
        if self._faults.is_shutting_down:
            return "The server is shutting down"
        if self._login.is_over():
            return "Session expired, please login again."
        if self._view is not None and self._validity != self._folder.validity:
            return "The folder was made anew"
        return None

    @property
    def _works(self) -> dict[str, Callable[[Sequence[Item]], bytes]]:
        """What may be asked now."""
        works: dict[str, Callable[[Sequence[Item]], bytes]] = {
            "CAPABILITY": lambda rest: _alone(rest, f"* CAPABILITY {self._capabilities}\r\n"),
            "NOOP": lambda rest: _alone(rest, ""),
            "LOGOUT": self._logout,
        }
        if not self._login.is_done:
            works |= {"LOGIN": self._by_password, "AUTHENTICATE": self._by_mechanism}
            return works | (
                {"STARTTLS": lambda rest: _alone(rest, "")} if self._login.has_tls(self._wire) else {}
            )
        return works | {
            "LIST": self._list,
            "SELECT": lambda rest: self._open(rest, is_read_only=False),
            "EXAMINE": lambda rest: self._open(rest, is_read_only=True),
            "UNSELECT": self._unselect,
            "CHECK": lambda rest: _alone(rest, ""),
            "IDLE": self._idle,
            "SEARCH": lambda rest: self._search(rest, by_uid=False),
            "UID SEARCH": lambda rest: self._search(rest, by_uid=True),
            "FETCH": lambda rest: self._fetch(rest, by_uid=False),
            "UID FETCH": lambda rest: self._fetch(rest, by_uid=True),
        }

    # Coming and going

    def _logout(self, rest: Sequence[Item]) -> bytes:
        self._is_over = True
        return _alone(rest, "* BYE Goodbye\r\n")

    def _by_password(self, rest: Sequence[Item]) -> bytes:
        user, password = (text(one) for one in _exactly(rest, 2))
        self._login.by_password(self._wire, user, password)
        return b""

    def _by_mechanism(self, rest: Sequence[Item]) -> bytes:
        if len(rest) not in {1, 2}:
            raise BadCommand("AUTHENTICATE how?")
        first = text(rest[1]).encode() if len(rest) == 2 else None
        self._login.by_mechanism(self._wire, atom(rest[0]), first)
        return b""

    # The folder

    def _list(self, rest: Sequence[Item]) -> bytes:
        _reference, pattern = (text(one) for one in _exactly(rest, 2))
        if not pattern:
            return b'* LIST (\\Noselect) "/" ""\r\n'
        return b'* LIST (\\HasNoChildren) "/" INBOX\r\n' if pattern.upper() in {"*", "%", "INBOX"} else b""

    def _open(self, rest: Sequence[Item], *, is_read_only: bool) -> bytes:
        self._view = None
        [name] = (text(one) for one in _exactly(rest, 1))
        if name.upper() != "INBOX":
            raise No("[NONEXISTENT] There is no such folder")
        self._view, self._is_read_only = self._folder.mails(), is_read_only
        self._validity = self._folder.validity
        keeps = "" if is_read_only else "\\Seen"
        return (
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
            f"* {len(self._view)} EXISTS\r\n* 0 RECENT\r\n"
            f"* OK [PERMANENTFLAGS ({keeps})] Flags that are kept\r\n"
            f"* OK [UIDVALIDITY {self._validity}] UIDs are good while this is the same\r\n"
            f"* OK [UIDNEXT {self._folder.next_uid}] Next UID\r\n"
        ).encode()

    def _unselect(self, rest: Sequence[Item]) -> bytes:
        self._view = None
        return _alone(rest, "")

    def _there(self) -> list[Kept]:
        """What of the view has not been deleted since."""
        left = {one.uid for one in self._folder.mails()}
        return [one for one in self._view or () if one.uid in left]

    def _search(self, rest: Sequence[Item], *, by_uid: bool) -> bytes:
        keys = list(rest)
        if keys and isinstance(keys[0], Word) and keys[0].text.upper() == "CHARSET":
            if len(keys) < 2 or text(keys[1]).upper() not in {"UTF-8", "US-ASCII"}:
                raise No("[BADCHARSET (US-ASCII UTF-8)] This character set is not known here")
            keys = keys[2:]
        hits = found(self._folder, self._there(), keys)
        return "".join(
            ("* SEARCH", *(f" {one.uid if by_uid else one.number}" for one in hits), "\r\n")
        ).encode()

    def _fetch(self, rest: Sequence[Item], *, by_uid: bool) -> bytes:
        names, what = _exactly(rest, 2)
        asked = wanted(what, by_uid=by_uid)
        mails = chosen(self._there(), text(names), by_uid=by_uid)
        return b"".join(fetched(self._folder, one, asked, is_read_only=self._is_read_only) for one in mails)

    def _idle(self, rest: Sequence[Item]) -> bytes:
        """Tells what comes until the client says DONE (RFC 2177)."""
        _alone(rest, "")
        self._wire.say(b"+ idling\r\n")
        while (said := self._wire.line_within(_LOOK)) is None:
            if goodbye := self._goodbye():
                self._part(f"* BYE {goodbye}\r\n")
                raise HungUp
            if news := self._news("IDLE", "IDLE"):
                self._wire.say(news)
        if said.upper() != b"DONE":
            raise BadCommand("DONE was expected")
        return b""

    def _news(self, bare: str, name: str) -> bytes:
        """What has come and gone; numbers may not shift under what goes by number (RFC 3501, 7.4.1)."""
        if self._view is None or (bare == name and bare in {"FETCH", "SEARCH"}):
            return b""
        now = self._folder.mails()
        left = {one.uid for one in now}
        gone = [one.number for one in self._view if one.uid not in left]
        said = "".join(f"* {number} EXPUNGE\r\n" for number in reversed(gone))
        if len(now) > len(self._view) - len(gone):
            said += f"* {len(now)} EXISTS\r\n"
        self._view = now
        return said.encode()


def _command(items: Sequence[Item]) -> tuple[str, str, Sequence[Item]]:
    """Tag, name and the rest. Raises BadCommand."""
    if len(items) < 2:
        raise BadCommand("A command is a tag and a name")
    tag, name, rest = text(items[0]), atom(items[1]), items[2:]
    if name == "UID":
        if not rest:
            raise BadCommand("UID what?")
        return tag, f"UID {atom(rest[0])}", rest[1:]
    return tag, name, rest


def _exactly(rest: Sequence[Item], count: int) -> Sequence[Item]:
    if len(rest) != count:
        raise BadCommand(f"{count} words were expected, {len(rest)} came")
    return rest


def _alone(rest: Sequence[Item], said: str) -> bytes:
    _exactly(rest, 0)
    return said.encode()
