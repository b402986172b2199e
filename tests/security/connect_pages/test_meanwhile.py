"""What was begun before an account was renewed, disconnected or handed on: it changes nothing any more."""

import pytest

from campaigns.account import AccountState, How, Service
from campaigns.accounts_desk import AccountsDesk
from tests.fakes.connect_scene import (
    ADDRESS,
    ADMIN,
    KEY,
    NEW_PASSWORD,
    OLGA,
    PAUL,
    SMTP_FORM,
    refused,
)

OVER = "renewed or disconnected already"
TEAM = "team@acme.example.com"


@pytest.fixture
def desk(scene):
    return AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)


def slack_link(scene, account):
    return scene.link(OLGA, account_id=account.id)


def admins_link(scene, account):
    return scene.link(ADMIN, account_id=account.id)


def mailed_link(scene, account):
    return scene.connecting.renewal_link(account)


any_link = pytest.mark.parametrize("link_to_renew", [slack_link, admins_link, mailed_link])


@any_link
def test_a_disconnect_is_not_undone_by_a_sign_in_that_was_on_its_way(scene, browser, desk, link_to_renew):
    account = scene.connected(OLGA, Service.GMAIL, TEAM)
    there = browser.consent(link_to_renew(scene, account))
    desk.disconnect(ADMIN, account.id)
    refused(browser.back(there, TEAM), 410, OVER)
    assert scene.accounts()[0].state is AccountState.DISCONNECTED
    assert scene.credential(account) is None


@any_link
def test_an_account_that_is_a_colleagues_now_is_not_renewed_by_an_older_sign_in(
    scene, browser, desk, link_to_renew
):
    account = scene.connected(OLGA, Service.GMAIL, TEAM)
    there = browser.consent(link_to_renew(scene, account))
    desk.disconnect(ADMIN, account.id)
    theirs = scene.connected(PAUL, Service.GMAIL, TEAM)
    refused(browser.back(there, TEAM), 410, OVER)
    assert scene.accounts() == [theirs]
    assert (theirs.id, theirs.connected_by) == (account.id, PAUL.user)


@any_link
def test_a_sign_in_that_was_on_its_way_changes_nothing_in_an_account_renewed_meanwhile(
    scene, browser, link_to_renew
):
    """The newer word counts: it may have moved the account to another server, or ended the reading."""
    other = scene.browser()
    other.back(other.consent(scene.link(OLGA, Service.SMTP), provider="google"), ADDRESS)
    (account,) = scene.accounts()
    there = browser.consent(link_to_renew(scene, account), provider="google")
    link = slack_link(scene, account)
    other.open(link)
    assert other.post(link, SMTP_FORM).status_code == 200
    refused(browser.back(there, ADDRESS), 410, OVER)
    assert scene.credential(account).how is How.PASSWORD


@any_link
def test_a_link_that_was_not_opened_yet_is_over_too(scene, browser, desk, link_to_renew):
    account = scene.connected_smtp()
    link = link_to_renew(scene, account)
    assert browser.open(link).status_code == 200
    desk.disconnect(ADMIN, account.id)
    refused(browser.post(link, SMTP_FORM), 410)
    assert scene.accounts()[0].state is AccountState.DISCONNECTED


def test_of_two_tabs_the_first_counts_and_the_other_is_told(scene, browser):
    account = scene.connected(OLGA)
    first, second = (browser.consent(slack_link(scene, account)) for _ in range(2))
    assert browser.back(first, ADDRESS).status_code == 200
    refused(browser.back(second, ADDRESS), 410, OVER, "Ask for a new one in Slack")
    assert [one.version for one in scene.accounts()] == [2]
    assert scene.consents["google"].revoked == []  # it would end what the first tab has just brought


@any_link
def test_a_password_that_is_being_tried_while_the_account_is_disconnected_is_not_kept(
    scene, browser, desk, link_to_renew
):
    account = scene.connected_smtp()
    link = link_to_renew(scene, account)
    browser.open(link)
    while_trying(scene, lambda: desk.disconnect(ADMIN, account.id))
    refused(browser.post(link, SMTP_FORM), 410)
    assert scene.credential(account) is None


def test_a_service_key_that_is_being_tried_while_the_account_becomes_a_colleagues_is_not_kept(
    scene, browser, desk
):
    account = scene.connected(OLGA, Service.GMAIL, TEAM)
    link = admins_link(scene, account)
    browser.open(link)

    def hand_over():
        desk.disconnect(ADMIN, account.id)
        scene.connected(PAUL, Service.GMAIL, TEAM)

    while_trying(scene, hand_over)
    refused(browser.post(link, {"how": "service-key", "key": KEY, "subject": TEAM}), 410, OVER)
    assert scene.credential(account).how is How.CONSENT


def test_what_was_disconnected_is_connected_again_by_whoever_asks_after_it(scene, browser, desk):
    """Only what was begun before is over."""
    account = scene.connected(OLGA)
    desk.disconnect(OLGA, account.id)
    there = browser.consent(slack_link(scene, account))
    assert browser.back(there, ADDRESS).status_code == 200
    assert scene.accounts()[0].state is AccountState.READY


def test_a_new_connection_is_finished_after_a_disconnect_by_who_may_connect_it_again(scene, browser, desk):
    """It is for no account yet, and to begin it anew would be open to the same person."""
    account = scene.connected(OLGA)
    there = browser.consent(scene.link(OLGA))
    desk.disconnect(ADMIN, account.id)
    assert browser.back(there, ADDRESS).status_code == 200
    (again,) = scene.accounts()
    assert (again.id, again.connected_by, again.state) == (account.id, OLGA.user, AccountState.READY)


def test_a_new_connection_that_was_begun_before_a_colleagues_takes_nothing_over(scene, browser, desk):
    account = scene.connected(OLGA, Service.GMAIL, TEAM)
    there = browser.consent(scene.link(OLGA, Service.GMAIL))
    desk.disconnect(OLGA, account.id)
    theirs = scene.connected(PAUL, Service.GMAIL, TEAM)
    refused(browser.back(there, TEAM), 403, "A colleague has connected this address")
    assert scene.accounts() == [theirs]


def test_a_new_mail_server_account_that_a_colleague_has_connected_while_it_was_tried_stays_theirs(
    scene, browser
):
    link = scene.link(PAUL, Service.SMTP)
    browser.open(link)
    while_trying(scene, lambda: scene.connected_smtp(OLGA))
    scene.doorbell.opens.add(NEW_PASSWORD)
    hostile = SMTP_FORM | {"host": "smtp.evil.example", "password": NEW_PASSWORD}
    refused(browser.post(link, hostile), 403, "A colleague has connected this address")
    (kept,) = scene.accounts()
    assert (kept.connected_by, scene.credential(kept).host) == (OLGA.user, "smtp.acme.example.com")


def while_trying(scene, deed):
    """``deed`` happens while the provider is asked for the first time from now on."""
    ring, begun = scene.doorbell.ring, []

    def ring_meanwhile(account, credential):
        if not begun:
            begun.append(True)
            deed()
        ring(account, credential)

    scene.doorbell.ring = ring_meanwhile
