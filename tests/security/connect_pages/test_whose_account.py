"""Whose account it is: nobody takes over, renews or promotes what is another's."""

import pytest

from campaigns.account import AccountState, Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.conduct import RunService
from campaigns.errors import NotAllowed, NotFound, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.fakes.campaigns import form_for, roster_of
from tests.fakes.connect_scene import (
    ADDRESS,
    ADMIN,
    ELSEWHERE,
    GUEST,
    KEY,
    OLGA,
    PAUL,
    SMTP_FORM,
    refused,
    shared,
)


def running(scene, account, who=OLGA):
    """A run of theirs."""
    with scene.store.writing() as work:
        campaign = work.campaigns.add(
            form_for(account.id),
            workspace=who.workspace,
            owner=who.user,
            roster=roster_of(2),
            missing_values=0,
            now=scene.clock.now(),
        )
    runs = RunService(scene.store, scene.clock, scene.alarm)
    return runs.start(who, campaign.id, Selection(Kind.INVITE), Pace(1, 5), channel="C1", submission="s")


def forget(scene, account):
    """As *Disconnect* does."""
    with scene.store.writing() as work:
        work.accounts.forget_credential(account.id)


def test_a_guest_gets_no_link(scene):
    with pytest.raises(NotAllowed):
        scene.link(GUEST)


def test_a_colleague_gets_no_link_to_renew_anothers_account(scene):
    account = scene.connected()
    with pytest.raises(NotAllowed):
        scene.link(PAUL, account_id=account.id)


def test_another_workspace_finds_no_account_to_renew(scene):
    account = scene.connected()
    with pytest.raises(NotFound):
        scene.link(ELSEWHERE, account_id=account.id)


def test_nobody_renews_the_account_of_the_settings_from_slack(scene):
    account = scene.account_of_settings()
    with pytest.raises(NotAllowed):
        scene.link(ADMIN, account_id=account.id)


def test_a_renewal_with_another_mailbox_changes_nothing(scene, browser):
    account = scene.connected()
    there = browser.consent(scene.link(account_id=account.id))
    refused(browser.back(there, "paul@acme.example.com"), 400, "another account than", ADDRESS)
    assert scene.accounts() == [account]
    assert scene.credential(account).secret == f"canary-refresh-{ADDRESS}"


def test_a_colleague_cannot_take_over_an_address_with_a_mail_server_of_their_own(scene, browser):
    """A mail server says yes to any sender its owner likes."""
    account = scene.connected_smtp()
    link = scene.link(PAUL, Service.SMTP)
    browser.open(link)
    hostile = SMTP_FORM | {"host": "smtp.evil.example", "user": "paul", "from": ADDRESS.upper()}
    refused(browser.post(link, hostile), 403, "A colleague has connected this address")
    assert scene.credential(account).host == "smtp.acme.example.com"


@pytest.mark.parametrize("actor", [PAUL, ADMIN])
def test_a_disconnected_address_belongs_to_whoever_proves_it_next(scene, browser, actor):
    account = scene.connected(OLGA, Service.GMAIL, "team@acme.example.com")
    shared(scene, account)
    forget(scene, account)
    there = browser.consent(scene.link(actor, Service.GMAIL))
    assert browser.back(there, "team@acme.example.com").status_code == 200
    (kept,) = scene.accounts()
    assert (kept.id, kept.connected_by, kept.state) == (account.id, actor.user, AccountState.READY)
    assert not kept.is_shared


def test_a_disconnected_mail_server_account_belongs_to_whoever_logs_in_next(scene, browser):
    account = scene.connected_smtp()
    forget(scene, account)
    link = scene.link(PAUL, Service.SMTP)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"password": "wrong"}).status_code == 422
    assert scene.accounts()[0].state is AccountState.DISCONNECTED
    assert browser.post(link, SMTP_FORM).status_code == 200
    assert scene.accounts()[0].connected_by == PAUL.user


