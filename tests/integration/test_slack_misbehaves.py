"""Slack slow, full, half broken or rearranged in mid-run: the mail goes on, and the end is told."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from campaigns.errors import BadAddress
from campaigns.model import Kind, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.fakes.mailers import ScriptedMailer
from tests.fakes.slack_desk import SlackDesk, start_sending, whispers

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OUTAGE = 10_000


@pytest.fixture
def desk(tmp_path):
    made = SlackDesk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def sending(desk):
    """A run of three in batches of one; the first has gone, and its message stands in #events."""
    start_sending(desk, desk.ana, per_batch="1", gap="1", channel="events")
    desk.house.carry_due()
    desk.tell()
    (progress,) = [m for m in desk.workspace.messages if "started by" in m.plain() and not m.is_reply]
    assert "1 of 3 sent" in progress.plain()
    return progress


def latest(desk):
    return desk.house.run(desk.house.all_runs()[-1])


def chat_calls(desk):
    return [call for call in desk.workspace.calls if call.method.startswith("chat.")]


def test_edits_obey_slack_mail_is_not_held_up_and_the_end_is_told(desk, sending):
    desk.house.clock.advance(MINUTE)
    desk.house.carry_due()
    desk.workspace.fail_next("chat.update", retry_after=90)
    desk.tell()
    asked_for_quiet = len(chat_calls(desk))
    desk.house.clock.advance(MINUTE)
    desk.house.carry_due()
    desk.tell()
    assert latest(desk).state is RunState.FINISHED
    assert NoticeKind.FINISHED in desk.mail.kinds
    assert len(chat_calls(desk)) == asked_for_quiet, "Slack was called before the time it had named"
    desk.house.clock.advance(30 * SECOND)
    desk.tell()
    assert "All 3 sent" in sending.plain()
    assert [m for m in desk.workspace.messages if "have been processed" in m.plain()]


def removed(desk):
    desk.workspace.remove_bot("events")


def archived(desk):
    desk.workspace.archive("events")


def deleted(desk):
    with desk.workspace.state.changing():
        del desk.workspace.state.channels["C0EVENTS"]


@pytest.mark.parametrize("happens", [removed, archived, deleted])
def test_a_channel_that_is_lost_in_mid_run_is_replaced_by_direct_messages_that_say_so(desk, sending, happens):
    happens(desk)
    for _batch in range(2):
        desk.house.clock.advance(MINUTE)
        desk.house.carry_due()
        desk.tell()
    assert latest(desk).state is RunState.FINISHED
    told = desk.ana.messages
    assert [m for m in told if "Told here because" in m.plain()]
    assert [m for m in told if "All 3 sent" in m.plain()]
    once = [m for m in told if "have been processed" in m.plain()]
    assert len(once) == 1


def test_when_slack_does_not_say_who_asks_the_owner_can_pause_and_nobody_else(desk, sending):
    desk.house.clock.advance(10 * MINUTE)  # what was known of people is too old by now
    desk.workspace.fail_next("users.info", error="internal_error", times=OUTAGE)
    for person in (desk.ben, desk.kim):
        person.press("Pause", where=sending)
        (said,) = desk.workspace.wait_for(lambda person=person: whispers(desk, person))
        assert "Ask <@U0ANA>" in said
    assert latest(desk).state is RunState.RUNNING
    desk.ana.press("Pause", where=sending)
    desk.workspace.wait_for(lambda: latest(desk).state is RunState.PAUSED)


def test_a_home_tab_keeps_its_buttons_while_slack_does_not_say_who_looks(desk, sending):
    """Drawn for nobody in particular it would offer an admin nothing."""
    desk.kim.open_home()
    desk.workspace.wait_for(lambda: desk.kim.home and "Pause" in desk.kim.home.buttons)
    desk.house.clock.advance(10 * MINUTE)
    desk.workspace.fail_next("users.info", status=503)
    desk.house.carry_due()
    desk.tell()
    assert "Pause" in desk.kim.home.buttons
    desk.house.clock.advance(MINUTE)
    desk.tell()
    assert "Pause" in desk.kim.home.buttons
    assert "2 of 3 sent" in desk.kim.home.plain()


@pytest.mark.parametrize("error", ["hash_conflict", "not_enabled"])
def test_a_home_tab_that_slack_refuses_once_is_drawn_at_the_next_change(desk, sending, error):
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home)
    desk.workspace.fail_next("views.publish", error=error)
    for _batch in range(2):
        desk.house.clock.advance(MINUTE)
        desk.house.carry_due()
        desk.tell()
    assert "Report" in desk.ana.home.buttons
    assert "Pause" not in desk.ana.home.buttons


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_words_whose_file_cannot_be_uploaded_for_a_while_are_said_once(desk, method):
    desk.house.mailer.trouble["ana@mail.acme.com"] = [BadAddress("No such mailbox")]
    start_sending(desk, desk.ana, per_batch="3", gap="0", channel="events")
    desk.workspace.fail_next(method, status=503, times=3)
    desk.house.drain()
    for _minute in range(5):
        desk.house.clock.advance(MINUTE)
        desk.tell()
    assert len([m for m in desk.workspace.messages if "1 invite failed" in m.plain()]) == 1
    assert [file.name for file in desk.workspace.files if file.name.startswith("not-sent")]


class TellingMailer(ScriptedMailer):
    """Each invite takes a while, and meanwhile the outbox does its work; notes when Slack was called."""

    def __init__(self, desk, takes):
        super().__init__(desk.house.clock, takes)
        self.desk, self.edits = desk, []

    def send(self, letter):
        receipt = super().send(letter)
        self.tell()
        return receipt

    def tell(self):
        already = len(self.desk.workspace.calls_of("chat.update"))
        self.desk.herald.tell_due()
        for call in self.desk.workspace.calls_of("chat.update")[already:]:
            self.edits.append((self.desk.house.clock.now(), call.args["ts"]))


def test_2000_invites_in_small_batches_are_edits_that_slack_takes(tmp_path):
    """Ten runs at once: each message at most every five seconds, forty edits a minute in the workspace."""
    desk = SlackDesk(tmp_path)
    desk.house.mailer = mailer = TellingMailer(desk, takes=timedelta(milliseconds=100))
    desk.house.courier = desk.house.new_courier()
    try:
        for number in range(10):
            made = desk.add_campaign(f"Team Day {number}", people=200)
            how = {"channel": "C0EVENTS", "submission": f"press-{number}"}
            desk.house.runs.start(desk.actor(desk.ana), made.id, Selection(Kind.INVITE), Pace(5, 0), **how)
        desk.house.drain(rounds=2_000)
        for _round in range(100):
            desk.house.clock.advance(SECOND)
            mailer.tell()
        assert len(mailer.accepted) == 2_000
        shown = [m for m in desk.workspace.messages if "All 200 sent" in m.plain() and m.edits]
        assert len(shown) == 10
    finally:
        desk.close()
    by_message = defaultdict(list)
    for at, ts in mailer.edits:
        by_message[ts].append(at)
    finals = sorted(times.pop() for times in by_message.values())
    while_it_runs = sorted(at for times in by_message.values() for at in times)
    assert most_in_a_minute(while_it_runs) <= 40
    assert most_in_a_minute(while_it_runs + finals) <= 50, "Slack takes no more"
    for times in by_message.values():
        assert all(late - early >= 5 * SECOND for early, late in pairwise(times))


def most_in_a_minute(times):
    return max(sum(at - MINUTE < other <= at for other in times) for at in times)
