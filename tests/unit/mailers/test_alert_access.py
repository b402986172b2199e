from dataclasses import replace

import pytest

from campaigns.model import Medium
from campaigns.notices import Notice, NoticeKind
from campaigns.service_names import entered_in
from mailers.alert_access import AccessFacts, access_facts, back, lost
from mailers.smtp_faults import classify
from mailers.smtp_rules import Stage
from tests.fakes.clocks import NOON

LINK = "https://bot.acme.example/renew/7.2.mac"
FACTS = AccessFacts(
    address="ana@acme.example",
    service="Gmail",
    cause="The sign-in has expired",
    hint="Sign in again.",
    waiting=40,
    runs=5,
    titles=("Team Day", "Summit", "Retreat"),
    link=LINK,
)


def words_of(said):
    return " ".join(said.text.split())


def test_lost_access_says_what_happened_who_waits_and_leads_to_the_renewal():
    said = lost(FACTS)
    assert said.subject == "Action needed, renew ana@acme.example: 5 campaigns wait"
    for line in (
        "Gmail no longer lets sendinvites in",
        "5 runs were paused at once.",
        "40 people wait",
        "Why: The sign-in has expired",
        "Campaigns: Team Day, Summit, Retreat and 2 more",
        f"Renew token: {LINK}",
    ):
        assert line in words_of(said)
    assert f'href="{LINK}"' in said.html


def test_one_campaign_is_named_in_the_subject():
    one = replace(FACTS, runs=1, titles=("Team Day",))
    assert lost(one).subject == "Action needed, renew ana@acme.example: Team Day"


def test_without_a_page_of_its_own_the_bot_says_where_to_press_in_slack():
    said = lost(replace(FACTS, link=""))
    assert "/sendinvites services" in said.text
    assert "href=" not in said.html


def test_the_account_of_the_settings_has_no_link_but_the_admins_words():
    said = lost(replace(FACTS, is_of_settings=True, link=""))
    assert "SMTP_URL" in said.text
    assert "Renew token" not in said.text + said.html


@pytest.mark.parametrize(
    ("how", "step"),
    [
        ("password", "2. Press Renew token below, and type the new password on the page."),
        ("consent", "2. Press Renew token below, and sign in as ana@acme.example."),
    ],
)
def test_a_connected_account_is_told_what_to_bring_and_nothing_of_the_settings(how, step):
    fault = classify(Stage.AUTH, 535, "5.7.8 Bad credentials")
    said = lost(replace(FACTS, service="SMTP server", hint=fault.hint, how=how))
    assert "1. Make a new password or app password at the mail provider." in said.text
    assert step in said.text
    assert "SMTP_URL" not in said.text + said.html


def test_a_service_accounts_key_is_renewed_in_slack_where_its_page_takes_one():
    """The page of a mail's link takes no key: it would be the key of a whole organization."""
    payload = {"address": "ana@acme.example", "service": "gmail", "workspace": "T1", "account": "7"}
    payload |= {"how": "service_key", "cause": "The key was deleted", "runs": "1", "titles": "Summit"}
    told = Notice(1, NoticeKind.ACCESS_LOST, Medium.MAIL, "k", None, None, payload, 0, 0, NOON, NOON)
    said = lost(access_facts(told, LINK))
    step = (
        "A workspace admin types /sendinvites services in Slack, presses Renew token beside the account, and "
        "enters the service account's key anew."
    )
    assert step in words_of(said)
    assert LINK not in said.text + said.html
    assert "below" not in said.text


def test_what_a_hint_says_of_the_settings_is_said_once():
    payload = {"address": "out@acme.example", "service": "smtp", "runs": "1", "titles": "Summit"}
    payload["hint"] = f"Make a new password at the mail provider. {entered_in('SMTP_URL')}"
    told = Notice(1, NoticeKind.ACCESS_LOST, Medium.MAIL, "k", None, None, payload, 0, 0, NOON, NOON)
    said = lost(access_facts(told, LINK)).text
    assert "1. Make a new password at the mail provider.\n2. An admin enters the new password in" in said
    assert said.count("SMTP_URL") == 1


def test_where_nothing_goes_on_by_itself_the_mail_says_who_has_to_press():
    said = lost(replace(FACTS, resumes=False)).text
    assert "Then press Resume in Slack. What waits goes on where it stopped, and not before." in said
    assert "by itself" not in said
    assert "by itself" in lost(FACTS).text


@pytest.mark.parametrize("resumes", [True, False])
def test_after_a_new_password_in_the_settings_runs_go_on_as_after_a_renewal(resumes):
    said = lost(replace(FACTS, is_of_settings=True, link="", resumes=resumes)).text
    assert ("What waits then goes on by itself" in said) is resumes
    assert ("Then press Resume in Slack." in said) is not resumes


def test_a_disconnected_account_is_said_to_be_that_and_by_whom():
    """The link of a mail renews a current account only, so none is shown."""
    payload = {
        "address": "ana@acme.example",
        "service": "gmail",
        "workspace": "T1",
        "by": "U0KIM",
        "runs": "1",
    }
    payload |= {"cause": "The account was disconnected by a workspace admin", "titles": "Summit"}
    told = Notice(1, NoticeKind.ACCESS_LOST, Medium.MAIL, "k", None, None, payload, 0, 0, NOON, NOON)
    said = lost(access_facts(told, LINK))
    assert said.subject == "Action needed, ana@acme.example was disconnected: Summit"
    for line in (
        "Gmail was disconnected",
        "Why: The account was disconnected by a workspace admin",
        "1 run was paused at once.",
        "until it is connected again",
        "In Slack type /sendinvites services, and connect it again.",
    ):
        assert line in words_of(said)
    for untrue in ("no longer lets", "has expired", "given back", "Renew token", LINK):
        assert untrue not in said.text + said.html


def test_nothing_waiting_is_said_calmly():
    said = lost(replace(FACTS, runs=0, waiting=0, titles=()))
    assert said.subject == "Action needed, renew ana@acme.example"
    assert "No run was sending from it just now." in said.text
    assert "Resume" not in said.text


@pytest.mark.parametrize("words", [lost, back])
def test_nothing_a_person_typed_or_a_provider_said_is_html_or_a_second_line(words):
    payload = {
        "address": "<u>me</u>",
        "service": "<i>x</i>",
        "cause": "<b>said</b>\x00",
        "hint": "<s>do</s>",
        "titles": "<img src=x>\r\nBcc: eve@evil.example",
        "runs": "1",
        "workspace": "T1",
    }
    told = Notice(1, NoticeKind.ACCESS_LOST, Medium.MAIL, "k", None, None, payload, 0, 0, NOON, NOON)
    evil = access_facts(told, "javascript:alert(1)")
    said = words(evil)
    for tag in ("<u>", "<i>", "<b>", "<s>", "<img", "href="):
        assert tag not in said.html
    assert "\n" not in said.subject
    assert "\r" not in said.text + said.html
    assert "javascript:" not in said.text


def test_renewed_access_says_that_what_waited_goes_on():
    assert "goes on where it stopped" in back(FACTS).text
    assert "goes on where it stopped" not in back(replace(FACTS, runs=0)).text
    assert back(FACTS).subject == "Access renewed: ana@acme.example"
