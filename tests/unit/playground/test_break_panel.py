"""The break-things panel: each button breaks one thing for real, says how it stands, and can be undone."""

import json
import smtplib
import threading
from contextlib import contextmanager

import pytest

from playground import Mailbox, Workspace
from playground.break_pages import make_break_pages
from playground.break_panel import BotSwitch, BreakPanel
from playground.google_stand_in import GoogleStandIn
from tests.unit.playground.invites import Browser
from tests.unit.playground.oauth_clients import BACK, SEND, consented

OWNER, PASSWORD = "events@acme.example", "s3cret"
LETTER = b"Subject: Hi\r\n\r\nHello\r\n"
PATIENCE = 10.0


class Bot:
    """Counts how often it is started again; can be held in the middle of it."""

    def __init__(self):
        self.restarts, self.kills, self.trouble = 0, 0, ""
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.switch = BotSwitch(restart=self._restart, kill=self._kill, is_alive=lambda: True)

    def _restart(self):
        self.restarts += 1
        self.has_begun.set()
        assert self.may_end.wait(PATIENCE)
        return self.trouble

    def _kill(self):
        self.kills += 1
        return self.trouble


@pytest.fixture
def bot():
    return Bot()


@pytest.fixture
def box():
    with Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER) as mailbox:
        yield mailbox


@pytest.fixture
def browser(box, bot):
    with Workspace(mailbox=box, extra_pages=(make_break_pages(box, bot.switch),)) as workspace:
        yield Browser(workspace)


def press(browser, deed):
    status, body, _headers = browser.ask(
        "POST", "/break", json.dumps({"deed": deed}), {"Content-Type": "application/json"}
    )
    return status, json.loads(body)


def states(browser):
    return {one["about"]: one["state"] for one in json.loads(browser.get("/break"))["controls"]}


def button(browser, deed):
    """The label of the button that does this now; None when there is none."""
    controls = json.loads(browser.get("/break"))["controls"]
    return next((one["button"] for one in controls if one["deed"] == deed), None)


@contextmanager
def line(box):
    """As the bot holds it: logged in."""
    with smtplib.SMTP(box.host, box.port, timeout=10) as opened:
        opened.login(OWNER, PASSWORD)
        yield opened


def send(opened, *addresses):
    return opened.sendmail(OWNER, list(addresses) or ["ben@people.example"], LETTER)


def test_a_token_can_expire_in_the_middle_of_a_session_and_be_renewed(box, browser):
    with line(box) as opened:
        send(opened)
        assert "also on an open connection" in press(browser, "expire_token")[1]["said"]
        assert states(browser)["Login token"] == "expired: logins are refused (535)"
        with pytest.raises(smtplib.SMTPSenderRefused):
            send(opened)
    with pytest.raises(smtplib.SMTPAuthenticationError), line(box):
        pass
    assert button(browser, "renew_token") == "Renew the token"
    press(browser, "renew_token")
    with line(box) as opened:
        send(opened)
    assert states(browser)["Login token"] == "valid"


def test_the_next_five_addresses_are_refused_and_counted(box, browser):
    press(browser, "refuse_addresses")
    with line(box) as opened:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as error:
            send(opened)
        assert error.value.recipients["ben@people.example"] == (550, b"5.1.1 No such user")
        assert states(browser)["Addresses"] == "the next 4 are refused (550)"
        refused = send(opened, *(f"person{number}@people.example" for number in range(5)))
        assert len(refused) == 4
        assert states(browser)["Addresses"] == "all are taken"
        press(browser, "refuse_addresses")
        press(browser, "take_addresses")
        send(opened)


def test_pressed_twice_it_is_still_five_addresses(box, browser):
    press(browser, "refuse_addresses")
    press(browser, "refuse_addresses")
    assert states(browser)["Addresses"] == "the next 5 are refused (550)"
    addresses = [f"person{number}@people.example" for number in range(6)]
    with line(box) as opened:
        assert len(send(opened, *addresses)) == 5


