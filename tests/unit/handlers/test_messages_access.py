import pytest
from slack_sdk import WebClient

from campaigns.errors import Misconfigured
from campaigns.notices import NoticeKind
from handlers import messages_access
from handlers.notifier import DirectNotifier, SlackNotifier
from playground import Workspace
from tests.fakes.largest_screens import campaign, notice

LOST = {
    "account": "7",
    "version": "2",
    "address": "ana@acme.example",
    "service": "gmail",
    "workspace": "T1",
    "cause": "The sign-in has expired",
    "hint": "Sign in again.",
    "waiting": "40",
    "runs": "5",
    "titles": "Team Day\nSummit\nRetreat",
    "run": "12",
}
OF_SETTINGS = {**LOST, "workspace": "", "service": "smtp"}
TEAM_DAY = campaign("Team Day")


@pytest.fixture
def workspace():
    with Workspace(rate_limits=None) as made:
        yield made


@pytest.fixture
def client(workspace):
    return WebClient("xoxb-playground", base_url=workspace.base_url, timeout=5, retry_handlers=[])


def lost(**more):
    return notice(NoticeKind.ACCESS_LOST, **{**LOST, **more})


def test_lost_access_says_what_happened_who_waits_and_what_to_press():
    said = messages_access.lost(lost()).text
    assert "Gmail no longer lets sendinvites in as ana@acme.example." in said
    assert "The sign-in has expired" in said
    assert "5 runs were paused at once: Team Day, Summit, Retreat and 2 more." in said
    assert "Nobody is lost: 40 people wait" in said
    assert "Press Renew token" in said


def test_the_buttons_carry_the_account_and_a_run():
    made = messages_access.lost(lost()).blocks[-1]["elements"]
    assert [(one["action_id"], one["value"]) for one in made] == [("renew_token", "7"), ("resume_run", "12")]


def test_the_account_of_the_settings_is_renewed_by_the_admin_and_by_no_button():
    told = messages_access.lost(notice(NoticeKind.ACCESS_LOST, **OF_SETTINGS))
    assert "SMTP_URL" in told.text
    assert [one["action_id"] for one in told.blocks[-1]["elements"]] == ["resume_run"]
    assert "Renew token" not in told.text


def test_an_account_nothing_waits_for_has_no_resume():
    told = messages_access.lost(lost(runs="0", waiting="0", titles="", run=""))
    assert [one["action_id"] for one in told.blocks[-1]["elements"]] == ["renew_token"]
    assert "No run was sending from it just now." in told.text
    assert "Resume" not in told.text


@pytest.mark.parametrize(
    ("runs", "left"), [("5", "5 runs were paused at once"), ("0", "until it is connected again")]
)
def test_a_disconnected_account_names_who_did_it_and_blames_no_provider(runs, left):
    told = messages_access.lost(lost(by="U0KIM", runs=runs, cause="The account was disconnected by an admin"))
    assert "<@U0KIM> disconnected ana@acme.example (Gmail)." in told.text
    assert left in told.text
    assert "To connect it again, press Renew token" in told.text
    for untrue in ("no longer lets", "renewed", "Sign in again."):
        assert untrue not in told.text


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ("0", "Campaigns can go out from it again; a run that is paused waits for Resume."),
        ("1", "1 run goes on where it stopped: Team Day."),
        ("2", "2 runs go on where they stopped: Team Day, Summit."),
    ],
)
def test_renewed_access_says_what_goes_on(runs, said):
    titles = "\n".join(["Team Day", "Summit"][: int(runs)])
    told = messages_access.back(notice(NoticeKind.ACCESS_BACK, **{**LOST, "runs": runs, "titles": titles}))
    assert told.text == f"Access to ana@acme.example is renewed. {said}"


def test_the_channel_is_told_without_a_run_of_its_own(client, workspace):
    """The herald finds a campaign and no report: the alert is of the account."""
    reference = SlackNotifier(client).tell(lost(channel="C0EVENTS"), TEAM_DAY, None, [])
    channel, _, ts = reference.partition(" ")
    (message,) = [one for one in workspace.messages if one.ts == ts]
    assert channel == "C0EVENTS"
    assert message.buttons == ["Renew token", "Resume"]


def test_a_channel_that_cannot_be_used_is_replaced_by_the_owners_messages(client, workspace):
    SlackNotifier(client).tell(lost(channel="C0GONE"), TEAM_DAY, None, [])
    (message,) = workspace.person("ana").messages
    assert message.buttons == ["Renew token", "Resume"]
    assert "Told here because I cannot see" in message.plain()


@pytest.mark.parametrize("kind", [NoticeKind.ACCESS_LOST, NoticeKind.ACCESS_BACK])
def test_a_person_is_told_also_of_an_account_without_a_campaign(client, workspace, kind):
    assert DirectNotifier(client).tell(notice(kind, **{**LOST, "user": "U0BEN"}), None, None, [])
    (message,) = workspace.person("ben").messages
    assert "ana@acme.example" in message.plain()


def test_nobody_to_tell_is_said_and_not_swallowed(client):
    with pytest.raises(Misconfigured):
        DirectNotifier(client).tell(lost(), None, None, [])
