from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from slack_sdk import WebClient

from campaigns.errors import Busy, Misconfigured
from campaigns.model import Attachment, Counts, Reason, RunState
from campaigns.notices import NoticeKind
from handlers.notifier import SlackNotifier
from playground import Workspace
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import campaign, notice, report, run

CSV = Attachment("not-sent-run-1.csv", b"Line,Name\n2,Ana\n")


@pytest.fixture
def workspace():
    with Workspace(rate_limits=None) as made:
        yield made


@pytest.fixture
def notifier(workspace):
    client = WebClient("xoxb-playground", base_url=workspace.base_url, timeout=5, retry_handlers=[])
    return SlackNotifier(client)


def seen(state=RunState.RUNNING, reason=None, *, channel="C0EVENTS", posted=("", ""), counts=None):
    of = replace(run(state, reason), channel=channel, posted_channel=posted[0], posted_ts=posted[1])
    return report(of, counts or Counts(queued=2, sent=1, failed=1), causes=2)


def tell(notifier, kind, of, files=(), **payload):
    return notifier.tell(notice(kind, **payload), campaign("Team Day"), of, list(files))


def test_progress_is_posted_and_then_amended(notifier, workspace):
    reference = tell(notifier, NoticeKind.PROGRESS, seen())
    channel, ts = reference.split(" ")
    assert channel == "C0EVENTS"
    assert tell(notifier, NoticeKind.PROGRESS, seen(RunState.FINISHED, posted=(channel, ts))) == reference
    (message,) = workspace.messages
    assert (message.edits, message.buttons) == (1, ["Report"])


