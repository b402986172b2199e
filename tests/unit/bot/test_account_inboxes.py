"""Each account's inbox, over the stand-ins of its provider, where reading was allowed and nowhere else."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.account_inboxes import AccountInboxes
from campaigns.account import Account, Credential, How, ImapServer, Service
from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, READ_MAIL, SEND_MAIL
from mailers.imap_account import parse_imap_url
from playground.google_stand_in import GoogleStandIn
from playground.imap_server import ImapServer as ImapStandIn
from playground.mailbox import Mailbox
from playground.microsoft_stand_in import MicrosoftStandIn
from storage.memory import MemoryStore
from tests.contract.inbox_suite import mail
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, GRANTED
from tests.unit.bot.test_account_mailers import connected, consent, mailers_of, providers_of

PASSWORD = "pw-of-ann"
NOW = datetime.now(UTC)
SINCE = NOW - timedelta(minutes=1)


@pytest.fixture
def google():
    with GoogleStandIn(lambda *_: None, accounts=[ANN], is_tls=True) as stand_in:
        stand_in.mail.put(ANN, mail(1), NOW)
        yield stand_in


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        stand_in.mail.put(ANN, mail(1), NOW)
        yield stand_in


@pytest.fixture
def imap():
    with ImapStandIn(Mailbox(username=ANN, password=PASSWORD, own_address=ANN)) as server:
        server.folder.put(mail(1), NOW)
        yield server


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def made():
    everything = []
    yield everything
    for one in everything:
        one.close()


def inboxes_of(made, store, stand_in=None, **more):
    made.append(AccountInboxes(store, providers_of(stand_in), **more))
    return made[-1]


def near(imap, **more):
    return ImapServer("127.0.0.1", imap.port, "plain", **more)


def typed(imap, **more):
    """What the connect page keeps of a mail server with its mailbox."""
    return Credential(
        How.PASSWORD, PASSWORD, "", ANN, "127.0.0.1", 1, "plain", reads=True, imap=near(imap, **more)
    )


def look(inbox):
    return list(inbox.fetch("", since=SINCE, limit=10).mails)


def test_gmail_is_read_where_that_was_allowed(google, store, made):
    credential = replace(consent(google, SEND_MAIL, READ_MAIL), reads=True)
    account = connected(store, Service.GMAIL, credential)
    assert look(inboxes_of(made, store, google).for_account(account)) == [mail(1)]


def test_microsoft_365_is_read_where_that_was_allowed(microsoft, store, made):
    credential = replace(consent(microsoft, *GRANTED, "Mail.Read"), reads=True)
    account = connected(store, Service.MICROSOFT_365, credential)
    assert look(inboxes_of(made, store, microsoft).for_account(account)) == [mail(1)]


def test_reading_and_sending_at_microsoft_each_hold_a_good_token(microsoft, store, made):
    """Each access token brings a newer refresh token; the older one of the other stays good."""
    credential = replace(consent(microsoft, *GRANTED, "Mail.Read"), reads=True)
    account = connected(store, Service.MICROSOFT_365, credential)
    inbox = inboxes_of(made, store, microsoft).for_account(account)
    mailer = mailers_of(made, store, microsoft).for_account(account)
    for _ in range(2):
        assert look(inbox) == [mail(1)]
        mailer.check()


def test_a_mail_server_is_read_with_the_login_for_sending_or_one_of_its_own(imap, store, made):
    account = connected(store, Service.SMTP, typed(imap))
    inboxes = inboxes_of(made, store)
    assert look(inboxes.for_account(account)) == [mail(1)]
    own = replace(typed(imap, user=ANN, secret=PASSWORD), user="apikey", secret="of the relay")
    renewed = connected(store, Service.SMTP, own)
    assert look(inboxes.for_account(renewed)) == [mail(1)]


def test_imap_by_a_token_of_the_providers(google, store, made):
    mailbox = Mailbox(username=ANN, password="unused", own_address=ANN)
    with ImapStandIn(mailbox, is_good_token=lambda token: bool(google.tokens.access(token))) as server:
        server.folder.put(mail(1), NOW)
        credential = replace(consent(google, FULL_MAIL), reads=True, imap=near(server))
        account = connected(store, Service.SMTP, credential)
        assert look(inboxes_of(made, store, google).for_account(account)) == [mail(1)]


def test_a_service_account_reads_with_the_one_scope_for_it(google, store, made):
    google.service.delegated = {SEND_MAIL, READ_MAIL}
    key = json.dumps(google.service_account_info)
    account = connected(store, Service.GMAIL, Credential(How.SERVICE_KEY, key, "google", ANN, reads=True))
    assert look(inboxes_of(made, store, google).for_account(account)) == [mail(1)]


def test_a_calendar_is_read_once_it_has_been_made(google, store, made):
    """It is made at the first invite, while the inbox is open already."""
    account = connected(store, Service.GOOGLE_CALENDAR, consent(google, OWN_CALENDARS))
    inboxes = inboxes_of(made, store, google)
    assert inboxes.for_account(account).fetch("", since=SINCE, limit=10).answers == ()
    mailers_of(made, store, google).for_account(account).send(letter())
    (answer,) = inboxes.for_account(account).fetch("", since=SINCE, limit=10).answers
    assert (answer.uid, answer.address, answer.answer) == (letter().invite.uid, letter().recipient, None)


@pytest.mark.parametrize("service", [Service.GMAIL, Service.SMTP, Service.MICROSOFT_365])
def test_without_permission_nothing_is_opened(google, store, made, service):
    account = connected(store, service, consent(google, SEND_MAIL))
    assert inboxes_of(made, store, google).for_account(account) is None


def test_a_permission_that_was_taken_back_keeps_nobody_from_sending(google, store, made):
    credential = replace(consent(google, SEND_MAIL), reads=True)
    account = connected(store, Service.GMAIL, credential)
    with pytest.raises(NoAccess):
        look(inboxes_of(made, store, google).for_account(account))
    mailers_of(made, store, google).for_account(account).check()


def test_it_stays_open_until_the_account_is_renewed(imap, store, made):
    account = connected(store, Service.SMTP, typed(imap))
    inboxes = inboxes_of(made, store)
    first = inboxes.for_account(account)
    assert inboxes.for_account(account) is first
    renewed = connected(store, Service.SMTP, typed(imap))
    assert inboxes.for_account(account) is not first
    assert renewed.version == account.version + 1


def test_a_disconnected_account_is_not_read(imap, store, made):
    account = connected(store, Service.SMTP, typed(imap))
    inboxes = inboxes_of(made, store)
    assert inboxes.for_account(account)
    with store.writing() as work:
        work.accounts.forget_credential(account.id)
    assert inboxes.for_account(account) is None


def test_the_account_of_the_settings_is_read_where_they_say(imap, store, made):
    account = Account(1, "smtp", ANN, "Ann")
    assert inboxes_of(made, store).for_account(account) is None
    where = parse_imap_url(f"imap://ann%40acme.example:{PASSWORD}@127.0.0.1:{imap.port}")
    assert look(inboxes_of(made, store, of_settings=where).for_account(account)) == [mail(1)]


def test_a_login_is_not_said_in_clear(store, made):
    credential = replace(
        Credential(How.PASSWORD, PASSWORD, "", ANN, "smtp.example.com", 587, "starttls", reads=True),
        imap=ImapServer("imap.example.com", 143, "plain"),
    )
    account = connected(store, Service.SMTP, credential)
    with pytest.raises(Misconfigured, match="in clear"):
        inboxes_of(made, store).for_account(account)


def test_a_try_opens_the_mailbox_and_keeps_nothing(imap, store, made):
    inboxes = inboxes_of(made, store)
    draft = Account(0, "smtp", ANN, "Ann", workspace="T1", connected_by="U1")
    inboxes.ring(draft, typed(imap))
    assert imap.commands[-1] == "LOGOUT"
    with pytest.raises(NoAccess):
        inboxes.ring(draft, replace(typed(imap), secret="wrong"))
    imap.stop()
    with pytest.raises(Busy):
        inboxes.ring(draft, typed(imap))
    with store.reading() as work:
        assert work.accounts.all() == []
