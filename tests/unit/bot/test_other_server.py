"""A mail server's account that moves to another server: what it may send there."""

from dataclasses import replace

import pytest

from bot.account_wiring import limits_of
from campaigns.account import AccountSettings, Service
from campaigns.account_limits import limits_after
from campaigns.accounts_desk import AccountsDesk
from mailers.smtp_profiles import limits_for
from tests.fakes.connect_scene import ADDRESS, ADMIN, OLGA, SMTP_FORM, ConnectScene, words

SES = "email-smtp.eu-west-1.amazonaws.com"
GMAIL, OFFICE, OWN = "smtp.gmail.com", "smtp.office365.com", "smtp.acme.example.com"
SERVERS = (SES, GMAIL, OFFICE, OWN)


@pytest.fixture
def scene():
    return ConnectScene(limits=limits_of)


@pytest.fixture
def desk(scene):
    return AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)


def may_send(account):
    return account.per_minute, account.per_day, account.connections


def known_of(host):
    """What is known of the server."""
    limits = limits_for(host)
    return limits.per_minute, limits.per_day, limits.connections


def renewed_at(scene, account, host, actor=OLGA):
    browser, link = scene.browser(), scene.link(actor, account_id=account.id)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"host": host}).status_code == 200
    return scene.accounts()[0]


def limited(scene, account, **values):
    """The keeper sets *Limits*."""
    settings = AccountSettings(account.per_minute, account.per_day, 0, 5, 25, is_shared=False)
    with scene.store.writing() as work:
        return work.accounts.change_settings(account.id, replace(settings, **values))


@pytest.mark.parametrize("there", SERVERS)
@pytest.mark.parametrize("here", SERVERS)
def test_it_has_the_limits_and_connections_of_the_server_that_it_goes_to(scene, here, there):
    account = scene.connected_smtp(host=here)
    assert may_send(renewed_at(scene, account, there)) == known_of(there)


def test_an_admins_renewal_moves_it_too(scene):
    account = scene.connected_smtp(host=SES)
    assert may_send(renewed_at(scene, account, OFFICE, actor=ADMIN)) == known_of(OFFICE)


def test_connected_anew_at_another_server_it_has_that_servers_limits(scene):
    scene.connected_smtp(host=SES)
    assert may_send(scene.connected_smtp(host=GMAIL)) == known_of(GMAIL)


def test_a_sign_in_in_place_of_a_password_leads_to_another_server_too(scene):
    account, browser = scene.connected_smtp(host=SES), scene.browser()
    there = browser.consent(scene.link(account_id=account.id), provider="google")
    scene.consents["google"].host = GMAIL
    assert "500 invites in 24 hours" in words(browser.back(there, ADDRESS))
    assert may_send(scene.accounts()[0]) == known_of(GMAIL)


@pytest.mark.parametrize("there", SERVERS)
@pytest.mark.parametrize("here", SERVERS)
def test_so_it_has_after_a_disconnect(scene, desk, here, there):
    desk.disconnect(OLGA, scene.connected_smtp(host=here).id)
    assert may_send(scene.connected_smtp(host=there)) == known_of(there)


@pytest.mark.parametrize("is_disconnected", [False, True])
def test_what_a_person_has_set_stays(scene, desk, is_disconnected):
    account = scene.connected_smtp(host=SES)
    limited(scene, account, per_day=300, reserve=20)
    if is_disconnected:
        desk.disconnect(OLGA, account.id)
    moved = scene.connected_smtp(host=OFFICE)
    assert (*may_send(moved), moved.reserve) == (30, 300, 3, 20)


def test_the_same_server_changes_nothing(scene):
    account = limited(scene, scene.connected_smtp(host=GMAIL), per_minute=5, per_day=2_000, reserve=100)
    same = renewed_at(scene, account, GMAIL)
    assert (*may_send(same), same.reserve) == (5, 2_000, 1, 100)


@pytest.mark.parametrize(("reserve", "kept"), [(499, 499), (500, 0), (1_000, 0)])
def test_a_reserve_that_the_new_day_cannot_hold_ends(scene, reserve, kept):
    """Or nothing could be sent at all."""
    account = limited(scene, scene.connected_smtp(host=OFFICE), reserve=reserve)
    moved = renewed_at(scene, account, GMAIL)
    assert (moved.per_day, moved.reserve) == (500, kept)


def test_a_reserve_of_a_day_without_a_limit_ends(scene):
    account = limited(scene, scene.connected_smtp(host=OFFICE), reserve=1_000)
    moved = renewed_at(scene, account, SES)
    assert (moved.per_day, moved.reserve) == (None, 0)


def test_sharing_and_the_brake_are_no_matter_of_the_server(scene):
    account = limited(
        scene, scene.connected_smtp(host=SES), brake_refusals=7, brake_percent=40, is_shared=True
    )
    moved = renewed_at(scene, account, OFFICE)
    assert (moved.brake_refusals, moved.brake_percent, moved.is_shared) == (7, 40, True)


def test_a_renewal_brings_the_connections_that_are_right_now(scene):
    """They cannot be set by hand; what an earlier version kept of another server is put right."""
    account = scene.connected_smtp(host=GMAIL)
    with scene.store.writing() as work:
        work.accounts.upsert(replace(account, connections=4))
    assert renewed_at(scene, account, GMAIL).connections == 1


def test_an_account_that_has_no_server_keeps_its_limits(scene):
    account = limited(scene, scene.connected(service=Service.GMAIL), per_day=150)
    assert scene.connected(service=Service.GMAIL).per_day == account.per_day == 150


def test_a_reserve_of_the_providers_own_limit_is_left_alone(scene):
    """Nothing is known by heart at either server: what Amazon says holds the reserve."""
    account = replace(scene.connected_smtp(host=SES), reserve=200)
    assert limits_after(account, limits_for(SES), limits_for(OWN)).reserve == 200
