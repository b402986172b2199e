"""The access key for Amazon SES on the connect page: typed once, tried, sealed, never shown."""

import logging

import pytest

from campaigns.account import KnownQuota, QuotaKey, Service
from campaigns.errors import Busy, NoAccess
from campaigns.provider_quota import ProviderQuota
from tests.fakes.connect_scene import NEW_PASSWORD, OLGA, PASSWORD, SMTP_FORM, ConnectScene, words

HOST = "email-smtp.eu-west-1.amazonaws.com"
KEY_ID = "AKIACANARYCANARY1234"
SECRET = "canary/secret+access/key/0000000000000000"
KEY = QuotaKey(KEY_ID, SECRET)
SES_FORM = SMTP_FORM | {"host": HOST, "user": "AKIASMTPUSER", "from": "olga@acme.example.com"}
WITH_KEY = SES_FORM | {"ses_key_id": KEY_ID, "ses_secret": SECRET}


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def browser(scene):
    return scene.browser()


def enter(scene, browser, form, account=None):
    link = scene.link(OLGA, Service.SMTP, account.id if account else None)
    browser.open(link)
    return browser.post(link, form)


def connected(scene, browser, form=WITH_KEY):
    assert enter(scene, browser, form).status_code == 200
    return scene.accounts()[-1]


def test_with_the_key_the_page_says_at_once_what_amazon_allows(scene, browser):
    account = connected(scene, browser)
    assert scene.credential(account).quota_key == KEY
    assert account.quota == KnownQuota(50_000, 14, 1_240, scene.clock.now())
    # the limits of the fake are a person's, as it were: they come first
    assert "May send 500 invites in 24 hours, 14 a second" in words(browser.pages[-1])


@pytest.mark.parametrize("more", [{}, {"ses_key_id": "  ", "ses_secret": ""}])
def test_without_a_key_nobody_is_asked(scene, browser, more):
    account = connected(scene, browser, SES_FORM | more)
    assert scene.credential(account).quota_key is None
    assert (account.quota, scene.doorbell.asked) == (None, [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ses_secret": ""}, "Enter the secret of this access key as well, or leave both empty."),
        ({"ses_key_id": ""}, "Enter the access key's ID as well, or leave both empty."),
        ({"ses_key_id": "ASIACANARYCANARY1234"}, "of an IAM user: it begins with AKIA."),
        ({"ses_key_id": "olga@acme.example.com"}, "of an IAM user: it begins with AKIA."),
        ({"ses_secret": "canary secret"}, "Enter the secret access key as IAM showed it, all of it."),
        ({"ses_key_id": "AKIA" + "C" * 500}, "Use at most 128 characters."),
        ({"host": "smtp.acme.example.com"}, "This key is for Amazon SES only"),
    ],
)
def test_what_is_wrong_with_a_key_stands_beside_it(scene, browser, typed, said):
    page = enter(scene, browser, WITH_KEY | typed)
    assert page.status_code == 422
    assert said in words(page)
    assert (scene.doorbell.rung, scene.doorbell.asked, scene.accounts()) == ([], [], [])


def test_a_key_that_amazon_refuses_is_not_kept_and_the_link_stays_good(scene, browser):
    scene.doorbell.says = NoAccess(
        "Amazon does not know the access key", hint="Make a new access key in IAM."
    )
    link = scene.link(OLGA, Service.SMTP)
    browser.open(link)
    page = browser.post(link, WITH_KEY)
    assert page.status_code == 422
    assert (
        "Sending works. But Amazon does not know the access key. Make a new access key in IAM. To connect "
        "without this key, leave both empty."
    ) in words(page)
    assert scene.accounts() == []
    scene.doorbell.says = ProviderQuota(200, 1, 0)
    assert browser.post(link, WITH_KEY).status_code == 200
    assert scene.accounts()[0].quota.per_day == 200


def test_a_key_that_was_tried_a_moment_ago_is_not_kept_untried(scene, browser):
    scene.doorbell.says = None
    page = enter(scene, browser, WITH_KEY)
    assert page.status_code == 422
    assert "Amazon SES was asked a moment ago: press the button again." in words(page)


def test_it_is_on_no_page_and_in_no_log(scene, browser, caplog):
    caplog.set_level(logging.DEBUG)
    enter(scene, browser, WITH_KEY | {"port": "1"})
    scene.doorbell.says = NoAccess("Amazon does not know the access key")
    enter(scene, browser, WITH_KEY)
    scene.doorbell.says = ProviderQuota(200, 1, 0)
    account = connected(scene, browser)
    enter(scene, browser, SES_FORM | {"port": "1"}, account)
    shown = "".join(page.text for page in browser.pages) + caplog.text + repr(scene.credential(account))
    assert "422 UNPROCESSABLE" in "".join(page.status for page in browser.pages)
    assert [one for one in (KEY_ID, SECRET, PASSWORD) if one in shown] == []


# renewals


def test_a_renewal_keeps_the_key_and_does_not_need_it(scene, browser):
    account = connected(scene, browser)
    scene.doorbell.opens.add(NEW_PASSWORD)
    scene.doorbell.says = Busy("Amazon SES did not answer")
    assert enter(scene, browser, SES_FORM | {"password": NEW_PASSWORD}, account).status_code == 200
    (renewed,) = scene.accounts()
    assert (scene.credential(renewed).quota_key, scene.credential(renewed).secret) == (KEY, NEW_PASSWORD)
    assert renewed.quota == account.quota


def test_the_link_of_an_alert_mail_keeps_the_key_and_takes_no_other(scene, browser):
    account = connected(scene, browser)
    link = scene.connecting.renewal_link(account)
    assert "ses_" not in browser.open(link).text
    other = {"ses_key_id": "AKIAANOTHERANOTHER12", "ses_secret": SECRET, "ses_forget": "yes"}
    assert browser.post(link, {"how": "password", "password": PASSWORD} | other).status_code == 200
    assert scene.credential(account).quota_key == KEY


def test_another_key_takes_its_place(scene, browser):
    account = connected(scene, browser)
    other = QuotaKey("AKIAANOTHERANOTHER12", SECRET)
    form = SES_FORM | {"ses_key_id": other.id, "ses_secret": other.secret}
    assert enter(scene, browser, form, account).status_code == 200
    assert scene.credential(account).quota_key == other


@pytest.mark.parametrize("typed", [{"ses_forget": "yes"}, {"host": "smtp.acme.example.com"}])
def test_it_is_forgotten_when_a_person_says_so_or_goes_elsewhere(scene, browser, typed):
    account = connected(scene, browser)
    assert enter(scene, browser, SES_FORM | typed, account).status_code == 200
    assert scene.credential(account).quota_key is None
    assert scene.accounts()[0].quota is None


def test_the_box_to_forget_is_there_only_if_there_is_something_to_forget(scene, browser):
    assert "ses_forget" not in browser.open(scene.link(OLGA, Service.SMTP)).text
    account = connected(scene, browser)
    assert "ses_forget" in browser.open(scene.link(OLGA, Service.SMTP, account.id)).text
