"""One conversation with an IMAP server that only reads: EXAMINE, SEARCH and FETCH, never SELECT or STORE."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from campaigns.errors import Misconfigured
from mailers import imap_faults as faults
from mailers.deadline import TOTAL_SECONDS
from mailers.imap_account import ImapAccount
from mailers.imap_wire import BoundedClient, Patience
from mailers.inbox_faults import odd, untrusted
from mailers.server_url import Security, is_loopback

_INBOX = "INBOX"


class ImapLine:
    """Logged in, with the inbox open to be read. Raises NoAccess, Misconfigured and Busy.

    ``seconds`` is how long the server may take for all that is asked of it between two calls of ``go_on``.
    """

    def __init__(
        self,
        account: ImapAccount,
        context: Callable[[], ssl.SSLContext],
        *,
        token: str = "",
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._account = account
        self._patience = Patience(seconds)
        with _plainly(), self._patience:
            self._client = _open(account, context, self._patience)
            try:
                self._log_in(token)
                self._examine()
            except BaseException:
                _hang_up(self._client)
                raise

    @property
    def validity(self) -> int:
        """UIDVALIDITY: with another one, the numbers of mails mean others."""
        return _number(self._opened.get(b"UIDVALIDITY"))

    @property
    def next_uid(self) -> int:
        """UIDNEXT, 0 if the server does not tell: the next mail gets this number or a higher one."""
        return _number(self._opened.get(b"UIDNEXT"))

    def uids_after(self, uid: int) -> list[int]:
        """Those of mails that came after ``uid``, lowest first."""
        # "13:*" holds the last mail also where its number is lower (RFC 3501, 6.4.8).
        return sorted(one for one in self._search(["UID", f"{uid + 1}:*"]) if one > uid)

    def uids_since(self, day: date) -> list[int]:
        return sorted(self._search(["SINCE", day]))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """In octets; without those that are gone."""
        return {uid: _number(said) for uid, said in self._fetch(uids, "RFC822.SIZE").items()}

    def mails(self, uids: Sequence[int]) -> dict[int, bytes]:
        """As they lie there, their flags as they were; without those that are gone."""
        found = self._fetch(uids, "BODY[]", "BODY.PEEK[]")
        return {uid: said for uid, said in found.items() if isinstance(said, bytes)}

    def go_on(self) -> None:
        """The next page begins."""
        self._patience.renew()

    def close(self) -> None:
        """Take leave."""
        with suppress(IMAPClientError, OSError), self._patience:
            self._client.logout()
            return
        self.drop()

    def drop(self) -> None:
        """Leave without a word: who has just stopped answering is not asked for a good-bye."""
        _hang_up(self._client)

    def _log_in(self, token: str) -> None:
        account = self._account
        try:
            if account.tokens is not None:
                self._client.sasl_login("XOAUTH2", _once(f"user={account.user}\1auth=Bearer {token}\1\1"))
            elif self._client.has_capability("AUTH=PLAIN"):
                self._client.sasl_login("PLAIN", _once(f"\0{account.user}\0{account.password}"))
            else:
                self._client.login(_quoted(account.user), account.password)
        except LoginError as error:
            said = _without(str(error), account.password, token)
            raise faults.of_login(said, has_tokens=account.tokens is not None) from None
        except UnicodeError:
            raise faults.of_login("this server takes plain letters only", has_tokens=False) from None

    def _examine(self) -> None:
        try:
            self._opened: dict[bytes, Any] = self._client.select_folder(_INBOX, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise faults.of_inbox(str(error)) from None

    def _search(self, criteria: list[object]) -> list[int]:
        with _plainly(), self._patience:
            return [int(uid) for uid in self._client.search(criteria)]

    def _fetch(self, uids: Sequence[int], name: str, asked: str = "") -> dict[int, Any]:
        with _plainly(), self._patience:
            said = self._client.fetch(list(uids), [asked or name])
        key = name.encode("ascii")
        return {uid: parts[key] for uid, parts in said.items() if parts.get(key) is not None}


def _open(account: ImapAccount, context: Callable[[], ssl.SSLContext], patience: Patience) -> IMAPClient:
    if account.security is Security.PLAIN and not is_loopback(account.host):
        raise faults.in_clear("")
    is_tls = account.security is Security.TLS
    client = BoundedClient(
        account.host,
        account.port,
        context=context() if is_tls else None,
        patience=patience,
        is_typed=account.is_typed,
    )
    if account.security is Security.STARTTLS:
        try:
            _start_tls(client, context())
        except BaseException:
            _hang_up(client)
            raise
    return client


def _start_tls(client: IMAPClient, context: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        raise faults.in_clear("no STARTTLS")
    client.starttls(context)


def _hang_up(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


@contextmanager
def _plainly() -> Iterator[None]:
    """What the library raises, as the faults of a reader."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise untrusted(error.verify_message) from None
    except ssl.SSLError as error:
        raise faults.dropped(error.reason or "no TLS") from None
    except IMAPClientAbortError as error:
        raise faults.dropped(str(error)) from None
    except IMAPClientError as error:
        raise faults.of_command(str(error)) from None
    except UnicodeError:
        raise Misconfigured("The mail server's name cannot be used") from None
    except (ValueError, LookupError, TypeError):
        # The library trusts a server's numbers to be numbers.
        raise odd() from None
    except OSError as error:
        raise faults.dropped("timed out" if isinstance(error, TimeoutError) else str(error)) from None


def _number(said: object) -> int:
    """0 for what a server gives in the place of a number."""
    return said if isinstance(said, int) else 0


def _once(answer: str) -> Callable[[bytes], bytes]:
    """Answers the first question. Why a token was refused comes as a second one, which wants no more."""
    answers = iter([answer.encode()])
    return lambda _: next(answers, b"")


def _quoted(text: str) -> str:
    """The library quotes the password, and not the user."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without(said: str, *secrets: str) -> str:
    for secret in filter(None, secrets):
        said = said.replace(secret, "<secret>")
    return said
