"""Each account's mailer, over the stand-ins of its provider, with what it brings kept in the store."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.account_mailers import AccountMailers
from bot.account_opening import Providers
from campaigns.account import Account, AccountState, Credential, How, Service
from campaigns.calendar_note import ANEW, GONE
from campaigns.errors import Misconfigured, NoAccess
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, SEND_MAIL
from mailers.smtp_account import parse_smtp_url
from playground.google_stand_in import GoogleStandIn
from playground.mailbox import Mailbox
from playground.microsoft_stand_in import MicrosoftStandIn
from storage.memory import MemoryStore
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, GRANTED, refresh_token
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.fakes.token_mailbox import TokenMailbox

PASSWORD = "pw-of-ann"
PATIENCE = 10.0


@pytest.fixture
def post():
    with Mailbox(username=ANN, password=PASSWORD) as mailbox:
        yield mailbox


@pytest.fixture
def google(post):
    with GoogleStandIn(post.deliver, accounts=[ANN], is_tls=True) as stand_in:
        yield stand_in


@pytest.fixture
def microsoft(post):
    with MicrosoftStandIn(post.deliver, accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def made():
    """Whatever is made with it is closed."""
    everything = []
    yield everything
    for one in everything:
        one.close()


def providers_of(stand_in=None):
    if isinstance(stand_in, GoogleStandIn):
        return Providers(
            google_client_id=stand_in.client.client_id,
            google_client_secret=stand_in.client.client_secret,
            google_url=stand_in.base_url,
            certificate=str(stand_in.certificate),
        )
    if isinstance(stand_in, MicrosoftStandIn):
        return Providers(
            microsoft_client_id=stand_in.client.client_id,
            microsoft_client_secret=stand_in.client.client_secret,
            microsoft_url=stand_in.base_url,
            certificate=str(stand_in.certificate),
        )
    return Providers()


def mailers_of(made, store, stand_in=None, **more):
    made.append(AccountMailers(store, providers_of(stand_in), **more))
    return made[-1]


def connected(store, service, credential):
    """An account of Ann's with this credential, as the connect page leaves it."""
    with store.writing() as work:
        account = work.accounts.upsert(
            Account(0, service, ANN, "Ann", workspace="T1", connected_by="U1", connections=2)
        )
        return work.accounts.keep_credential(account.id, credential, None)


def consent(stand_in, *scopes):
    provider = "google" if isinstance(stand_in, GoogleStandIn) else "microsoft"
    return Credential(How.CONSENT, refresh_token(stand_in, *scopes), provider, ANN)


def password_of(post, secret=PASSWORD):
    return Credential(How.PASSWORD, secret, "", ANN, "127.0.0.1", post.port, "plain")


def kept(store, account):
    with store.reading() as work:
        return work.accounts.credential(account.id)


@pytest.fixture(params=list(Service))
def service_and_stand_in(request):
    name = {"smtp": "post", "microsoft365": "microsoft"}.get(request.param, "google")
    return request.param, request.getfixturevalue(name)


def test_each_service_sends_with_the_credential_that_is_kept(service_and_stand_in, post, store, made):
    service, stand_in = service_and_stand_in
    credential = {
        Service.SMTP: lambda: password_of(post),
        Service.GMAIL: lambda: consent(stand_in, SEND_MAIL),
        Service.GOOGLE_CALENDAR: lambda: consent(stand_in, OWN_CALENDARS),
        Service.MICROSOFT_365: lambda: consent(stand_in, *GRANTED),
    }[service]()
    account = connected(store, service, credential)
    mailer = mailers_of(made, store, stand_in).for_account(account)
    mailer.check()
    mailer.send(letter())
    assert [mail.recipients for mail in post.messages] == [(letter().recipient,)]


def test_smtp_by_a_token_of_the_providers(google, store, made):
    with TokenMailbox(google.tokens.access, username=ANN, password="unused") as mailbox:
        credential = replace(
            consent(google, FULL_MAIL), host="127.0.0.1", port=mailbox.port, security="plain"
        )
        account = connected(store, Service.SMTP, credential)
        mailers_of(made, store, google).for_account(account).send(letter())
        assert len(mailbox) == 1