@pytest.mark.parametrize("gone", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_progress_that_is_gone_is_posted_anew(notifier, workspace, gone):
    place = tuple(tell(notifier, NoticeKind.PROGRESS, seen()).split(" "))
    workspace.fail_next("chat.update", error=gone)
    again = tell(notifier, NoticeKind.PROGRESS, seen(posted=place))
    assert again != " ".join(place)
    assert len(workspace.messages) == 2


@pytest.mark.parametrize(
    ("trouble", "channel", "why"),
    [
        (Workspace.archive, "C0EVENTS", "<#C0EVENTS> is archived. Choose another channel"),
        (Workspace.remove_bot, "C0EVENTS", "I am not in <#C0EVENTS>: invite me with /invite @sendinvites"),
        (None, "C0NOWHERE", "I cannot see <#C0NOWHERE>: it was deleted, or it is private"),
    ],
)
def test_a_channel_that_cannot_be_used_is_replaced_by_the_owners_messages_which_say_why(
    notifier, workspace, trouble, channel, why
):
    if trouble:
        trouble(workspace, "events")
    reference = tell(notifier, NoticeKind.PROGRESS, seen(channel=channel))
    (message,) = workspace.person("ana").messages
    assert reference == f"{message.channel} {message.ts}"
    assert why in message.plain()
    tell(notifier, NoticeKind.PROGRESS, seen(channel=channel, posted=tuple(reference.split(" "))))
    (message,) = workspace.person("ana").messages
    assert (message.edits, why in message.plain()) == (1, True)


def test_a_channel_that_is_archived_while_a_run_is_on_moves_its_message_to_the_owner(notifier, workspace):
    """chat.update has a word of its own for such a channel: is_inactive."""
    place = posted(notifier)
    workspace.archive("events")
    reference = tell(notifier, NoticeKind.PROGRESS, seen(posted=place))
    (message,) = workspace.person("ana").messages
    assert reference == f"{message.channel} {message.ts}"
    assert "is archived" in message.plain()
    assert "Pause" in message.buttons


def test_a_channel_that_may_not_be_written_in_is_told_as_that(notifier, workspace):
    workspace.fail_next("chat.postMessage", error="restricted_action_read_only_channel")
    tell(notifier, NoticeKind.PROGRESS, seen())
    (message,) = workspace.person("ana").messages
    assert "posting in <#C0EVENTS> is restricted" in message.plain()


def test_a_line_of_a_thread_that_is_gone_names_its_campaign_elsewhere(notifier, workspace):
    place = posted(notifier)
    workspace.archive("events")
    tell(notifier, NoticeKind.RESUMED, seen(posted=place))
    (message,) = workspace.person("ana").messages
    assert message.plain().startswith("Team Day")
    assert "is archived" in message.plain()


def test_when_nobody_can_be_reached_the_notice_is_given_up_and_logged(notifier, workspace, caplog):
    workspace.archive("events")
    workspace.fail_next("chat.postMessage", error="is_archived")
    workspace.fail_next("chat.postMessage", error="messages_tab_disabled", times=2)
    with pytest.raises(Misconfigured, match="messages_tab_disabled"):
        tell(notifier, NoticeKind.PROGRESS, seen())
    assert "person_not_told" in caplog.text


def test_a_run_without_a_channel_is_told_to_who_started_it(notifier, workspace):
    tell(notifier, NoticeKind.PROGRESS, seen(channel=""))
    (message,) = workspace.person("ana").messages
    assert "Told here because" not in message.plain()


def posted(notifier):
    return tuple(tell(notifier, NoticeKind.PROGRESS, seen()).split(" "))


def test_the_end_is_told_in_the_thread_and_shown_in_the_channel(notifier, workspace):
    place = posted(notifier)
    tell(notifier, NoticeKind.FINISHED, seen(RunState.FINISHED, posted=place, counts=Counts(sent=3)))
    call = workspace.calls_of("chat.postMessage")[-1]
    assert (call.args["thread_ts"], str(call.args["reply_broadcast"]).lower()) == (place[1], "true")
    assert "All 3 sent" in workspace.messages[-1].plain()


@pytest.mark.parametrize(
    ("listed", "where"), [("slack mail", "a message of its own"), ("mail", "stands in *Report*")]
)
def test_the_end_says_where_it_is_told_who_was_not_reached(notifier, workspace, listed, where):
    of = seen(RunState.FINISHED, posted=posted(notifier), counts=Counts(sent=2, bounced=1))
    tell(notifier, NoticeKind.FINISHED, of, listed=listed)
    assert where in workspace.messages[-1].plain()


def test_failures_come_with_causes_a_button_and_the_file(notifier, workspace):
    place = posted(notifier)
    counts = Counts(sent=1, failed=3, unsure=2)
    tell(notifier, NoticeKind.FAILURES, seen(RunState.FINISHED, posted=place, counts=counts), [CSV])
    words, file = workspace.messages[-2:]
    assert words.buttons == ["Retry these 3", "Send again", "Leave as sent"]
    assert (file.thread_ts, [one.name for one in file.files]) == (place[1], [CSV.name])
    assert file.files[0].content == CSV.content


def test_a_file_that_could_not_be_uploaded_does_not_repeat_the_words(notifier, workspace):
    place = posted(notifier)
    of = seen(RunState.FINISHED, posted=place)
    workspace.fail_next("files.completeUploadExternal", retry_after=7)
    with pytest.raises(Busy):
        tell(notifier, NoticeKind.FAILURES, of, [CSV])
    tell(notifier, NoticeKind.FAILURES, of, [CSV])
    assert len([m for m in workspace.messages if "Retry these 1" in m.buttons]) == 1
    assert len([m for m in workspace.messages if m.files]) == 1


def test_a_file_that_can_never_be_uploaded_is_given_up_and_the_words_stand(notifier, workspace):
    workspace.fail_next("files.getUploadURLExternal", error="missing_scope")
    tell(notifier, NoticeKind.FAILURES, seen(RunState.FINISHED, posted=posted(notifier)), [CSV])
    assert "failed" in workspace.messages[-1].text


@pytest.mark.parametrize("reason", [Reason.QUOTA, Reason.ACCESS, Reason.FAULTS, Reason.OVER, Reason.STORAGE])
def test_a_pause_alerts_the_channel(notifier, workspace, reason):
    place = posted(notifier)
    tell(notifier, NoticeKind.PAUSED, seen(RunState.PAUSED, reason, posted=place), reason=reason)
    alert = workspace.messages[-1]
    assert (alert.thread_ts, alert.buttons) == (place[1], ["Resume", "Stop"])
    assert "will not get it twice" in alert.plain()


BATCH = {"batch": "2", "sent": "100", "failed": "1", "total": "250", "next_at": NOON.isoformat()}


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        (NoticeKind.BATCH_DONE, BATCH, "Batch 2 of 99,999 done: 100 of 250 sent · 1 failed · next batch"),
        (NoticeKind.DEED, {"deed": "paused", "by": "U0KIM"}, "<@U0KIM> paused the run"),
        (NoticeKind.RESUMED, {}, "Sending goes on."),
        (NoticeKind.STOPPED, {}, "Stopped by <@U0KIM>."),
    ],
)
def test_the_thread_keeps_a_quiet_record(notifier, workspace, kind, payload, words):
    place = posted(notifier)
    tell(notifier, kind, seen(posted=place), **payload)
    entry = workspace.messages[-1]
    call = workspace.calls_of("chat.postMessage")[-1]
    assert (entry.thread_ts, str(call.args["reply_broadcast"]).lower()) == (place[1], "false")
    assert words in entry.plain()
    assert entry.text.startswith("Team Day: ")


