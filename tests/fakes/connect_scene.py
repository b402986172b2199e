"""Connect pages over the store in memory, with a provider and a mail server that do as they are told."""

import hashlib
import hmac
import itertools
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

from campaigns.account import Account, Credential, How, Service
from campaigns.connecting import Connecting
from campaigns.consent_port import Granted, Permission
from campaigns.errors import NoAccess
from campaigns.provider_quota import ProviderQuota
from campaigns.roles import Actor
from handlers.connect_pages import Who, make_connect_pages
from handlers.http import make_flask
from storage.memory import MemoryStore
from tests.fakes.campaigns import QuietAlarm
from tests.fakes.clocks import HandClock

OLGA = Actor("T1", "UOLGA")
PAUL = Actor("T1", "UPAUL")
ADMIN = Actor("T1", "UADMIN", is_admin=True)
GUEST = Actor("T1", "UGUEST", is_guest=True)
ELSEWHERE = Actor("T2", "UELSE", is_admin=True)
PUBLIC_URL = "https://invites.example.com"
ADDRESS = "olga@acme.example.com"
PASSWORD = "canary-Pa55word"
NEW_PASSWORD = "canary-newer-Pa55word"
KEY = (
    '{"type": "service_account", "client_email": "bot@project.iam.gserviceaccount.com", "private_key": '
    '"-----BEGIN PRIVATE KEY-----canary-key", "token_uri": "https://evil.example/token"}'
)
SMTP_FORM = {
    "how": "password",
    "host": "smtp.acme.example.com",
    "port": "587",
    "user": ADDRESS,
    "password": PASSWORD,
    "from": "",
    "name": "Olga",
}


class FakeConsent:
    """A provider whose code is the address that signs in."""

    def __init__(self, provider):
        self.provider = provider
        self.granted, self.revoked = [], []
        self.unticks_reading = False
        self.ends_at = None
        self.host = f"smtp.{provider}.example"

    def permissions(self, service):
        return (Permission(f"scope.{service.value}", f"To send by {service.value}."),)

    def reading(self, service):
        if service is Service.GOOGLE_CALENDAR:
            return None
        return Permission(f"scope.read.{service.value}", f"To read what comes back by {service.value}.")

    def page(self, service, *, state, verifier, address="", reads=False):
        digest = hashlib.sha256(verifier.encode()).hexdigest()
        more = "&reads=yes" if reads else ""
        return f"https://{self.provider}.example/allow?state={state}&challenge={digest}&hint={address}{more}"

    def accept(self, service, *, code, verifier, reads=False):
        self.granted.append((service, code, verifier))
        host = self.host if service is Service.SMTP else ""
        credential = Credential(
            How.CONSENT,
            f"canary-refresh-{code}",
            provider=self.provider,
            user=code,
            host=host,
            reads=reads and not self.unticks_reading,
        )
        return Granted(code, credential, self.ends_at)

    def revoke(self, credential):
        self.revoked.append(credential.secret)


class FakeDoorbell:
    """Lets in whoever has one of ``opens``; raises ``trouble`` first, if there is any."""

    def __init__(self):
        self.opens, self.rung, self.trouble = {PASSWORD}, [], None
        self.says, self.asked = ProviderQuota(50_000, 14, 1_240), []

    def ring(self, account, credential):
        self.rung.append((account, credential))
        if self.trouble is not None:
            raise self.trouble
        if credential.how is How.PASSWORD and credential.secret not in self.opens:
            raise NoAccess("The server refused the login", evidence=f"535 {credential.secret}")

    def quota(self, credential):
        """``says``, or raises it if it is a fault."""
        self.asked.append(credential.quota_key)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass(frozen=True)
class Limits:
    per_minute: int | None = None
    per_day: int | None = 500
    connections: int = 1


class ConnectScene:
    """People, links, browsers. Every browser has cookies of its own."""

    def __init__(self, public_url=PUBLIC_URL, providers=("google", "microsoft"), limits=lambda *_: Limits()):
        self.store, self.clock, self.alarm = MemoryStore(), HandClock(), QuietAlarm()
        self.consents = {name: FakeConsent(name) for name in providers}
        self.doorbell, numbers = FakeDoorbell(), itertools.count()
        self.mailbox_bell = FakeDoorbell()
        self.public_url = public_url
        self.connecting = Connecting(
            self.store,
            self.clock,
            self.alarm,
            consents=self.consents,
            doorbell=self.doorbell,
            mailbox_bell=self.mailbox_bell,
            draw=lambda: hashlib.sha256(f"draw {next(numbers)}".encode()).hexdigest(),
            signs=[lambda text: hmac.new(b"key", text.encode(), "sha256").hexdigest()],
            public_url=public_url,
            limits=limits,
        )
        self.flask = make_flask(
            None,
            pages=[make_connect_pages(self.connecting, names=lambda w, u: Who(f"{u} Smith", f"{w} & Sons"))],
        )

    def browser(self):
        return Browser(self.flask, self.public_url)

    def link(self, actor=OLGA, service=Service.GMAIL, account_id=None):
        return self.connecting.link(actor, service, account_id)

    def connected(self, actor=OLGA, service=Service.GMAIL, address=ADDRESS):
        """An account that a person has connected, by the same steps."""
        browser = self.browser()
        there = browser.consent(self.link(actor, service))
        assert browser.back(there, address).status_code == 200
        return next(one for one in self.accounts() if one.address == address and one.kind == service)

    def connected_smtp(self, actor=OLGA, **fields):
        browser, link = self.browser(), self.link(actor, Service.SMTP)
        browser.open(link)
        assert browser.post(link, SMTP_FORM | fields).status_code == 200
        return self.accounts()[-1]

    def accounts(self):
        with self.store.reading() as work:
            return work.accounts.all()

    def credential(self, account):
        with self.store.reading() as work:
            return work.accounts.credential(account.id)

    def account_of_settings(self):
        with self.store.writing() as work:
            return work.accounts.upsert(Account(0, "smtp", "out@acme.example.com", "Out"))

    def wait_minutes(self, minutes):
        self.clock.advance(timedelta(minutes=minutes))


class Browser:
    """Sends what a browser sends; ``sent`` overrides its headers."""

    def __init__(self, flask, public_url):
        self.client, self.origin = flask.test_client(), public_url
        self.pages = []

    def open(self, url):
        return self._kept(self.client.get(url, base_url=self.origin))

    def post(self, url, form, sent=None):
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"} if sent is None else sent
        return self._kept(self.client.post(url, data=form, headers=headers, base_url=self.origin))

    def consent(self, link, provider="", **more):
        """Opens the link and presses Continue; where that leads."""
        assert self.open(link).status_code == 200
        answer = self.post(link, {"how": "consent", "provider": provider} | more)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def back(self, there, address, **said):
        """The provider sends the browser back."""
        state = parse_qs(urlsplit(there).query)["state"][0]
        query = {"state": state, "code": address} | said
        return self._kept(self.client.get("/connect/callback", query_string=query, base_url=self.origin))

    def _kept(self, answer):
        self.pages.append(answer)
        return answer


def words(answer):
    """What a person reads on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def refused(answer, status, *said):
    """The page has this status, and says all of ``said``."""
    assert answer.status_code == status
    text = words(answer)
    assert all(one in text for one in said), text


def shared(scene, account):
    """``account``, open to the whole workspace."""
    with scene.store.writing() as work:
        work.ledger.accounts.put(replace(account, is_shared=True))