def test_a_token_can_be_fetched_before_there_is_anything_to_send(service_and_stand_in, post, store, made):
    service, stand_in = service_and_stand_in
    credential = {
        Service.SMTP: lambda: password_of(post),
        Service.GMAIL: lambda: consent(stand_in, SEND_MAIL),
        Service.GOOGLE_CALENDAR: lambda: consent(stand_in, OWN_CALENDARS),
        Service.MICROSOFT_365: lambda: consent(stand_in, *GRANTED),
    }[service]()
    mailer = mailers_of(made, store, stand_in).for_account(connected(store, service, credential))
    assert mailer.is_open is (service is Service.SMTP)
    mailer.open()
    assert mailer.is_open
    mailer.open()
    if service is not Service.SMTP:
        assert len(stand_in.door.calls("token")) == 1
    assert len(post) == 0


def test_a_service_account_goes_to_google_whatever_its_key_file_says(google, store, made):
    google.service.delegated = {SEND_MAIL}
    key_file = google.service_account_info | {"token_uri": "http://127.0.0.1:9/elsewhere"}
    credential = Credential(How.SERVICE_KEY, json.dumps(key_file), "google", ANN)
    account = connected(store, Service.GMAIL, credential)
    mailers_of(made, store, google).for_account(account).check()
    assert google.door.calls("token")


def test_a_newer_refresh_token_of_microsofts_is_kept_and_the_version_stays(microsoft, store, made):
    account = connected(store, Service.MICROSOFT_365, consent(microsoft, *GRANTED))
    before = kept(store, account).secret
    mailers_of(made, store, microsoft).for_account(account).check()
    after = kept(store, account).secret
    assert after != before
    assert microsoft.tokens.refresh(after)
    with store.reading() as work:
        found = work.accounts.get(account.id)
    assert found.version == account.version
    assert found.token_ends_at is not None
    mailers_of(made, store, microsoft).for_account(found).check()  # after a restart: with the one kept


def test_a_token_of_an_older_consent_does_not_replace_the_newer_one(microsoft, store, made):
    account = connected(store, Service.MICROSOFT_365, consent(microsoft, *GRANTED))
    mailers = mailers_of(made, store, microsoft)
    older = mailers.for_account(account)
    newer = consent(microsoft, *GRANTED)
    connected(store, Service.MICROSOFT_365, newer)
    older.check()
    assert kept(store, account).secret == newer.secret


def test_the_calendar_is_made_once_also_over_a_restart(google, store, made):
    account = connected(store, Service.GOOGLE_CALENDAR, consent(google, OWN_CALENDARS))
    mailers_of(made, store, google).for_account(account).send(letter())
    with store.reading() as work:
        again = work.accounts.get(account.id)
    assert [again.calendar_id] == google.calendars.ids
    mailers_of(made, store, google).for_account(again).send(letter("cem@beta.example"))
    assert len(google.calendars.ids) == 1


def test_a_calendar_deleted_at_google_is_made_anew_when_somebody_goes_on(google, store, made):
    account = connected(store, Service.GOOGLE_CALENDAR, consent(google, OWN_CALENDARS))
    mailers = mailers_of(made, store, google)
    mailers.for_account(account).send(letter())
    (gone,) = google.calendars.ids
    del google.calendars._calendars[gone]
    for _ in range(2):
        with pytest.raises(Misconfigured, match="calendar is gone"):
            mailers.for_account(account).send(letter("cem@beta.example"))
    with store.writing() as work:  # as Resume does
        work.accounts.keep_calendar(account.id, ANEW, instead_of=GONE)
    mailers.for_account(account).send(letter("cem@beta.example"))
    (new,) = google.calendars.ids
    assert new != gone
    with store.reading() as work:
        assert work.accounts.get(account.id).calendar_id == new


def test_only_a_calendar_can_be_asked_what_became_of_an_invite(google, post, store, made):
    mailers = mailers_of(made, store, google)
    calendar = mailers.for_account(connected(store, Service.GOOGLE_CALENDAR, consent(google, OWN_CALENDARS)))
    calendar.send(letter())
    assert calendar.find(letter())
    mail = mailers.for_account(connected(store, Service.SMTP, password_of(post)))
    assert not hasattr(mail, "find")


