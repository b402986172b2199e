"""Attacks on the pages where accounts are connected: none of them gets, changes or shows an account."""

import logging

import pytest

from campaigns.account import AccountState, Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.conduct import RunService
from campaigns.connect_links import LinkOver
from campaigns.errors import NotAllowed, NotFound, SendInvitesError, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.fakes.campaigns import form_for, roster_of
from tests.fakes.connect_scene import (
    ADMIN,
    ELSEWHERE,
    GUEST,
    KEY,
    NEW_PASSWORD,
    OLGA,
    PASSWORD,
    PAUL,
    PUBLIC_URL,
    SMTP_FORM,
    ConnectScene,
    shared,
    words,
)

ADDRESS = "olga@acme.example.com"


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def browser(scene):
    return scene.browser()


def refused(answer, status, *said):
    assert answer.status_code == status
    text = words(answer)
    assert all(one in text for one in said), text


def running(scene, account):
    """A run of Olga's."""
    with scene.store.writing() as work:
        campaign = work.campaigns.add(
            form_for(account.id),
            workspace=OLGA.workspace,
            owner=OLGA.user,
            roster=roster_of(2),
            missing_values=0,
            now=scene.clock.now(),
        )
    runs = RunService(scene.store, scene.clock, scene.alarm)
    return runs.start(OLGA, campaign.id, Selection(Kind.INVITE), Pace(1, 5), channel="C1", submission="s")


# the way to the provider and back


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


# whose account it is


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


def forget(scene, account):
    """As *Disconnect* does."""
    with scene.store.writing() as work:
        work.accounts.forget_credential(account.id)


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
    assert browser.open(by_admin).status_code == 200


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


# links of alert mails


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


# passwords


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


# forms from elsewhere


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
        {"Origin": "https://evil.example"},
        {"Origin": f"{PUBLIC_URL}.evil.example"},
        {"Origin": "http://invites.example.com"},
        {"Origin": "null"},
    ],
)
def test_a_form_on_another_page_is_refused(scene, browser, sent):
    link = scene.link()
    browser.open(link)
    refused(browser.post(link, {"how": "consent"}, sent), 403, "not sent from its own page")
    assert browser.consent(link)  # nothing was used up


def test_a_form_without_the_cookie_of_the_page_is_refused(scene):
    refused(scene.browser().post(scene.link(), {"how": "consent"}), 403)


@pytest.mark.parametrize("value", ["", "short", "x" * 500, "a" * 42 + ";"])
def test_a_cookie_that_is_not_ours_counts_for_nothing(scene, browser, value):
    link = scene.link()
    browser.open(link)
    browser.client.set_cookie("__Host-sendinvites-browser", value, domain="invites.example.com", secure=True)
    refused(browser.post(link, {"how": "consent"}), 403)


def test_the_cookie_is_out_of_reach(scene, browser):
    cookie = browser.open(scene.link()).headers["Set-Cookie"]
    assert cookie.startswith("__Host-sendinvites-browser=")
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_every_answer_is_sealed(scene, browser):
    link = scene.link()
    answers = [
        browser.open(link),
        browser.post(link, {"how": "consent"}),
        browser.open(link),
        browser.open("/connect/callback"),
        browser.open("/renew/1.1.x"),
        browser.post(link, {}, {"Origin": "https://evil.example"}),
    ]
    for answer in answers:
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


# what is typed and asked for


@pytest.mark.parametrize(
    "path",
    [
        "/connect/../health/../connect/x",
        "/connect/%2e%2e%2fhealth",
        "/connect/%00",
        "/connect/p" + "a" * 5_000,
        "/connect/p{{7*7}}aaaaaaaaaaaaaaaa",
        "/connect/<script>alert(1)</script>",
        "/renew/1.1.%0d%0aSet-Cookie:x=1",
        "/renew/99999999999999999999.1." + "a" * 64,
        "/connect/page.html",
        "/connect/start.html",
    ],
)
def test_odd_paths_lead_nowhere(browser, path):
    answer = browser.open(path)
    assert answer.status_code in {404, 410}
    assert "<script" not in answer.text
    assert "49" not in words(answer)


@pytest.mark.parametrize("field", ["host", "port", "user", "password", "from", "name"])
@pytest.mark.parametrize("ending", ["\r\nBcc: eve@evil.example", "\n.\nQUIT", "\0", "\x1b[2J", "\u2028x"])
def test_a_line_break_in_a_field_goes_no_further(scene, browser, field, ending):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    form = SMTP_FORM | {"from": ADDRESS} | {field: f"{SMTP_FORM[field] or ADDRESS}{ending}"}
    assert browser.post(link, form).status_code == 422
    assert scene.doorbell.rung == []


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("localhost", "587"),
        ("127.0.0.1", "587"),
        ("127.1", "587"),
        ("2130706433", "587"),
        ("0x7f000001", "587"),
        ("[::1]", "587"),
        ("::1", "587"),
        ("::ffff:127.0.0.1", "587"),
        ("0.0.0.0", "587"),
        ("169.254.169.254", "587"),
        ("db.localhost", "587"),
        ("smtp.acme.example.com", "22"),
        ("smtp.acme.example.com", "6379"),
        ("smtp.acme.example.com/x", "587"),
        ("user@smtp.acme.example.com", "587"),
        ("smtp.acme.example.com:22", "587"),
    ],
)
def test_the_form_is_no_way_to_look_around_in_the_network(scene, browser, host, port):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"host": host, "port": port}).status_code == 422
    assert scene.doorbell.rung == []


def test_what_is_typed_is_shown_as_text(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM | {"host": '"><script>alert(1)</script>', "name": "{{7*7}}"})
    assert "<script" not in page.text
    assert "{{7*7}}" in page.text


def test_a_form_of_many_parts_is_refused(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    refused(browser.post(link, {f"field{n}": "x" * 50 for n in range(2_000)}), 413)


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
