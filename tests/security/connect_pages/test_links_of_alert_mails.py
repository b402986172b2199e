"""Links of alert mails: whoever reads the mail gets no further than its account."""

import pytest

from tests.fakes.connect_scene import ADDRESS, ADMIN, KEY, NEW_PASSWORD, PAUL, refused


@pytest.mark.parametrize("change", ["account", "version", "mac", "none"])
def test_a_mailed_link_cannot_be_made_for_another_account(scene, browser, change):
    account, other = scene.connected(), scene.connected(PAUL, address="paul@acme.example.com")
    number, version, mac = scene.connecting.renewal_link(account).rpartition("/")[2].split(".")
    keys = {
        "account": f"{other.id}.{version}.{mac}",
        "version": f"{number}.{int(version) + 1}.{mac}",
        "mac": f"{number}.{version}.{'0' * len(mac)}",
        "none": f"{number}.{version}.",
    }
    refused(browser.open(f"/renew/{keys[change]}"), 410)


def test_whoever_reads_an_alert_mail_cannot_send_the_invites_elsewhere(scene, browser):
    account = scene.connected_smtp()
    link = scene.connecting.renewal_link(account)
    browser.open(link)
    scene.doorbell.opens.add(NEW_PASSWORD)
    hostile = {"how": "password", "host": "smtp.evil.example", "user": "eve", "password": NEW_PASSWORD}
    assert browser.post(link, hostile).status_code == 200
    kept = scene.credential(account)
    assert (kept.host, kept.user) == ("smtp.acme.example.com", ADDRESS)
    assert [one.address for one in scene.accounts()] == [ADDRESS]


def test_a_mailed_link_takes_no_service_key(scene, browser):
    account = scene.connected(ADMIN)
    link = scene.connecting.renewal_link(account)
    browser.open(link)
    refused(browser.post(link, {"how": "service-key", "key": KEY, "subject": ADDRESS}), 409)


def test_the_link_of_a_disconnected_account_is_over(scene, browser):
    account = scene.connected()
    link = scene.connecting.renewal_link(account)
    with scene.store.writing() as work:
        work.accounts.forget_credential(account.id)
    refused(browser.open(link), 410)