def test_what_the_keeper_before_had_on_does_not_go_on_from_the_new_ones_account(scene, browser):
    account = scene.connected_smtp()
    run = running(scene, account)
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents={}, watch=None)
    desk.disconnect(OLGA, account.id)
    link = scene.link(PAUL, Service.SMTP)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"host": "smtp.evil.example"}).status_code == 200
    with scene.store.reading() as work:
        paused = work.runs.get(run.id)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.PERSON)
    with pytest.raises(StateError, match="not shared"):
        RunService(scene.store, scene.clock, scene.alarm).resume(OLGA, run.id)


def test_what_the_new_keeper_had_on_while_it_was_shared_goes_on(scene, browser):
    """As the page says."""
    account = scene.connected(OLGA, Service.GMAIL, "team@acme.example.com")
    shared(scene, account)
    run = running(scene, account, PAUL)
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)
    desk.disconnect(OLGA, account.id)
    scene.connected(PAUL, Service.GMAIL, "team@acme.example.com")
    with scene.store.reading() as work:
        assert work.runs.get(run.id).state is RunState.RUNNING


def test_a_link_to_renew_ends_when_the_account_becomes_a_colleagues(scene, browser):
    """Or whoever had it could lead the colleague's invites over another mail server."""
    account = scene.connected_smtp()
    link = scene.link(OLGA, account_id=account.id)
    by_admin = scene.link(ADMIN, account_id=account.id)
    forget(scene, account)
    scene.connected_smtp(PAUL)
    browser.open(scene.link())  # for its cookie
    refused(browser.post(link, SMTP_FORM | {"host": "smtp.evil.example"}), 410, "A colleague has connected")
    assert scene.credential(account).host == "smtp.acme.example.com"
    refused(browser.open(by_admin), 410, "renewed or disconnected already")


def test_the_refusal_says_who_can_make_the_address_free(scene, browser):
    scene.connected(OLGA)
    there = browser.consent(scene.link(PAUL))
    said = "ask a workspace admin to disconnect it"
    refused(browser.back(there, ADDRESS), 403, "A colleague has connected this address", said)
    assert [one.connected_by for one in scene.accounts()] == [OLGA.user]


def test_who_claims_an_address_by_a_mail_server_is_in_nobodys_way_for_long(scene, browser):
    """Any server takes any sender. The provider's own way stays open, and an admin ends the claim."""
    claim = {"host": "smtp.evil.example", "user": "x", "from": "ceo@acme.example.com"}
    squatted = scene.connected_smtp(PAUL, **claim)
    assert scene.connected(OLGA, Service.GMAIL, "ceo@acme.example.com").connected_by == OLGA.user
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents={}, watch=None)
    desk.disconnect(ADMIN, squatted.id)
    link = scene.link(OLGA, Service.SMTP)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"user": "ceo@acme.example.com"}).status_code == 200
    assert {one.connected_by for one in scene.accounts()} == {OLGA.user}


def test_the_same_address_in_another_workspace_is_another_account(scene):
    mine, theirs = scene.connected(OLGA), None
    scene.connected(ELSEWHERE)
    mine, theirs = scene.accounts()
    assert (mine.workspace, theirs.workspace) == ("T1", "T2")
    assert mine.version == theirs.version == 1


def test_only_an_admins_link_takes_a_service_key(scene, browser):
    link = scene.link(OLGA, Service.GMAIL)
    assert "service-key" not in browser.open(link).text
    form = {"how": "service-key", "key": KEY, "subject": ADDRESS}
    refused(browser.post(link, form), 409)
    assert scene.doorbell.rung == []


def test_a_link_cannot_be_made_an_admins(scene, browser):
    link = scene.link(OLGA, Service.GMAIL)
    promoted = link.replace("/connect/p", "/connect/a")
    assert promoted != link
    refused(browser.open(promoted), 410)
