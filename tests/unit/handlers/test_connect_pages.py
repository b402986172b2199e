import logging
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import How, Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.errors import Busy
from campaigns.smtp_services import SMTP_SERVICES
from mailers.google_auth import OWN_CALENDARS, SEND_MAIL
from tests.fakes.connect_scene import (
    ADMIN,
    KEY,
    NEW_PASSWORD,
    OLGA,
    PASSWORD,
    PAUL,
    SMTP_FORM,
    ConnectScene,
    shared,
    words,
)


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def browser(scene):
    return scene.browser()


def desk(scene):
    return AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=None)


def test_the_page_says_who_connects_what_and_explains_every_permission(scene, browser):
    page = words(browser.open(scene.link()))
    assert "Connect Gmail" in page
    assert "UOLGA Smith" in page
    assert "T1 & Sons" in page
    assert "To send by gmail. scope.gmail" in page
    assert "Continue to Google" in page
    assert "close this page: nothing is connected" in page


def test_a_person_connects_their_mailbox(scene, browser):
    there = browser.consent(scene.link())
    assert there.startswith("https://google.example/allow?")
    page = browser.back(there, "olga@acme.example.com")
    assert page.status_code == 200
    assert "Gmail is connected" in words(page)
    (account,) = scene.accounts()
    assert (account.kind, account.address, account.workspace, account.connected_by, account.version) == (
        "gmail",
        "olga@acme.example.com",
        "T1",
        "UOLGA",
        1,
    )
    assert account.per_day == 500
    assert scene.credential(account).secret == "canary-refresh-olga@acme.example.com"
    assert scene.alarm.rung == 1


def test_the_log_says_which_account_was_connected_without_its_address(scene, browser, caplog):
    caplog.set_level(logging.INFO)
    browser.back(browser.consent(scene.link()), "olga@acme.example.com")
    (account,) = scene.accounts()
    (line,) = [one for one in caplog.records if one.message == "account_connected"]
    assert (line.account, line.service) == (account.id, "gmail")
    assert "olga@" not in str(vars(line))


def test_the_log_says_beside_the_event_why_a_page_was_refused(scene, browser, caplog):
    caplog.set_level(logging.INFO)
    assert browser.open("/connect/made-up").status_code == 410
    (line,) = [one for one in caplog.records if one.message == "connect_page_refused"]
    assert line.error == "LinkOver"


def test_looking_at_a_link_uses_nothing_up(scene, browser):
    """Slack, mail gateways and virus scanners open links before people do."""
    link = scene.link()
    for _ in range(5):
        assert scene.browser().open(link).status_code == 200
    scene.browser().client.head(link)
    assert browser.consent(link)


def test_microsoft_is_the_provider_of_microsoft(scene, browser):
    there = browser.consent(scene.link(service=Service.MICROSOFT_365))
    assert there.startswith("https://microsoft.example/")


@pytest.mark.parametrize(
    ("service", "says"),
    [
        (Service.GMAIL, "Access lasts until 22 February 2027, 12:00 UTC"),
        (Service.MICROSOFT_365, "Access ends after 90 days without use"),
    ],
)
def test_the_page_says_until_when_access_lasts_or_what_prolongs_it(scene, browser, service, says):
    for consent in scene.consents.values():
        consent.ends_at = datetime(2027, 2, 22, 12, tzinfo=UTC)
    there = browser.consent(scene.link(service=service))
    assert says in words(browser.back(there, "olga@acme.example.com"))


def test_cancelling_changes_nothing_and_says_so(scene, browser):
    there = browser.consent(scene.link())
    page = browser.back(there, "", error="access_denied")
    assert page.status_code == 200
    assert "Nothing was connected" in words(page)
    assert scene.accounts() == []


def test_another_no_of_the_provider_says_whom_to_ask(scene, browser):
    there = browser.consent(scene.link())
    page = browser.back(there, "", error="admin_policy_enforced")
    assert page.status_code == 400
    assert "ask its administrator" in words(page)


def test_a_renewal_gives_the_same_account_a_newer_credential(scene, browser):
    account = scene.connected()
    there = browser.consent(scene.link(account_id=account.id))
    assert parse_qs(urlsplit(there).query)["hint"] == [account.address]
    page = browser.back(there, "Olga@acme.example.com")  # providers differ in how they spell it
    assert "Gmail is renewed" in words(page)
    (renewed,) = scene.accounts()
    assert (renewed.id, renewed.version, renewed.address) == (account.id, 2, account.address)


@pytest.mark.parametrize("resumes", [True, False])
def test_whoever_takes_over_a_disconnected_address_reads_that_it_is_theirs_alone(scene, browser, resumes):
    account = scene.connected(OLGA)
    shared(scene, account)
    desk(scene).disconnect(OLGA, account.id)
    scene.connecting.resumes = resumes
    said = words(browser.back(browser.consent(scene.link(PAUL)), account.address))
    for line in (
        "Gmail is connected",
        "Campaigns of whoever had it before do not go on from it.",
        "Only you can send from it, until you share it",
    ):
        assert line in said
    assert "renewed" not in said
    assert ("Campaigns of yours that waited for it go on by themselves" in said) == resumes
    assert ("Press Resume in Slack, and campaigns of yours that waited" in said) != resumes
    assert not scene.accounts()[0].is_shared


