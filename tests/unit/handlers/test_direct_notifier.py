from dataclasses import replace

import pytest
from slack_sdk import WebClient

from campaigns.errors import Busy, Misconfigured
from campaigns.model import Attachment, Counts, Medium, Reason, Routing, RunState
from campaigns.notices import TOPICS, NoticeKind
from handlers.notifier import DirectNotifier
from playground import Workspace
from tests.fakes.largest_screens import campaign, notice, report, run

PROBLEMS = Attachment("list-problems.csv", b"Line\n3\n")
TEAM_DAY = campaign("Team Day")


class ClientThatKnowsWhoLeft(WebClient):
    """Slack takes messages to people who were deactivated; only users.info tells."""

    gone = frozenset()

    def users_info(self, *, user, **more):
        answer = super().users_info(user=user, **more)
        answer.data["user"]["deleted"] = user in self.gone
        return answer


@pytest.fixture
def workspace():
    with Workspace(rate_limits=None) as made:
        yield made


@pytest.fixture
def client(workspace):
    return ClientThatKnowsWhoLeft(
        "xoxb-playground", base_url=workspace.base_url, timeout=5, retry_handlers=[]
    )


@pytest.fixture
def notifier(client):
    return DirectNotifier(client)


def paused(*, channel="C0EVENTS", posted="C0EVENTS", started_by="U0BEN"):
    of = replace(
        run(RunState.PAUSED, Reason.QUOTA), channel=channel, posted_channel=posted, started_by=started_by
    )
    return report(of, Counts(queued=2, sent=1), causes=0)


def alert(notifier, of, told=TEAM_DAY):
    return notifier.tell(notice(NoticeKind.PAUSED, reason="quota"), told, of, [])


def test_an_alert_reaches_the_owner_with_its_buttons(notifier, workspace):
    assert alert(notifier, paused())
    (message,) = workspace.person("ana").messages
    assert message.buttons == ["Resume", "Stop"]
    assert "will not get it twice" in message.plain()


@pytest.mark.parametrize("kind", TOPICS)
def test_everything_a_campaign_may_send_to_a_person_has_words(notifier, workspace, kind):
    of = report(run(RunState.FINISHED), Counts(sent=2, failed=1), causes=1)
    notifier.tell(notice(kind, batch="1"), TEAM_DAY, of, [])
    (message,) = workspace.person("ana").messages
    assert message.plain().startswith("Team Day")


def test_what_stands_in_the_thread_of_the_owners_messages_is_not_said_twice(notifier, workspace):
    assert alert(notifier, paused(channel="", posted="D0ANA", started_by="U0ANA")) == ""
    assert alert(notifier, paused(channel="C0EVENTS", posted="D0ANA")) == ""
    assert workspace.person("ana").messages == []


def test_a_run_told_to_whoever_started_it_still_alerts_the_owner(notifier, workspace):
    alert(notifier, paused(channel="", posted="D0BEN", started_by="U0BEN"))
    assert len(workspace.person("ana").messages) == 1


def test_an_alert_that_goes_to_the_person_only_is_told_wherever_the_run_is(notifier, workspace):
    routed = replace(TEAM_DAY, routing=Routing(alerts=(Medium.DIRECT,)))
    alert(notifier, paused(channel="", posted="D0ANA", started_by="U0ANA"), routed)
    assert len(workspace.person("ana").messages) == 1


def test_when_the_owner_has_left_whoever_started_the_run_is_told(notifier, client, workspace):
    client.gone = frozenset({"U0ANA"})
    alert(notifier, paused(started_by="U0BEN"))
    assert workspace.person("ana").messages == []
    assert len(workspace.person("ben").messages) == 1


@pytest.mark.parametrize("refusal", ["cannot_dm_bot", "user_not_found", "user_disabled"])
def test_when_the_owner_cannot_be_written_to_whoever_started_the_run_is_told(notifier, workspace, refusal):
    workspace.fail_next("chat.postMessage", error=refusal)
    alert(notifier, paused(started_by="U0BEN"))
    assert len(workspace.person("ben").messages) == 1


