"""The connect page's "Also read answers and bounces", which is off unless somebody ticks it."""

import pytest

from campaigns.account import How, ImapServer, Service
from campaigns.errors import Busy, NoAccess
from handlers.delegated_scopes import READING_SCOPE
from mailers.google_auth import READ_MAIL
from tests.fakes.connect_scene import (
    ADMIN,
    KEY,
    NEW_PASSWORD,
    OLGA,
    PASSWORD,
    SMTP_FORM,
    ConnectScene,
    words,
)

ADDRESS = "olga@acme.example.com"
READING = {"reads": "yes"}
GUESSED = ImapServer("imap.acme.example.com", 993, "tls")


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def browser(scene):
    return scene.browser()


def box(page):
    return page.text.partition('name="reads"')[2].partition(">")[0]


def test_the_page_asks_says_what_it_is_for_and_what_is_lost_without(scene, browser):
    page = browser.open(scene.link())
    assert "checked" not in box(page)
    said = words(page)
    assert "Also read answers and bounces" in said
    assert "never moves, marks or deletes mail" in said
    assert "cannot show who accepted or declined" in said
    assert "To read what comes back by gmail. scope.read.gmail" in said


def test_a_calendar_has_nothing_more_to_allow(scene, browser):
    page = browser.open(scene.link(service=Service.GOOGLE_CALENDAR))
    assert "Also read answers" not in words(page)
    account = scene.connected(service=Service.GOOGLE_CALENDAR)
    assert scene.connecting.reads(account)


def test_left_unticked_nothing_more_is_asked_for(scene, browser):
    there = browser.consent(scene.link())
    assert "reads=yes" not in there
    page = browser.back(there, ADDRESS)
    assert "are not read" in words(page)
    (account,) = scene.accounts()
    assert not scene.credential(account).reads


def test_ticked_it_is_asked_for_and_kept(scene, browser):
    there = browser.consent(scene.link(), **READING)
    assert "reads=yes" in there
    page = browser.back(there, ADDRESS)
    assert "Answers are read" in words(page)
    (account,) = scene.accounts()
    assert scene.credential(account).reads


def test_whoever_unticks_it_at_the_provider_can_send_all_the_same(scene, browser):
    scene.consents["google"].unticks_reading = True
    page = browser.back(browser.consent(scene.link(), **READING), ADDRESS)
    assert page.status_code == 200
    assert "are not read" in words(page)
    (account,) = scene.accounts()
    assert not scene.credential(account).reads


def test_nobody_adds_it_on_the_way_back(scene, browser):
    """The state says what was asked for: changed, it is another state."""
    there = browser.consent(scene.link())
    page = browser.back(there.replace("state=google-", "state=google.reads-"), ADDRESS)
    assert page.status_code == 410
    assert scene.accounts() == []


def test_a_renewal_begins_with_what_is_allowed_now_and_can_take_it_back(scene, browser):
    browser.back(browser.consent(scene.link(), **READING), ADDRESS)
    (account,) = scene.accounts()
    link = scene.link(account_id=account.id)
    assert "checked" in box(browser.open(link))
    browser.back(browser.consent(link), ADDRESS)
    assert not scene.credential(account).reads


@pytest.mark.parametrize("ticked", [{}, READING])
@pytest.mark.parametrize("reads", [False, True])
def test_a_mails_link_changes_nothing_about_what_is_allowed(scene, browser, reads, ticked):
    browser.back(browser.consent(scene.link(), **(READING if reads else {})), ADDRESS)
    (account,) = scene.accounts()
    link = scene.connecting.renewal_link(account)
    page = browser.open(link)
    assert "checkbox" not in page.text
    assert ("also asks for leave to read" in words(page)) == reads
    there = browser.consent(link, **ticked)
    assert ("reads=yes" in there) == reads
    browser.back(there, ADDRESS)
    assert scene.credential(account).reads == reads


def test_a_mail_servers_mailbox_is_tried_before_it_is_kept(scene):
    account = scene.connected_smtp(**READING)
    assert scene.credential(account).imap == GUESSED
    ((_, tried),) = scene.mailbox_bell.rung
    assert tried.imap == GUESSED


def test_unticked_no_mailbox_is_tried(scene):
    account = scene.connected_smtp(imap_host="imap.acme.example.com")
    assert scene.credential(account).imap is None
    assert scene.mailbox_bell.rung == []


@pytest.mark.parametrize(
    ("trouble", "more", "said"),
    [
        (NoAccess("The mailbox refuses the login"), {}, "The mailbox refused this user and password"),
        (
            NoAccess("The mailbox refuses the login"),
            {"imap_user": "olga", "imap_password": "canary-imap"},
            "The mailbox refused this user and password",
        ),
        (Busy("The mail server broke the connection off"), {}, "To connect without it, untick the box"),
    ],
)
def test_a_mailbox_that_does_not_open_is_said_and_nothing_is_kept(scene, browser, trouble, more, said):
    scene.mailbox_bell.trouble = trouble
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM | READING | more)
    assert page.status_code == 422
    assert said in words(page)
    assert "checked" in box(page)
    assert "canary" not in page.text
    assert scene.accounts() == []
    scene.mailbox_bell.trouble = None
    assert browser.post(link, SMTP_FORM | READING | more).status_code == 200


def test_where_it_cannot_be_guessed_the_field_says_so(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM | READING | {"host": "smtp.sendgrid.net"})
    assert page.status_code == 422
    assert "it cannot be guessed" in words(page)


def test_a_password_renewed_by_mail_keeps_the_mailbox_with_its_own(scene, browser):
    own = {"imap_host": "imap.elsewhere.example.com", "imap_user": "olga", "imap_password": PASSWORD}
    account = scene.connected_smtp(**READING, **own)
    kept = scene.credential(account).imap
    scene.doorbell.opens = {NEW_PASSWORD}
    scene.mailbox_bell.opens = {NEW_PASSWORD}
    link = scene.connecting.renewal_link(account)
    browser.open(link)
    form = {"how": "password", "password": NEW_PASSWORD, "imap_host": "imap.evil.example.com"}
    assert browser.post(link, form).status_code == 200
    assert scene.credential(account).imap == kept


def test_a_renewal_shows_where_the_mailbox_is_and_never_its_password(scene, browser):
    own = {"imap_host": "imap.elsewhere.example.com", "imap_user": "olga.there", "imap_password": PASSWORD}
    account = scene.connected_smtp(**READING, **own)
    page = browser.open(scene.link(OLGA, Service.SMTP, account.id))
    assert 'value="imap.elsewhere.example.com"' in page.text
    assert 'value="olga.there"' in page.text
    assert PASSWORD not in page.text


@pytest.mark.parametrize("ticked", [{}, READING])
def test_a_service_account_reads_if_its_admin_says_so(scene, browser, ticked):
    link = scene.link(ADMIN)
    assert READING_SCOPE in browser.open(link).text
    form = {"how": "service-key", "service": "gmail", "key": KEY, "subject": ADDRESS}
    assert browser.post(link, form | ticked).status_code == 200
    (account,) = scene.accounts()
    credential = scene.credential(account)
    assert credential.how is How.SERVICE_KEY
    assert credential.reads == bool(ticked)
    assert len(scene.mailbox_bell.rung) == len(ticked)


def test_the_page_names_the_scope_that_is_used():
    assert READING_SCOPE == READ_MAIL
