"""Email services: whose mailbox or calendar invites leave from, how it is entered, and what it may send."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Service(StrEnum):
    """What a person connects."""

    SMTP = "smtp"
    GMAIL = "gmail"
    GOOGLE_CALENDAR = "google-calendar"
    MICROSOFT_365 = "microsoft365"


class AccountState(StrEnum):
    READY = "ready"
    NEEDS_RENEWAL = "needs_renewal"  # the provider refuses its token or password: a person has to renew it
    DISCONNECTED = "disconnected"  # nothing is sent from it; its campaigns stay


class How(StrEnum):
    """How an account is entered."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a secret
    CONSENT = "consent"  # a person allowed it on the provider's page
    SERVICE_KEY = "service_key"  # a Workspace service account with domain-wide delegation


@dataclass(frozen=True, slots=True)
class Credential:
    """What opens an account. ``secret`` is the password, the refresh token, or the whole JSON key.

    ``provider`` is whose tokens they are, ``google`` or ``microsoft``; '' with a password. ``user`` is the
    login, or for a service key whom it acts for. ``holder`` is who allowed it, by ids that their provider
    gives to nobody else and never changes; '' where only the address is known. ``host``, ``port`` and
    ``security`` (a value of ``mailers.server_url.Security``) are of SMTP only. ``reads``: its person allowed
    reading answers and bounces too. ``imap`` is where that is, for an account whose mail is read over IMAP.
    ``quota_key`` asks the provider what the account may send, where its login cannot.
    """

    how: How
    secret: str = field(repr=False)
    provider: str = ""
    user: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    scopes: tuple[str, ...] = ()
    reads: bool = False
    imap: "ImapServer | None" = None
    quota_key: "QuotaKey | None" = field(default=None, repr=False)
    holder: str = ""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where an account's incoming mail is. ``user`` and ``secret`` are '' if they are those for sending."""

    host: str
    port: int
    security: str
    user: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class QuotaKey:
    """An access key of Amazon's that may ask what an SES account may send, and need not be allowed more."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownQuota:
    """What the provider last said that an account may send. None means no limit.

    ``others`` of the sends that it counted in the 24 hours before ``asked_at`` are not in our own book.
    ``trouble`` says why it cannot be asked now, '' if it can: the numbers are the last known then, and
    ``asked_at`` is None if there never were any.
    """

    per_day: int | None = None
    per_second: int | None = None
    others: int = 0
    asked_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What a person may change about an account. None means no limit.

    ``reserve`` invites of ``per_day`` are kept free for the person's own mail. The brake pauses a run after
    ``brake_refusals`` equal refusals in a row that speak of the sender, and when more than ``brake_percent``
    of the latest invites (at most 200, five at least) failed or are unsure. ``is_shared``: everybody in the
    workspace may send from it.
    """

    per_minute: int | None
    per_day: int | None
    reserve: int
    brake_refusals: int
    brake_percent: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Whose mailbox or calendar invites leave from, and what it may send. None means no limit.

    ``workspace`` is '' for the account of the bot's settings, which everybody may send from; others belong
    to ``connected_by``. ``version`` rises with every new credential and every disconnect.
    ``token_ends_at`` is when access ends unless it is renewed, where that is known. ``calendar_id`` is what
    is noted of the bot's own calendar (see ``calendar_note``). ``quota`` is what the provider itself says,
    where it is asked; it counts as long as a person has set no limit. ``book`` is where its sends are counted
    (see ``mailbox_book``); the store says it, and for the account of the settings who keeps it. For the other
    limits see ``AccountSettings``.
    """

    id: int
    kind: str
    address: str
    label: str
    per_minute: int | None = None
    per_day: int | None = None
    connections: int = 1
    workspace: str = ""
    connected_by: str = ""
    state: AccountState = AccountState.READY
    version: int = 0
    token_ends_at: datetime | None = None
    calendar_id: str = ""
    reserve: int = 0
    brake_refusals: int = 5
    brake_percent: int = 25
    is_shared: bool = False
    quota: KnownQuota | None = None
    closed_until: datetime | None = None
    closed_cause: str = ""
    book: str = field(default="", compare=False)

    @property
    def day_limit(self) -> int | None:
        """What it may send in 24 hours: what a person has set, or else what its provider says."""
        return self.per_day if self.per_day is not None or self.quota is None else self.quota.per_day

    @property
    def ends_unused(self) -> bool:
        """``token_ends_at`` comes only if nobody uses the access until then: each use puts it off again."""
        return self.kind == Service.MICROSOFT_365

    @property
    def is_current(self) -> bool:
        """Whether campaigns may still be made with it."""
        return self.state is not AccountState.DISCONNECTED

    @property
    def is_of_settings(self) -> bool:
        """Set up by the admin in the bot's settings, and renewed there."""
        return not self.workspace
