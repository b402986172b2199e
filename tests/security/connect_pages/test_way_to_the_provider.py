"""To the provider and back: no foreign, late or second visit gets an account."""

import pytest

from campaigns.account import Service
from campaigns.connect_links import LinkOver
from campaigns.errors import SendInvitesError
from tests.fakes.connect_scene import ADDRESS, PAUL, SMTP_FORM, refused


def test_a_foreign_browser_cannot_finish_what_another_began(scene, browser):
    """Somebody who is lured to the end of an attacker's sign-in must not give their mailbox away."""
    there = browser.consent(scene.link())
    victim = scene.browser()
    victim.open(scene.link(PAUL))
    refused(victim.back(there, "paul@acme.example.com"), 410, "another browser")
    refused(scene.browser().back(there, "paul@acme.example.com"), 410, "another browser")
    assert scene.accounts() == []
    assert scene.consents["google"].granted == []
    assert browser.back(there, ADDRESS).status_code == 200  # nor could it spoil the sign-in


def test_a_state_counts_once(scene, browser):
    there = browser.consent(scene.link())
    browser.back(there, ADDRESS)
    refused(browser.back(there, "other@acme.example.com"), 410)
    assert [account.address for account in scene.accounts()] == [ADDRESS]


def test_a_link_counts_once(scene, browser):
    link = scene.link()
    browser.consent(link)
    refused(browser.open(link), 410)
    refused(browser.post(link, {"how": "consent"}), 410)


def test_a_password_link_counts_once(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    browser.post(link, SMTP_FORM)
    refused(browser.post(link, SMTP_FORM | {"from": "other@acme.example.com"}), 410)
    assert len(scene.accounts()) == 1


def test_a_link_ends_after_ten_minutes(scene, browser):
    link = scene.link()
    scene.wait_minutes(9)
    assert browser.open(link).status_code == 200
    scene.wait_minutes(1)
    refused(browser.open(link), 410)
    refused(browser.post(link, {"how": "consent"}), 410)


def test_a_sign_in_ends_after_ten_minutes(scene, browser):
    there = browser.consent(scene.link())
    scene.wait_minutes(10)
    refused(browser.back(there, ADDRESS), 410)
    assert scene.consents["google"].granted == []


def test_the_answer_of_one_provider_is_never_taken_to_another(scene, browser):
    there = browser.consent(scene.link())
    mixed = there.replace("state=google-", "state=microsoft-")
    refused(browser.back(mixed, ADDRESS), 410)
    assert scene.consents["microsoft"].granted == []


def test_a_link_leads_to_its_own_service_only(scene, browser):
    link = scene.link(service=Service.GMAIL)
    browser.open(link)
    refused(browser.post(link, {"how": "consent", "provider": "microsoft"}), 409)
    refused(browser.post(link, SMTP_FORM), 409)
    assert scene.doorbell.rung == []


def test_the_proof_key_of_the_sign_in_is_never_on_the_way(scene, browser):
    there = browser.consent(scene.link())
    browser.back(there, ADDRESS)
    ((_, _, verifier),) = scene.consents["google"].granted
    assert len(verifier) >= 43
    assert verifier not in there


@pytest.mark.parametrize("state", ["", "google-", "-", "google-" + "a" * 64, "\0", "google-é" * 90])
def test_a_made_up_state_is_nothing(scene, browser, state):
    browser.open(scene.link())
    refused(browser.client.get("/connect/callback", query_string={"state": state, "code": "x"}), 410)


def test_the_database_of_tickets_makes_no_link(scene, browser):
    scene.link()
    with scene.store.reading() as work:
        (row,) = work.ledger.tickets.all()
    for key in (row.digest, f"p{row.digest}"):
        refused(browser.open(f"/connect/{key}"), 410)


def test_every_refusal_is_one_of_ours(scene):
    """So each has words, a hint, and a status of its own."""
    with pytest.raises(LinkOver) as caught:
        scene.connecting.look("p" + "a" * 40)
    assert isinstance(caught.value, SendInvitesError)
    assert "Ask for a new link in Slack" in caught.value.hint