def test_a_mailer_is_kept_until_the_credential_is_renewed(post, store, made):
    mailers = mailers_of(made, store)
    account = connected(store, Service.SMTP, password_of(post, "wrong"))
    first = mailers.for_account(account)
    assert mailers.for_account(account) is first
    with pytest.raises(NoAccess):
        first.check()
    renewed = connected(store, Service.SMTP, password_of(post))
    mailers.for_account(renewed).send(letter())
    # a courier in the middle of its batch still holds the account as it was
    assert mailers.for_account(account) is mailers.for_account(renewed)
    assert len(post) == 1


def test_an_account_uses_as_many_connections_as_it_has_now(store, made):
    with ScriptedSmtp() as server:
        credential = Credential(How.PASSWORD, "", "", "", "127.0.0.1", server.port, "plain")
        mailers, account = mailers_of(made, store), connected(store, Service.SMTP, credential)
        for at_once in (1, 2):
            mailer = mailers.for_account(replace(account, connections=at_once))
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda number: mailer.send(letter(number=number)), range(12)))  # noqa: B023
            assert server.connections <= at_once
        assert len(server.messages) == 24


def test_an_older_mailer_is_closed_once_no_send_uses_it(post, store, made):
    """What is on the wire is settled on the connection it began on."""
    mailers = mailers_of(made, store)
    older = mailers.for_account(connected(store, Service.SMTP, password_of(post)))
    closed = []
    whole = older._close
    older._close = lambda: (closed.append(len(post)), whole())
    post.faults.slow_down(0.1)
    sending = threading.Thread(target=older.send, args=[letter()])
    sending.start()
    post.wait_for(lambda: older._users == 1 or None, PATIENCE)
    mailers.for_account(connected(store, Service.SMTP, password_of(post)))
    assert closed == []
    sending.join(PATIENCE)
    assert closed == [1]


def test_an_account_without_a_credential_has_no_access(store, made):
    with store.writing() as work:
        account = work.accounts.upsert(Account(0, Service.GMAIL, ANN, "Ann", workspace="T1"))
    with pytest.raises(NoAccess) as refused:
        mailers_of(made, store).for_account(account)
    assert "Renew token" in refused.value.hint


def test_a_disconnected_account_sends_nothing_even_to_who_holds_it_as_it_was(post, store, made):
    mailers = mailers_of(made, store)
    account = connected(store, Service.SMTP, password_of(post))
    with store.writing() as work:
        work.accounts.forget_credential(account.id)
    with pytest.raises(Misconfigured) as refused:
        mailers.for_account(account)
    assert "Email services" in refused.value.hint


def test_the_account_of_the_settings_sends_and_one_that_left_them_does_not(post, store, made):
    """Under another address its From would be a lie."""
    url = f"smtp://{ANN.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{post.port}"
    mailers = mailers_of(made, store, of_settings=parse_smtp_url(url))
    mailers.for_account(Account(1, "smtp", ANN, "Acme")).send(letter())
    assert len(post) == 1
    retired = Account(2, "smtp", "old@acme.example", "Acme", state=AccountState.DISCONNECTED)
    with pytest.raises(Misconfigured) as refused:
        mailers.for_account(retired)
    assert "old@acme.example" in refused.value.hint


def test_a_bot_that_google_no_longer_knows_says_what_the_admin_does(google, store, made):
    account = connected(store, Service.GMAIL, consent(google, SEND_MAIL))
    with pytest.raises(Misconfigured) as refused:
        mailers_of(made, store).for_account(account)
    assert "GOOGLE_CLIENT_ID" in refused.value.hint


def test_a_login_never_leaves_this_machine_in_clear(store, made):
    credential = Credential(How.PASSWORD, PASSWORD, "", ANN, "smtp.acme.example", 25, "plain")
    with pytest.raises(Misconfigured, match="in clear"):
        mailers_of(made, store).for_account(connected(store, Service.SMTP, credential))


def test_the_doorbell_keeps_nothing(microsoft, post, store, made):
    mailers = mailers_of(made, store, microsoft)
    account = connected(store, Service.MICROSOFT_365, consent(microsoft, *GRANTED))
    before = kept(store, account)
    mailers.ring(account, consent(microsoft, *GRANTED))
    assert kept(store, account) == before
    plain = Account(0, Service.SMTP, ANN, "Ann", workspace="T1")
    with pytest.raises(NoAccess):
        mailers.ring(plain, password_of(post, "wrong"))
    assert len(post) == 0
