"""What Slack takes is not exceeded; what cannot wait does not; nothing is lost by waiting."""

from datetime import timedelta

import pytest

from campaigns.endings import progress_notice
from campaigns.errors import Busy
from campaigns.herald import EDITS_A_MINUTE, Herald
from campaigns.model import Attachment, DeliveryState
from campaigns.notices import Draft, Medium, NoticeKind
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.fakes.notifiers import ScriptedNotifier

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Draughtsman:
    """Implements ``campaigns.ports.Charts``: one picture, or the error it was given."""

    def __init__(self, drawn):
        self.drawn = drawn
        self.asked = []

    def final(self, title, report, over_time, zone):
        self.asked.append((title, report.counts.sent, sum(one.count for one in over_time), zone))
        if isinstance(self.drawn, Exception):
            raise self.drawn
        return self.drawn


@pytest.fixture
def slack():
    return ScriptedNotifier("C1 1700.1")


@pytest.fixture
def mail():
    return ScriptedNotifier()


@pytest.fixture
def media(slack, mail):
    return {Medium.SLACK: slack, Medium.DIRECT: slack, Medium.MAIL: mail}


@pytest.fixture
def herald(house, media):
    return Herald(house.store, media, house.clock)


def posted_runs(house, herald, count):
    """So many runs, each with its message in the channel."""
    runs = [house.start(house.campaign(3), per_batch=1, gap=600, submission=f"{n}") for n in range(count)]
    tell_all(herald)
    return runs


def tell_all(herald):
    while herald.tell_due():
        pass


def touch(house, runs):
    with house.store.writing() as work:
        for run in runs:
            work.notices.touch(progress_notice(run), house.clock.now())


def edits(slack):
    return sum(one.notice.kind is NoticeKind.PROGRESS for one in slack.told)


def progress_of(house, run):
    return next(row for row in house.notices("progress") if row.run_id == run.id)


def test_a_workspace_gets_so_many_edits_a_minute_and_the_others_after_it(house, herald, slack):
    runs = posted_runs(house, herald, EDITS_A_MINUTE + 5)
    posted = edits(slack)
    assert posted == EDITS_A_MINUTE + 5, "what is not posted yet waits for nobody"
    touch(house, runs)
    tell_all(herald)
    assert edits(slack) - posted == EDITS_A_MINUTE
    assert {row.due_at for row in house.notices("progress") if row.state == "due"} == {NOON + MINUTE}
    house.clock.advance(MINUTE)
    tell_all(herald)
    assert edits(slack) - posted == EDITS_A_MINUTE + 5
    assert {row.state for row in house.notices("progress")} == {"told"}


def test_an_edit_that_waits_its_turn_was_not_tried(house, herald, slack):
    runs = posted_runs(house, herald, EDITS_A_MINUTE + 1)
    touch(house, runs)
    tell_all(herald)
    last = progress_of(house, runs[-1])
    assert (last.state, last.due_at, last.attempts) == ("due", NOON + MINUTE, 0)


def test_however_small_the_batches_a_run_gets_one_edit_every_few_seconds(house, herald, slack):
    house.mailer.takes = SECOND
    house.mailer.script = [lambda _: tell_all(herald) for _ in range(30)]
    house.start(house.campaign(30), per_batch=1)
    house.drain()
    tell_all(herald)
    assert 5 <= edits(slack) <= 8


@pytest.mark.parametrize("step", ["pause", "stop"])
def test_the_final_word_of_a_run_does_not_wait_for_the_edits_of_others(house, herald, slack, step):
    runs = posted_runs(house, herald, EDITS_A_MINUTE + 2)
    touch(house, runs)
    tell_all(herald)
    late = runs[-1]
    assert progress_of(house, late).state == "due"
    getattr(house.runs, step)(OWNER, late.id)
    tell_all(herald)
    assert progress_of(house, late).state == "told"
    shown = [told.report.run for told in slack.told if told.notice.kind is NoticeKind.PROGRESS]
    assert shown[-1] == house.run(late)
    assert progress_of(house, runs[-2]).state == "due"


def write(house, medium, *names):
    with house.store.writing() as work:
        for name in names:
            work.notices.write(Draft(NoticeKind.REFUSED, name, (medium,)), house.clock.now())


def test_when_slack_asks_for_quiet_all_of_its_notices_wait_and_mail_goes_on(house, herald, slack, mail):
    write(house, Medium.SLACK, "a", "b", "c")
    write(house, Medium.MAIL, "d")
    slack.script = [Busy("Slow down", after=30 * SECOND)]
    tell_all(herald)
    assert len(slack.tried) == 1
    assert [told.notice.key for told in mail.told] == ["d"]
    house.clock.advance(29 * SECOND)
    assert herald.tell_due() == 0
    house.clock.advance(SECOND)
    tell_all(herald)
    assert [told.notice.key for told in slack.told] == ["a", "b", "c"]


def test_only_the_one_that_was_refused_was_tried(house, herald, slack):
    write(house, Medium.SLACK, "a", "b")
    slack.script = [Busy("Slow down", after=30 * SECOND)]
    tell_all(herald)
    assert {row.key: row.attempts for row in house.notices("refused")} == {"a": 1, "b": 0}


def test_what_is_written_while_slack_wants_quiet_waits_too(house, herald, slack):
    write(house, Medium.SLACK, "a")
    slack.script = [Busy("Slow down", after=30 * SECOND)]
    tell_all(herald)
    write(house, Medium.SLACK, "b")
    tell_all(herald)
    assert len(slack.tried) == 1


def test_a_busy_mail_server_speaks_for_one_mail_only(house, herald, mail):
    write(house, Medium.MAIL, "a", "b")
    mail.script = [Busy("Greylisted", after=30 * SECOND)]
    tell_all(herald)
    assert [told.notice.key for told in mail.told] == ["b"]


def test_slack_that_is_down_without_a_word_is_asked_by_each_notice_for_itself(house, herald, slack):
    write(house, Medium.SLACK, "a", "b")
    slack.script = [Busy("Not reachable")]
    tell_all(herald)
    assert [told.notice.key for told in slack.told] == ["b"]


# the picture


def finish(house, campaign):
    run = house.start(campaign, per_batch=1, gap=10)
    house.drain()
    return run


def files_of(notifier):
    return {told.notice.kind: [file.name for file in told.files] for told in notifier.told}


def test_the_final_report_has_a_picture_where_it_can_be_seen(house, media, slack, mail):
    draughtsman = Draughtsman(Attachment("run.png", b"png", "image/png", alt="3 of 3 sent"))
    run = finish(house, house.campaign(3))
    tell_all(Herald(house.store, media, house.clock, charts=draughtsman))
    assert draughtsman.asked == [("Summit", 3, 3, "Europe/Madrid")]
    assert files_of(slack) == {
        NoticeKind.PROGRESS: [],
        NoticeKind.BATCH_DONE: [],
        NoticeKind.FINISHED: ["run.png"],
    }
    assert not any(files_of(mail).values())
    assert house.states(run) == dict.fromkeys(house.states(run), DeliveryState.SENT)


@pytest.mark.parametrize("drawn", [None, ZeroDivisionError("surprise")])
def test_without_its_picture_the_final_report_is_told_all_the_same(house, media, slack, drawn):
    finish(house, house.campaign(1))
    tell_all(Herald(house.store, media, house.clock, charts=Draughtsman(drawn)))
    assert files_of(slack)[NoticeKind.FINISHED] == []
