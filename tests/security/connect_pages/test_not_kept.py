"""Access that was granted and is not kept goes back to its provider, unless an account lives on it."""

import pytest

from campaigns.account import Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.errors import Busy, NoAccess
from tests.fakes.connect_scene import ADDRESS, ADMIN, ELSEWHERE, OLGA, PAUL, SMTP_FORM, refused

WRONG = "other@acme.example.com"


@pytest.fixture
def revoked(scene):
    return scene.consents["google"].revoked


def renewal(scene, browser, account):
    return browser.consent(scene.link(OLGA, account_id=account.id), provider="google")


def test_who_signs_in_as_another_mailbox_has_given_nothing(scene, browser, revoked):
    account = scene.connected()
    there = renewal(scene, browser, account)
    refused(browser.back(there, WRONG), 400, "another account than", "Nothing was changed")
    assert revoked == [f"canary-refresh-{WRONG}"]
    assert scene.accounts() == [account]


@pytest.mark.parametrize("actor", [PAUL, ELSEWHERE])
@pytest.mark.parametrize("service", [Service.GMAIL, Service.GOOGLE_CALENDAR])
def test_the_consent_that_anybodys_account_lives_on_is_not_ended_by_it(
    scene, browser, revoked, actor, service
):
    """Google ends all that a person has allowed this bot: also what a colleague's account sends by."""
    account = scene.connected()
    scene.connected(actor, service, WRONG)
    refused(browser.back(renewal(scene, browser, account), WRONG), 400, "another account than")
    assert revoked == []


def test_what_the_mail_server_does_not_let_in_goes_back(scene, browser, revoked):
    scene.doorbell.trouble = NoAccess("SMTP is switched off for this mailbox")
    there = browser.consent(scene.link(service=Service.SMTP), provider="google")
    refused(browser.back(there, ADDRESS), 400, "SMTP is switched off")
    assert revoked == [f"canary-refresh-{ADDRESS}"]


def test_what_the_mail_server_does_not_let_in_ends_nothing_that_sends_by_then(scene, browser, revoked):
    first = scene.browser()
    first.back(first.consent(scene.link(OLGA, Service.SMTP), provider="google"), ADDRESS)
    (account,) = scene.accounts()
    there = renewal(scene, browser, account)
    scene.doorbell.trouble = Busy("The server did not answer")
    refused(browser.back(there, ADDRESS), 400, "did not answer")
    assert revoked == []


def test_what_comes_back_after_a_disconnect_goes_back_too(scene, browser, revoked):
    account = scene.connected()
    there = renewal(scene, browser, account)
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)
    desk.disconnect(ADMIN, account.id)
    revoked.clear()
    refused(browser.back(there, ADDRESS), 410)
    assert revoked == [f"canary-refresh-{ADDRESS}"]


def test_what_a_colleague_has_connected_by_a_password_is_no_reason_to_keep_the_consent(
    scene, browser, revoked
):
    scene.connected_smtp(OLGA, **SMTP_FORM)
    there = browser.consent(scene.link(PAUL, Service.SMTP), provider="google")
    refused(browser.back(there, ADDRESS), 403, "A colleague has connected this address")
    assert revoked == [f"canary-refresh-{ADDRESS}"]


def test_a_provider_that_cannot_be_asked_changes_nothing_in_the_refusal(scene, browser, caplog):
    def busy(_):
        raise Busy("Google did not answer")

    account = scene.connected()
    there = renewal(scene, browser, account)
    scene.consents["google"].revoke = busy
    refused(browser.back(there, WRONG), 400, "another account than", "Google could not be told")
    assert "access_not_taken_back" in caplog.text


def test_what_is_kept_is_not_given_back(scene, browser, revoked):
    account = scene.connected()
    assert browser.back(renewal(scene, browser, account), ADDRESS).status_code == 200
    assert revoked == []


def test_where_the_provider_cannot_be_told_the_person_is(scene, browser):
    account = scene.connected(service=Service.MICROSOFT_365)
    there = browser.consent(scene.link(account_id=account.id))
    refused(browser.back(there, WRONG), 400, "another account than", "myapps.microsoft.com")