def test_when_everybody_has_left_the_notice_is_given_up(notifier, client, workspace, caplog):
    client.gone = frozenset({"U0ANA", "U0BEN"})
    with pytest.raises(Misconfigured):
        alert(notifier, paused())
    assert "person_not_told" in caplog.text
    assert workspace.calls_of("chat.postMessage") == []


def test_a_workspace_that_has_the_messages_tab_switched_off_is_given_up(notifier, workspace):
    """The mail of the same notice is a row of its own and goes out."""
    workspace.fail_next("chat.postMessage", error="messages_tab_disabled", times=2)
    with pytest.raises(Misconfigured, match="messages_tab_disabled"):
        alert(notifier, paused())


def test_slack_in_trouble_is_waited_out_and_nobody_else_is_told_instead(notifier, workspace):
    workspace.fail_next("chat.postMessage", retry_after=9)
    with pytest.raises(Busy):
        alert(notifier, paused(started_by="U0BEN"))
    assert workspace.person("ben").messages == []


def test_who_slack_says_nothing_about_is_taken_to_be_there(notifier, workspace):
    workspace.fail_next("users.info", status=503)
    alert(notifier, paused())
    assert len(workspace.person("ana").messages) == 1


def test_a_read_list_is_told_to_who_uploaded_it_with_its_problems(notifier, workspace):
    told = {"user": "U0BEN", "attendees": "118", "problems": "1"}
    notifier.tell(notice(NoticeKind.IMPORTED, **told), TEAM_DAY, None, [PROBLEMS])
    words, file = workspace.messages
    assert "118 attendees on the list." in words.plain()
    assert (file.thread_ts, [one.name for one in file.files]) == (words.ts, ["list-problems.csv"])


def test_a_file_that_came_late_does_not_repeat_the_words(notifier, workspace):
    workspace.fail_next("files.completeUploadExternal", retry_after=7)
    told = notice(NoticeKind.IMPORTED, user="U0BEN", attendees="118")
    with pytest.raises(Busy):
        notifier.tell(told, TEAM_DAY, None, [PROBLEMS])
    notifier.tell(told, TEAM_DAY, None, [PROBLEMS])
    words, file = workspace.messages
    assert (words.files, len(file.files)) == ([], 1)


@pytest.mark.parametrize(
    ("target", "kept"), [("", "Nothing was stored."), ("7", "The campaign keeps the list it had.")]
)
def test_a_refused_list_is_told_to_who_uploaded_it(notifier, workspace, target, kept):
    told = {"user": "U0BEN", "title": "Team Day", "message": "It has no addresses.", "hint": "Add them."}
    assert notifier.tell(notice(NoticeKind.REFUSED, **told, target=target), None, None, [])
    (words,) = workspace.person("ben").messages
    assert "It has no addresses. Add them." in words.plain()
    assert kept in words.plain()


def test_a_list_for_a_campaign_that_exists_is_told_with_what_it_would_change(notifier, workspace):
    told = {"user": "U0BEN", "upload": "7", "added": "12", "removed": "3", "changed": "1"}
    notifier.tell(notice(NoticeKind.DIFFERENCE, **told), TEAM_DAY, None, [])
    (words,) = workspace.person("ben").messages
    assert "12 added, 3 removed, 1 changed. Nothing has been changed yet." in words.plain()
    (review,) = words.pressables
    assert (review.label, review.element["value"]) == ("Review changes", "7")


@pytest.mark.parametrize("kind", [NoticeKind.PROGRESS, NoticeKind.DEED, NoticeKind.STARTED])
def test_what_is_for_the_channel_is_not_told_to_a_person(notifier, workspace, kind):
    assert notifier.tell(notice(kind), TEAM_DAY, paused(), []) == ""
    assert workspace.messages == []
