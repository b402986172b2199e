import pytest
from slack_sdk import WebClient

from campaigns.errors import Misconfigured
from campaigns.notices import NoticeKind
from campaigns.service_names import entered_in
from handlers import messages_access
from handlers.notifier import DirectNotifier, SlackNotifier
from mailers.smtp_faults import classify
from mailers.smtp_rules import Stage
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


def buttons_of(message):
    return [(one["text"]["text"], one["action_id"], one["value"]) for one in message.blocks[-1]["elements"]]


def test_one_run_is_resumed_by_itself_and_several_by_their_account():
    renew = ("Renew token", "renew_token", "7")
    assert buttons_of(messages_access.lost(lost())) == [renew, ("Resume all", "resume_waiting", "7")]
    assert buttons_of(messages_access.lost(lost(runs="1"))) == [renew, ("Resume", "resume_run", "12")]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("password", "Press Renew token and type the new password on the page: it takes a minute."),
        ("service_key", "Press Renew token and enter the service account's key anew: it takes a minute."),
        ("consent", "Press Renew token: it takes a minute."),
    ],
)
def test_a_connected_account_is_told_what_to_bring_and_nothing_of_the_settings(how, said):
    fault = classify(Stage.AUTH, 535, "5.7.8 Bad credentials")
    told = messages_access.lost(lost(service="smtp", how=how, hint=fault.hint)).text
    assert "Make a new password or app password at the mail provider." in told
    assert said in told
    assert "SMTP_URL" not in told


def test_what_a_hint_says_of_the_settings_is_said_once():
    hint = f"Make a new password at the mail provider. {entered_in('SMTP_URL')}"
    told = messages_access.lost(notice(NoticeKind.ACCESS_LOST, **OF_SETTINGS | {"hint": hint})).text
    assert "Make a new password at the mail provider." in told
    assert told.count("SMTP_URL") == 1


@pytest.mark.parametrize(("runs", "label"), [("1", "Resume"), ("2", "Resume all")])
@pytest.mark.parametrize("by", ["", "U0KIM"])
def test_where_nothing_goes_on_by_itself_the_alert_says_who_has_to_press(runs, label, by):
    told = messages_access.lost(lost(runs=runs, by=by), resumes=False).text
    assert f"Then press {label}: what waits goes on where it stopped, and not before." in told
    assert "by itself" not in told
    assert "by itself" in messages_access.lost(lost(runs=runs, by=by)).text


def test_renewed_access_has_the_button_for_what_still_waits():
    held = {"runs": "0", "titles": "", "held": "2", "held_titles": "Team Day\nSummit", "held_run": "12"}
    told = messages_access.back(notice(NoticeKind.ACCESS_BACK, **{**LOST, **held}))
    assert "2 runs wait for Resume all: Team Day, Summit." in told.text
    assert buttons_of(told) == [("Resume all", "resume_waiting", "7")]
    one = {**held, "held": "1", "held_titles": "Team Day"}
    assert buttons_of(messages_access.back(notice(NoticeKind.ACCESS_BACK, **{**LOST, **one}))) == [
        ("Resume", "resume_run", "12")
    ]


def test_the_account_of_the_settings_is_renewed_by_the_admin_and_by_no_button():
    told = messages_access.lost(notice(NoticeKind.ACCESS_LOST, **OF_SETTINGS))
    assert "SMTP_URL" in told.text
    assert [one["action_id"] for one in told.blocks[-1]["elements"]] == ["resume_waiting"]
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
    assert message.buttons == ["Renew token", "Resume all"]


def test_a_channel_that_cannot_be_used_is_replaced_by_the_owners_messages(client, workspace):
    SlackNotifier(client).tell(lost(channel="C0GONE"), TEAM_DAY, None, [])
    (message,) = workspace.person("ana").messages
    assert message.buttons == ["Renew token", "Resume all"]
    assert "Told here because I cannot see" in message.plain()


@pytest.mark.parametrize("kind", [NoticeKind.ACCESS_LOST, NoticeKind.ACCESS_BACK])
def test_a_person_is_told_also_of_an_account_without_a_campaign(client, workspace, kind):
    assert DirectNotifier(client).tell(notice(kind, **{**LOST, "user": "U0BEN"}), None, None, [])
    (message,) = workspace.person("ben").messages
    assert "ana@acme.example" in message.plain()


def test_nobody_to_tell_is_said_and_not_swallowed(client):
    with pytest.raises(Misconfigured):
        DirectNotifier(client).tell(lost(), None, None, [])