def test_the_mail_server_hangs_up_after_one_invite_and_keeps_it(box, browser):
    press(browser, "hang_up")
    assert states(browser)["After an invite"] == "hangs up after the next one"
    with line(box) as opened, pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(opened)
    assert len(box) == 1
    assert states(browser)["After an invite"] == "answers as it should"
    press(browser, "hang_up")
    press(browser, "no_hang_up")
    with line(box) as opened:
        send(opened)


def test_the_mail_server_can_be_slow_and_down(box, browser):
    press(browser, "slow")
    assert (states(browser)["Mail server's speed"], box.faults.delay) == ("slow: 2 s a reply", 2.0)
    press(browser, "fast")
    assert states(browser)["Mail server's speed"] == "full speed"
    press(browser, "down")
    assert states(browser)["Mail server"] == "down: refuses connections"
    with pytest.raises(ConnectionRefusedError), line(box):
        pass
    press(browser, "up")
    with line(box) as opened:
        send(opened)


def test_one_button_makes_all_well_again(box, browser):
    well = states(browser)
    for deed in ("expire_token", "refuse_addresses", "slow", "hang_up", "down"):
        assert press(browser, deed)[0] == 200
    assert not set(states(browser).items()) & set(well.items()) - {("Bot", "running")}
    assert press(browser, "all_well")[1]["said"] == "All is well again."
    assert states(browser) == well
    with line(box) as opened:
        send(opened)


def test_pressed_twice_at_once_the_bot_is_restarted_once(bot, browser):
    bot.may_end.clear()
    told = []
    first = threading.Thread(target=lambda: told.append(press(browser, "restart_bot")))
    first.start()
    assert bot.has_begun.wait(PATIENCE)
    assert states(browser)["Bot"] == "Restarting…"
    for deed in ("restart_bot", "kill_bot"):
        status, said = press(browser, deed)
        assert (status, "already" in said["error"]) == (409, True)
    bot.may_end.set()
    first.join(PATIENCE)
    assert told[0][1]["said"] == "The bot is back."
    assert (bot.restarts, bot.kills) == (1, 0)
    assert states(browser)["Bot"] == "running"
    assert press(browser, "kill_bot")[1]["said"] == "The bot is back."
    assert bot.kills == 1


def test_a_bot_that_does_not_come_back_is_told(bot, browser):
    bot.trouble = "A setting is wrong."
    assert press(browser, "kill_bot")[1]["said"] == "The bot did not come back. A setting is wrong."


def test_only_this_page_may_break_things(browser, box):
    foreign = {"Content-Type": "application/json", "Origin": "https://evil.example"}
    assert browser.ask("POST", "/break", '{"deed": "down"}', foreign)[0] == 403
    assert browser.ask("POST", "/break", '{"deed": "down"}', {"Content-Type": "text/plain"})[0] == 400
    assert press(browser, "explode")[0] == 400
    assert not box.is_refusing_connections


def test_the_panel_stands_beside_the_workspace_in_words(browser):
    page = browser.get("/")
    assert 'data-break="expire_token"' in page
    assert "Login token: valid" in page
    assert 'role="status" aria-live="polite"' in page
    assert "<style" not in page
    assert "onclick" not in page


def test_without_a_bot_to_restart_there_is_no_button_for_it(box):
    with Workspace(mailbox=box, extra_pages=(make_break_pages(box),)) as workspace:
        browser = Browser(workspace)
        assert button(browser, "restart_bot") is None
        assert press(browser, "restart_bot")[0] == 400


def test_a_workspace_without_the_panel_shows_none(box):
    with Workspace(mailbox=box) as workspace:
        assert "Break things" not in Browser(workspace).get("/")


def test_with_a_provider_the_token_expires_there_and_consent_given_anew_is_good(box):
    with GoogleStandIn(lambda *_: None, accounts=[OWNER], redirect_uris=[BACK], is_tls=True) as google:
        first = consented(google, SEND)
        panel = BreakPanel(box, None, google)
        panel.do("expire_token")
        assert google.tokens.access(first.token) is None
        assert panel.controls()[0].state == "expired: refused (invalid_grant)"
        again = consented(google, SEND)
        assert google.tokens.access(again.token)
        assert panel.controls()[0].state == "valid"
        panel.do("expire_token")
        panel.do("all_well")
        assert google.tokens.access(again.token)