def test_whoever_connects_again_what_they_had_disconnected_reads_what_goes_on(scene, browser):
    account = scene.connected(OLGA)
    desk(scene).disconnect(OLGA, account.id)
    said = words(browser.back(browser.consent(scene.link(OLGA)), account.address))
    assert "Gmail is renewed" in said
    assert "Campaigns that waited for it go on by themselves" in said
    assert "Only you" not in said


def test_a_mail_server_account_that_is_taken_over_says_so_too(scene, browser):
    account = scene.connected_smtp(OLGA)
    desk(scene).disconnect(OLGA, account.id)
    link = scene.link(PAUL, Service.SMTP)
    browser.open(link)
    said = words(browser.post(link, SMTP_FORM))
    assert "SMTP server is connected" in said
    assert "do not go on from it. Only you can send" in said


def test_a_link_of_an_alert_mail_renews_until_it_is_renewed(scene, browser):
    account = scene.connected()
    link = scene.connecting.renewal_link(account)
    assert "Renew Gmail" in words(browser.open(link))
    assert browser.back(browser.consent(link), account.address).status_code == 200
    over = browser.open(link)
    assert over.status_code == 410
    assert "was renewed" in words(over)


# mail servers


def test_a_mail_server_is_connected_with_a_password(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM)
    assert "SMTP server is connected" in words(page)
    (account,) = scene.accounts()
    kept = scene.credential(account)
    assert (kept.how, kept.host, kept.port, kept.security, kept.user, kept.secret) == (
        How.PASSWORD,
        "smtp.acme.example.com",
        587,
        "starttls",
        "olga@acme.example.com",
        PASSWORD,
    )
    assert account.label == "Olga"


@pytest.mark.parametrize("service", SMTP_SERVICES, ids=lambda one: one.name)
def test_the_page_says_what_to_enter_for_each_known_service(scene, browser, service):
    page = words(browser.open(scene.link(service=Service.SMTP)))
    assert f"{service.name} {service.host} {service.user} {service.password}" in page


def test_a_wrong_password_keeps_the_link_and_what_was_typed(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM | {"password": "wrong", "name": "Olga <Owner>"})
    assert page.status_code == 422
    assert "refused this user and password" in words(page)
    assert 'value="smtp.acme.example.com"' in page.text
    assert 'value="Olga &lt;Owner&gt;"' in page.text
    assert browser.post(link, SMTP_FORM).status_code == 200


def test_a_mail_server_that_does_not_answer_is_said_beside_its_name(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    scene.doorbell.trouble = Busy("The server did not answer")
    page = browser.post(link, SMTP_FORM)
    assert page.status_code == 422
    assert "The server did not answer. Check its name and port" in words(page)


def test_the_mail_of_a_provider_goes_by_its_token_too(scene, browser):
    link = scene.link(service=Service.SMTP)
    there = browser.consent(link, provider="microsoft")
    assert browser.back(there, "olga@acme.example.com").status_code == 200
    (account,) = scene.accounts()
    assert scene.credential(account).host == "smtp.microsoft.example"
    assert len(scene.doorbell.rung) == 1


def test_a_mailed_link_asks_for_the_password_only_and_keeps_the_server(scene, browser):
    account = scene.connected_smtp()
    scene.doorbell.opens.add(NEW_PASSWORD)
    link = scene.connecting.renewal_link(account)
    assert 'name="host"' not in browser.open(link).text
    page = browser.post(link, {"password": NEW_PASSWORD})
    assert "is renewed" in words(page)
    kept = scene.credential(account)
    assert (kept.secret, kept.host) == (NEW_PASSWORD, "smtp.acme.example.com")


# service accounts


def test_an_admin_connects_a_service_account(scene, browser):
    link = scene.link(ADMIN, Service.GMAIL)
    page = browser.open(link)
    assert SEND_MAIL in page.text
    assert OWN_CALENDARS in page.text
    form = {"how": "service-key", "service": "google-calendar", "subject": "events@acme.example.com"}
    assert browser.post(link, form | {"key": KEY}).status_code == 200
    (account,) = scene.accounts()
    assert (account.kind, account.address) == ("google-calendar", "events@acme.example.com")
    kept = scene.credential(account)
    assert (kept.how, kept.provider, kept.user) == (How.SERVICE_KEY, "google", "events@acme.example.com")
    assert "evil.example" not in kept.secret


def test_a_key_that_is_none_is_said_beside_it(scene, browser):
    link = scene.link(ADMIN, Service.GMAIL)
    browser.open(link)
    page = browser.post(link, {"how": "service-key", "subject": "e@acme.example.com", "key": "{}"})
    assert page.status_code == 422
    assert "Paste the whole JSON file" in words(page)
    assert "<details open>" in page.text


def test_without_the_settings_of_google_only_an_admin_may_bring_a_key():
    scene = ConnectScene(providers=())
    assert "GOOGLE_CLIENT_ID" in scene.connecting.can_connect(Service.GMAIL)
    assert "MICROSOFT_CLIENT_ID" in scene.connecting.can_connect(Service.MICROSOFT_365)
    assert scene.connecting.can_connect(Service.GMAIL, is_admin=True) == ""
    page = scene.browser().open(scene.link(ADMIN, Service.GMAIL))
    assert "Continue to" not in words(page)
    assert "service account" in words(page)


# how pages are sent


def test_the_style_is_a_file_that_the_policy_allows(scene, browser):
    page = browser.open(scene.link(OLGA))
    assert "<script" not in page.text
    assert "style=" not in page.text
    style = browser.open("/connect/page.css")
    assert (style.status_code, style.mimetype) == (200, "text/css")
