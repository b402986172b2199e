import pytest

from campaigns.account import AccountState, Service
from campaigns.connect_links import LinkOver, Tries
from campaigns.errors import NoAccess, NotAllowed, StateError
from campaigns.renewal import lose_access
from campaigns.roles import Actor
from tests.fakes.clocks import HandClock
from tests.fakes.connect_scene import ADMIN, OLGA, ConnectScene


@pytest.fixture
def scene():
    return ConnectScene()


def lost(scene, account):
    with scene.store.writing() as work:
        lose_access(work, account, cause="Token revoked", hint="Renew it", now=scene.clock.now())


def notices(scene, kind):
    with scene.store.reading() as work:
        return [one for one in work.notices.due(scene.clock.now(), 99) if one.kind == kind]


def test_without_a_public_address_nothing_can_be_connected():
    scene = ConnectScene(public_url="")
    for service in Service:
        assert "PUBLIC_URL" in scene.connecting.can_connect(service)
    with pytest.raises(StateError, match="PUBLIC_URL"):
        scene.link()


def test_what_the_settings_name_can_be_connected(scene):
    assert {scene.connecting.can_connect(service) for service in Service} == {""}


def test_whoever_may_not_make_campaigns_gets_no_link(scene):
    with pytest.raises(NotAllowed):
        scene.link(Actor("T1", "UOUT", in_group=False))


def test_an_admin_renews_for_a_colleague_and_it_stays_theirs(scene):
    account = scene.connected(OLGA)
    browser = scene.browser()
    browser.back(browser.consent(scene.link(ADMIN, account_id=account.id)), account.address)
    (renewed,) = scene.accounts()
    assert (renewed.connected_by, renewed.version) == ("UOLGA", 2)


def test_a_renewed_account_is_ready_and_its_keeper_hears_of_it(scene):
    account = scene.connected()
    lost(scene, account)
    assert scene.accounts()[0].state is AccountState.NEEDS_RENEWAL
    browser = scene.browser()
    browser.back(browser.consent(scene.link(account_id=account.id)), account.address)
    assert scene.accounts()[0].state is AccountState.READY
    assert notices(scene, "access_back")


def test_the_same_address_connected_anew_by_the_same_person_is_a_renewal(scene):
    first = scene.connected()
    lost(scene, first)
    again = scene.connected()
    assert (again.id, again.version, again.state) == (first.id, 2, AccountState.READY)


def test_one_address_has_one_account_for_each_service(scene):
    scene.connected(service=Service.GMAIL)
    scene.connected(service=Service.GOOGLE_CALENDAR)
    assert [account.kind for account in scene.accounts()] == ["gmail", "google-calendar"]


def test_mail_by_token_that_the_server_refuses_is_not_kept(scene):
    scene.doorbell.trouble = NoAccess("SMTP is switched off for this mailbox")
    browser = scene.browser()
    there = browser.consent(scene.link(service=Service.SMTP), provider="google")
    page = browser.back(there, "olga@acme.example.com")
    assert page.status_code == 400
    assert "SMTP is switched off for this mailbox" in page.text
    assert scene.accounts() == []


def test_tries_are_forgotten_after_ten_minutes():
    tries, clock = Tries(), HandClock()
    for _ in range(5):
        tries.count("link", clock.now())
    with pytest.raises(LinkOver):
        tries.count("link", clock.now())
    tries.count("other", clock.now())
    clock.minutes(10)
    tries.count("link", clock.now())