def test_a_second_person_is_asked_where_everybody_sees_it(notifier, workspace):
    place = posted(notifier)
    tell(notifier, NoticeKind.APPROVAL, seen(RunState.PLANNED, posted=place, counts=Counts(queued=800)))
    call = workspace.calls_of("chat.postMessage")[-1]
    assert str(call.args["reply_broadcast"]).lower() == "true"
    assert workspace.messages[-1].buttons == ["Approve", "Decline"]
    assert "A second person has to approve." in workspace.messages[-1].plain()


def test_the_picture_of_the_end_comes_with_words_for_who_cannot_see_it(notifier, workspace):
    picture = Attachment("report-run-1.png", b"PNG", "image/png", alt="Chart: 3 of 3 sent.")
    place = posted(notifier)
    ended = seen(RunState.FINISHED, posted=place, counts=Counts(sent=3))
    tell(notifier, NoticeKind.FINISHED, ended, [picture])
    file = workspace.messages[-1]
    assert (file.thread_ts, file.files[0].alt_text) == (place[1], "Chart: 3 of 3 sent.")


@pytest.mark.parametrize("kind", [NoticeKind.STARTED, NoticeKind.DIGEST, NoticeKind.IMPORTED])
def test_what_is_told_elsewhere_is_not_told_in_the_channel(notifier, workspace, kind):
    assert tell(notifier, kind, seen()) == ""
    assert workspace.messages == []


def test_an_alert_that_comes_late_does_not_offer_to_resume(notifier, workspace):
    tell(notifier, NoticeKind.PAUSED, seen(posted=posted(notifier)), detail="The limit was reached.")
    assert workspace.messages[-1].buttons == []
    assert "It is running now." in workspace.messages[-1].plain()


@pytest.mark.parametrize(
    ("failure", "fault", "after"),
    [
        ({"retry_after": 30}, Busy, timedelta(seconds=30)),
        ({"status": 503}, Busy, None),
        ({"error": "internal_error"}, Busy, None),
        ({"error": "fatal_error"}, Busy, None),
        ({"error": "service_unavailable"}, Busy, None),
        ({"error": "invalid_auth"}, Busy, timedelta(minutes=15)),
        ({"error": "token_revoked"}, Busy, timedelta(minutes=15)),
        ({"error": "account_inactive"}, Busy, timedelta(minutes=15)),
        ({"error": "invalid_blocks"}, Misconfigured, None),
        ({"error": "missing_scope"}, Misconfigured, None),
    ],
)
def test_what_slack_meant(notifier, workspace, failure, fault, after):
    workspace.fail_next("chat.postMessage", **failure)
    with pytest.raises(fault) as caught:
        tell(notifier, NoticeKind.PROGRESS, seen())
    assert getattr(caught.value, "after", None) == after


def answering(reply):
    """A server whose every answer is written by ``reply``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            reply(self)

        def log_message(self, *args):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def bad_gateway(handler):
    handler.send_response(502)
    handler.end_headers()
    handler.wfile.write(b"<html>Bad Gateway</html>")


def a_proxys_page(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"<html>Sign in to the network</html>")


def hang_up(handler):
    handler.close_connection = True


@pytest.mark.parametrize("reply", [bad_gateway, a_proxys_page, hang_up])
def test_whatever_stands_between_us_and_slack_is_waited_out(reply):
    server = answering(reply)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        client = WebClient("xoxb-x", base_url=f"http://127.0.0.1:{server.server_port}/", retry_handlers=[])
        with pytest.raises(Busy):
            tell(SlackNotifier(client), NoticeKind.PROGRESS, seen())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_nobody_at_the_other_end_is_waited_out():
    client = WebClient("xoxb-x", base_url="http://127.0.0.1:9/", timeout=2, retry_handlers=[])
    with pytest.raises(Busy):
        tell(SlackNotifier(client), NoticeKind.PROGRESS, seen())
