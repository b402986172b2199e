"""What becomes of the access at the provider, which is asked until it answers, whatever happens between."""

from datetime import timedelta

import pytest

from campaigns.account import Credential, How, Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.errors import Busy
from campaigns.parting import ASKED_FOR, Parting, Revoking
from tests.fakes.connect_scene import OLGA, ConnectScene

HOUR = timedelta(hours=1)


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def google(scene):
    """Google, which answers nobody until ``is_away`` is no more."""
    consent = scene.consents["google"]
    answers = consent.revoke
    consent.is_away = True

    def revoke(credential):
        if consent.is_away:
            raise Busy("Google did not answer", evidence="503")
        answers(credential)

    consent.revoke = revoke
    return consent


@pytest.fixture
def disconnect(scene):
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)
    return lambda account: desk.disconnect(OLGA, account.id)[1]


def ask_all(scene):
    """As after a start of the bot: nothing is known but what the store knows."""
    return Revoking(scene.store, scene.clock, scene.consents).ask_all()


def owed(scene):
    with scene.store.reading() as work:
        return [one.account_id for one in work.accounts.owed()]


def entered(scene, credential):
    account = scene.connected_smtp()
    with scene.store.writing() as work:
        return work.accounts.keep_credential(account.id, credential, None)


@pytest.mark.parametrize(
    ("credential", "parting"),
    [
        (Credential(How.CONSENT, "t", "google"), Parting.TAKEN_BACK),
        (Credential(How.CONSENT, "t", "microsoft"), Parting.STAYS_AT_MICROSOFT),
        (Credential(How.PASSWORD, "p"), Parting.PASSWORD_STAYS),
        (Credential(How.SERVICE_KEY, "{}", "google"), Parting.KEY_STAYS),
    ],
)
def test_the_question_promises_what_then_happens(scene, disconnect, credential, parting):
    account = entered(scene, credential)
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)
    assert desk.view(OLGA, account.id).parting is parting
    assert disconnect(account) is parting
    assert owed(scene) == []


def test_a_bot_that_has_no_app_at_google_any_more_cannot_ask_it(scene, disconnect):
    account = scene.connected()
    del scene.consents["google"]
    assert disconnect(account) is Parting.STAYS_AT_GOOGLE
    assert owed(scene) == []


def test_a_provider_that_did_not_answer_is_asked_again_until_it_does(scene, google, disconnect, caplog):
    assert disconnect(scene.connected()) is Parting.OWED
    assert [(one.message, one.cause) for one in caplog.records if "taken_back" in one.message] == [
        ("access_not_taken_back_yet", "Google did not answer")
    ]
    assert ask_all(scene) == 1
    google.is_away = False
    assert ask_all(scene) == 1
    assert google.revoked == ["canary-refresh-olga@acme.example.com"]
    assert ask_all(scene) == 0


def test_a_bot_that_dies_before_it_asks_has_it_asked_after_the_start(scene, google, disconnect):
    def die(_):
        raise KeyboardInterrupt

    account = scene.connected()
    answers, google.revoke, google.is_away = google.revoke, die, False
    with pytest.raises(KeyboardInterrupt):
        disconnect(account)
    google.revoke = answers
    ask_all(scene)
    assert google.revoked == ["canary-refresh-olga@acme.example.com"]


def test_after_a_week_it_is_forgotten_and_the_log_says_so(scene, google, disconnect, caplog):
    disconnect(scene.connected())
    scene.clock.advance(ASKED_FOR)
    ask_all(scene)
    assert owed(scene) != []
    scene.clock.advance(HOUR)
    ask_all(scene)
    assert owed(scene) == []
    assert "access_not_taken_back" in [record.message for record in caplog.records]
    assert google.revoked == []


@pytest.mark.parametrize("service", [Service.GMAIL, Service.GOOGLE_CALENDAR])
def test_whoever_has_connected_the_address_again_keeps_the_access(scene, google, disconnect, service):
    """Google would take back what was allowed since, too."""
    disconnect(scene.connected())
    again = scene.connected(service=service)
    google.is_away = False
    ask_all(scene)
    assert google.revoked == []
    assert owed(scene) == []
    assert scene.credential(again) is not None


def test_one_provider_that_is_away_holds_up_no_other_account(scene, google, disconnect):
    disconnect(scene.connected())
    disconnect(scene.connected(address="olga.too@acme.example.com"))
    first = "canary-refresh-olga@acme.example.com"
    answers, google.is_away = google.revoke, False

    def only_the_second(credential):
        if credential.secret == first:
            raise Busy("Google did not answer")
        answers(credential)

    google.revoke = only_the_second
    ask_all(scene)
    assert google.revoked == ["canary-refresh-olga.too@acme.example.com"]
    assert len(owed(scene)) == 1
