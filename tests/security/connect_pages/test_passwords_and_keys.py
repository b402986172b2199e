"""Passwords and keys on the connect pages: few guesses, and nothing of them comes back."""

import logging

import pytest

from campaigns.account import Service
from tests.fakes.connect_scene import ADMIN, KEY, NEW_PASSWORD, PASSWORD, SMTP_FORM, refused


def test_five_wrong_passwords_are_enough(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    for _ in range(5):
        assert browser.post(link, SMTP_FORM | {"password": "guess"}).status_code == 422
    refused(browser.post(link, SMTP_FORM), 410, "wrong too many times")
    assert len(scene.doorbell.rung) == 5


def test_more_links_give_no_more_guesses_at_one_account(scene, browser):
    account = scene.connected_smtp()
    scene.doorbell.rung.clear()
    for guess in range(8):
        link = scene.link(account_id=account.id) if guess % 2 else scene.connecting.renewal_link(account)
        browser.open(link)
        browser.post(link, SMTP_FORM | {"password": f"guess {guess}"})
    assert len(scene.doorbell.rung) == 5


@pytest.mark.parametrize("step", ["wrong", "right", "broken", "oversized", "foreign"])
def test_no_password_comes_back_on_a_page_or_reaches_the_log(scene, browser, caplog, step):
    caplog.set_level(logging.DEBUG)
    secret = PASSWORD if step == "right" else NEW_PASSWORD
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    form, sent = SMTP_FORM | {"password": secret}, None
    if step == "broken":
        scene.doorbell.trouble = RuntimeError("the line broke")
    if step == "oversized":
        form["name"] = "x" * 100_000
    if step == "foreign":
        sent = {"Origin": "https://evil.example"}
    answer = browser.post(link, form, sent)
    assert answer.status_code == {"wrong": 422, "right": 200, "broken": 500, "oversized": 413}.get(step, 403)
    key = link.rpartition("/")[2]
    for answer in browser.pages:
        assert secret not in answer.text
        assert secret not in str(answer.headers)
    assert secret not in caplog.text
    assert key not in caplog.text


def test_no_key_of_a_service_account_comes_back(scene, browser, caplog):
    link = scene.link(ADMIN)
    browser.open(link)
    page = browser.post(link, {"how": "service-key", "key": KEY, "subject": "nobody"})
    assert page.status_code == 422
    assert "canary-key" not in page.text + caplog.text


def test_a_link_shows_nothing_of_the_credential_it_renews(scene, browser):
    account = scene.connected_smtp()
    page = browser.open(scene.link(account_id=account.id))
    assert "smtp.acme.example.com" in page.text
    assert PASSWORD not in page.text
