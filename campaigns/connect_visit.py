"""What a link's page offers: whose it is, what is connected or renewed, and the ways to do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.account import Account, Credential, How, ImapServer, Service
from campaigns.account_port import Ticket
from campaigns.connect_links import digest
from campaigns.consent_port import Consent, Permission
from campaigns.errors import StateError

GOOGLE, MICROSOFT = "google", "microsoft"
PROVIDERS: Mapping[Service, tuple[str, ...]] = {
    Service.GMAIL: (GOOGLE,),
    Service.GOOGLE_CALENDAR: (GOOGLE,),
    Service.MICROSOFT_365: (MICROSOFT,),
    Service.SMTP: (GOOGLE, MICROSOFT),
}
SERVICE_KEYS = frozenset({Service.GMAIL, Service.GOOGLE_CALENDAR})


@dataclass(frozen=True, slots=True)
class Way:
    """A provider's page, and what it will ask for; ``reading``, if that is allowed too (None: cannot be)."""

    provider: str
    permissions: tuple[Permission, ...]
    reading: Permission | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """``account`` is the one to renew, with the credential it has; None: a new one is connected.

    ``by_mail``: the link stood in an alert mail, which whoever reads that mailbox may open. So it lets
    nobody change where mail goes, or use the key of a whole organization.
    """

    ticket: Ticket
    account: Account | None
    ways: tuple[Way, ...]
    credential: Credential | None = field(default=None, repr=False)
    by_mail: bool = False
    is_admin: bool = False

    @property
    def service(self) -> Service:
        return self.ticket.service

    @property
    def permissions(self) -> tuple[Permission, ...]:
        return self.ways[0].permissions if self.ways else ()

    @property
    def takes_password(self) -> bool:
        if self.service is not Service.SMTP:
            return False
        return not self.by_mail or (self.credential is not None and self.credential.how is How.PASSWORD)

    @property
    def takes_service_key(self) -> bool:
        return self.is_admin and not self.by_mail and self.service in SERVICE_KEYS

    def takes_service_key_for(self, service: Service) -> bool:
        """A new account may be the other one of Google's; a renewal stays what it is."""
        return self.takes_service_key and (
            service is self.service or (self.account is None and service in SERVICE_KEYS)
        )

    @property
    def reads(self) -> bool:
        """Whether answers are read now: what a renewal begins with."""
        return self.credential is not None and self.credential.reads

    def wants_reading(self, form: Mapping[str, str]) -> bool:
        """A link from a mail changes nothing about what is allowed."""
        return self.reads if self.by_mail else bool(form.get("reads"))

    def is_for(self, address: str) -> bool:
        """A renewal is for one address, anything else for any."""
        return self.account is None or self.account.address.casefold() == address.casefold()

    @property
    def asks_password_only(self) -> bool:
        return self.takes_password and self.by_mail

    def way(self, provider: str) -> Way:
        """That provider's, or the only one. Raises StateError."""
        for way in self.ways:
            if way.provider == provider or (not provider and len(self.ways) == 1):
                return way
        raise StateError(
            "This link does not lead to that provider.",
            hint="Nothing was changed. Go back to the page of the link, or ask for a new one in Slack.",
        )

    def filled_in(self, form: Mapping[str, str]) -> Mapping[str, str]:
        """``form`` as it counts: of a mail's link the password, of a renewal also everything else."""
        if self.account is None:
            return form
        known = self.known_values()
        if self.asks_password_only:
            # The mailbox's own password, if it has one, is not asked for and not sent anywhere else.
            imap = self.credential.imap if self.credential else None
            return {
                **known,
                "password": form.get("password", ""),
                "imap_password": imap.secret if imap else "",
            }
        return {**form, "from": self.account.address}

    def known_values(self) -> dict[str, str]:
        """What the form shows before anything is typed."""
        known: dict[str, str] = {}
        if self.account is not None:
            known = {"from": self.account.address, "name": self.account.label, "user": self.account.address}
        if self.credential is not None and self.credential.how is How.PASSWORD:
            known |= {
                "host": self.credential.host,
                "port": str(self.credential.port),
                "security": self.credential.security,
                "user": self.credential.user,
            }
            known |= _known_imap(self.credential.imap)
        if self.reads:
            known["reads"] = "yes"
        return known

    def name_of_tries(self, key: str) -> str:
        """By what wrong passwords are counted: every link to renew the same account is one."""
        return f"account {self.account.id}" if self.account is not None else digest(key)


def _known_imap(imap: ImapServer | None) -> dict[str, str]:
    if imap is None:
        return {}
    return {
        "imap_host": imap.host,
        "imap_port": str(imap.port),
        "imap_security": imap.security,
        "imap_user": imap.user,
    }


def ways_in(service: Service, consents: Mapping[str, Consent]) -> tuple[Way, ...]:
    """The providers' pages by which ``service`` can be connected, as far as the settings name them."""
    return tuple(
        Way(provider, consents[provider].permissions(service), consents[provider].reading(service))
        for provider in PROVIDERS[service]
        if provider in consents
    )
