"""Microsoft lets a tenant write any mail address into its accounts: nobody gets into an account by that."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from campaigns.account import Service
from campaigns.accounts_desk import AccountsDesk
from playground.microsoft_stand_in import MicrosoftStandIn
from playground.oauth_person import answer_consent
from tests.fakes.connect_scene import ADMIN, OLGA, PAUL, refused
from tests.integration.consent.visits import BACK, microsoft_consent

VICTIM = "olga@acme.example"
FOREIGN = "mallory@evil.example"
COLLEAGUE = "paul@acme.example"


@pytest.fixture
def entra():
    """Mallory's own tenant, and Paul's administrator, say that their mail address is Olga's."""
    people = [VICTIM, FOREIGN, COLLEAGUE]
    with MicrosoftStandIn(lambda *_: None, accounts=people, redirect_uris=[BACK]) as stand_in:
        stand_in.sign_in.mail_attributes |= dict.fromkeys(people, VICTIM)
        yield stand_in


@pytest.fixture(params=["organizations", "acme.example"])
def tenant(request):
    return request.param


@pytest.fixture
def scene(scene, entra, tenant):
    """The real sign-in in the place of the one that believes everything."""
    scene.consents["microsoft"] = microsoft_consent(entra, tenant=tenant)
    return scene


def signed_in(scene, entra, link, account):
    """What the page says to whoever went through ``link`` and signed in as ``account``."""
    browser = scene.browser()
    there = browser.consent(link, provider="microsoft")
    back = answer_consent(there, account=account, certificate=entra.certificate)
    assert back.startswith(BACK)
    return browser.open(f"{urlsplit(back).path}?{urlsplit(back).query}")


def connected(scene, entra, service=Service.MICROSOFT_365):
    assert signed_in(scene, entra, scene.link(OLGA, service), VICTIM).status_code == 200
    return scene.accounts()[0]


def known_as(scene, account, holder):
    """``account`` with another word of whose it is."""
    credential = replace(scene.credential(account), holder=holder)
    with scene.store.writing() as work:
        return work.accounts.keep_credential(account.id, credential, None)


def mailed_link(scene, account):
    return scene.connecting.renewal_link(account)


def slack_link(scene, account):
    return scene.link(OLGA, account_id=account.id)


def admins_link(scene, account):
    return scene.link(ADMIN, account_id=account.id)


def new_connection(scene, account):
    return scene.link(OLGA, Service(account.kind))


ways = pytest.mark.parametrize("way", [mailed_link, slack_link, admins_link])


@ways
@pytest.mark.parametrize("service", [Service.MICROSOFT_365, Service.SMTP])
@pytest.mark.parametrize("attacker", [FOREIGN, COLLEAGUE])
def test_whoever_holds_a_link_renews_nothing_with_an_account_that_claims_the_address(
    scene, entra, way, service, attacker
):
    account = connected(scene, entra, service)
    kept = scene.credential(account)
    answer = signed_in(scene, entra, way(scene, account), attacker)
    refused(answer, 400, "account", VICTIM, "Nothing was changed", "myapps.microsoft.com")
    assert (scene.accounts(), scene.credential(account)) == ([account], kept)


@pytest.mark.parametrize("attacker", [FOREIGN, COLLEAGUE])
def test_a_new_connection_does_not_replace_the_account_that_is_there(scene, entra, attacker):
    account = connected(scene, entra)
    signed_in(scene, entra, new_connection(scene, account), attacker)
    assert scene.accounts()[0] == account
    assert scene.credential(account).user == VICTIM


@pytest.mark.parametrize("tenant", ["organizations"])
def test_nobody_claims_an_address_from_a_tenant_that_does_not_own_its_domain(scene, entra):
    answer = signed_in(scene, entra, scene.link(PAUL, Service.MICROSOFT_365), FOREIGN)
    assert answer.status_code == 200
    assert [one.address for one in scene.accounts()] == [FOREIGN]


@ways
def test_the_same_person_renews(scene, entra, way):
    account = connected(scene, entra)
    assert signed_in(scene, entra, way(scene, account), VICTIM).status_code == 200
    assert scene.accounts()[0].version == account.version + 1


@ways
def test_an_account_of_which_only_the_address_is_known_learns_whose_it_is(scene, entra, way):
    """It was connected by an earlier version of the bot."""
    account = connected(scene, entra)
    holder = scene.credential(account).holder
    account = known_as(scene, account, "")
    assert signed_in(scene, entra, way(scene, account), VICTIM).status_code == 200
    (renewed,) = scene.accounts()
    assert scene.credential(renewed).holder == holder
    answer = signed_in(scene, entra, way(scene, renewed), COLLEAGUE)
    refused(answer, 400, "Nothing was changed")


def test_a_newer_refresh_token_leaves_whose_account_it_is(scene, entra):
    account = connected(scene, entra)
    with scene.store.writing() as work:
        assert work.accounts.rotate_secret(account.id, account.version, "newer", None)
    refused(signed_in(scene, entra, mailed_link(scene, account), COLLEAGUE), 400, "Nothing was changed")


def test_whoever_got_a_new_account_with_an_old_address_disconnects_it_first(scene, entra):
    """As the refusal says: the mailbox was deleted and made anew."""
    account = connected(scene, entra)
    account = known_as(scene, account, "tenant/deleted")
    refused(signed_in(scene, entra, slack_link(scene, account), VICTIM), 400, "disconnect the address")
    desk = AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)
    desk.disconnect(OLGA, account.id)
    assert signed_in(scene, entra, new_connection(scene, account), VICTIM).status_code == 200
