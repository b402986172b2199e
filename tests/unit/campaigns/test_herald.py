import csv
import io
from datetime import timedelta

import pytest

from campaigns.endings import progress_notice
from campaigns.errors import BadAddress, Busy, NoAccess, NotFound, RosterError
from campaigns.herald import MAX_ATTEMPTS, Herald
from campaigns.model import Problem
from campaigns.notices import SPACING, Draft, Medium, NoticeKind
from tests.fakes.campaigns import OWNER, form_for, roster_of
from tests.fakes.clocks import NOON
from tests.fakes.notifiers import ScriptedNotifier

SECOND = timedelta(seconds=1)


@pytest.fixture
def slack():
    return ScriptedNotifier("C1 1700.1")


@pytest.fixture
def mail():
    return ScriptedNotifier()


@pytest.fixture
def herald(house, slack, mail):
    media = {Medium.SLACK: slack, Medium.DIRECT: slack, Medium.MAIL: mail}
    return Herald(house.store, media, house.clock)


def write(house, *names):
    with house.store.writing() as work:
        for name in names:
            work.notices.write(Draft(NoticeKind.REFUSED, name, (Medium.SLACK,)), house.clock.now())


def due_at(house, key):
    return next(row.due_at for row in house.notices("refused") if row.key == key)


def state(house, kind="refused"):
    return [row.state for row in house.notices(kind)]


def test_each_notice_is_told_once_by_its_medium(house, herald, slack, mail):
    run = house.start(house.campaign(2))
    house.drain()
    assert herald.tell_due() == 4
    assert herald.tell_due() == 0
    assert slack.kinds == [NoticeKind.PROGRESS, NoticeKind.FINISHED]
    assert mail.kinds == [NoticeKind.STARTED, NoticeKind.FINISHED]
    assert all(told.campaign.id == run.campaign_id for told in slack.told + mail.told)


def test_a_notice_shows_the_run_as_it_is_when_it_is_told(house, herald, mail):
    house.start(house.campaign(2))
    house.drain()
    herald.tell_due()
    started = mail.told[0]
    assert started.report.counts.sent == 2


def test_the_progress_message_is_remembered_so_that_it_can_be_amended(house, herald):
    run = house.start(house.campaign(2), per_batch=1, gap=10)
    herald.tell_due()
    kept = house.run(run)
    assert (kept.posted_channel, kept.posted_ts) == ("C1", "1700.1")


def test_a_medium_without_a_reference_overwrites_none(house, herald, slack):
    run = house.start(house.campaign(2), per_batch=1, gap=10)
    herald.tell_due()
    slack.reference = ""
    house.carry_due()
    house.clock.advance(SPACING)
    herald.tell_due()
    assert house.run(run).posted_ts == "1700.1"


def test_a_busy_medium_is_asked_again_ever_later(house, herald, slack):
    write(house, "a")
    slack.script = [Busy("Slow down") for _ in range(9)]
    waits = []
    for _ in range(9):
        assert herald.tell_due() == 1
        waits.append((due_at(house, "a") - house.clock.now()).total_seconds())
        assert herald.tell_due() == 0
        house.clock.time = due_at(house, "a")
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert herald.tell_due() == 1
    assert slack.kinds == [NoticeKind.REFUSED]
    assert state(house) == ["told"]


def test_a_medium_that_says_when_is_asked_then(house, herald, slack):
    write(house, "a")
    slack.script = [Busy("Slow down", after=33 * SECOND)]
    herald.tell_due()
    assert due_at(house, "a") == NOON + 33 * SECOND


@pytest.mark.parametrize("error", [NoAccess("Token revoked"), BadAddress("channel_not_found"), NotFound()])
def test_what_will_never_be_heard_is_given_up_with_the_reason(house, herald, slack, error):
    write(house, "a")
    slack.script = [error]
    herald.tell_due()
    house.clock.minutes(60 * 24)
    assert herald.tell_due() == 0
    (row,) = house.notices("refused")
    assert (row.state, row.reference) == ("given_up", str(error))


def test_what_is_given_up_stands_in_the_log(house, herald, slack, caplog):
    write(house, "a")
    slack.script = [BadAddress("channel_not_found")]
    herald.tell_due()
    (line,) = [one for one in caplog.records if one.message == "notice_given_up"]
    assert (line.kind, line.medium, line.error) == ("refused", "slack", "channel_not_found")


def test_what_nobody_foresaw_stands_in_the_log_with_where_it_happened(house, herald, slack, caplog):
    write(house, "a")
    slack.script = [KeyError("surprise")]
    herald.tell_due()
    (line,) = [one for one in caplog.records if one.message == "notice_not_told"]
    assert line.exc_info[0] is KeyError


def test_one_odd_notice_does_not_hold_up_the_others(house, herald, slack):
    write(house, "a", "b", "c")
    slack.script = [None, KeyError("surprise")]
    assert herald.tell_due() == 3
    assert [told.notice.key for told in slack.told] == ["a", "c"]
    assert due_at(house, "b") == NOON + 5 * SECOND


def test_a_medium_that_nobody_set_up_does_not_hold_up_the_other(house, slack):
    run = house.start(house.campaign(1))
    house.drain()
    herald = Herald(house.store, {Medium.SLACK: slack}, house.clock)
    herald.tell_due()
    assert NoticeKind.FINISHED in slack.kinds
    assert house.run(run).posted_ts == "1700.1"


def test_what_is_of_another_medium_is_left_to_its_own_herald(house, slack, mail):
    house.start(house.campaign(1))
    house.drain()
    by_mail = Herald(house.store, {Medium.MAIL: mail}, house.clock)
    in_slack = Herald(house.store, {Medium.SLACK: slack}, house.clock)
    assert by_mail.tell_due() == 2
    assert slack.tried == []
    in_slack.tell_due()
    assert mail.kinds == [NoticeKind.STARTED, NoticeKind.FINISHED]
    assert slack.kinds == [NoticeKind.PROGRESS, NoticeKind.FINISHED]


def test_an_alert_waits_for_the_notice_that_is_being_told_and_for_no_other(house, herald, slack):
    write(house, "a", "b", "c")

    def access_is_lost(_notice):
        draft = Draft(NoticeKind.ACCESS_LOST, "lost", (Medium.SLACK,))
        with house.store.writing() as work:
            work.notices.write(draft, house.clock.now())

    slack.script = [access_is_lost]
    herald.tell_due()
    assert slack.kinds[:2] == [NoticeKind.REFUSED, NoticeKind.ACCESS_LOST]
    assert len(slack.kinds) == 4


def test_a_herald_that_is_stopped_finishes_its_notice_and_begins_no_other(house, herald, slack):
    write(house, "a", "b")
    slack.script = [lambda _: herald.stop()]
    assert herald.tell_due() == 1
    assert state(house) == ["told", "due"]
    assert herald.tell_due() == 0


def test_in_the_end_even_a_busy_medium_is_given_up(house, herald, slack):
    write(house, "a")
    slack.script = [Busy("Slow down") for _ in range(MAX_ATTEMPTS + 1)]
    for _ in range(MAX_ATTEMPTS):
        house.clock.time = max(house.clock.now(), due_at(house, "a"))
        herald.tell_due()
    assert state(house) == ["given_up"]
    assert house.clock.now() - NOON > timedelta(days=1.9)


def test_what_is_touched_while_it_is_told_stays_due(house, herald, slack):
    run = house.start(house.campaign(2), per_batch=1, gap=10)

    def meanwhile(_):
        with house.store.writing() as work:
            work.notices.touch(progress_notice(run), house.clock.now())

    slack.script = [meanwhile]
    herald.tell_due()
    assert state(house, "progress") == ["due"]
    assert house.run(run).posted_ts == "1700.1"
    herald.tell_due()
    assert slack.kinds == [NoticeKind.PROGRESS] * 2
    assert state(house, "progress") == ["told"]


def test_what_is_gently_touched_while_it_is_told_stays_due(house, herald, slack):
    run = house.start(house.campaign(2), per_batch=1, gap=10)

    def meanwhile(_):
        with house.store.writing() as work:
            work.notices.touch_gently(progress_notice(run), house.clock.now())

    slack.script = [meanwhile]
    herald.tell_due()
    assert state(house, "progress") == ["due"]


def test_what_is_touched_while_it_is_given_up_is_told_after_all(house, herald, slack):
    run = house.start(house.campaign(2), per_batch=1, gap=10)

    def meanwhile(_):
        with house.store.writing() as work:
            work.notices.touch(progress_notice(run), house.clock.now())
        return NoAccess("channel_not_found")

    slack.script = [meanwhile]
    herald.tell_due()
    herald.tell_due()
    assert slack.kinds == [NoticeKind.PROGRESS]


def test_progress_is_amended_at_most_every_few_seconds(house, herald, slack):
    house.mailer.takes = SECOND
    house.mailer.script = [lambda _: (herald.tell_due(), None)[1] for _ in range(30)]
    house.start(house.campaign(30), per_batch=30)
    house.carry_due()
    assert 5 <= slack.kinds.count(NoticeKind.PROGRESS) <= 7


def test_who_was_not_invited_comes_as_a_file(house, herald, mail):
    run = house.start(house.campaign(3))
    house.mailer.trouble["p002@example.org"] = [BadAddress("No such mailbox", evidence="550 5.1.1")]
    house.drain()
    herald.tell_due()
    (failures,) = (told for told in mail.told if told.notice.kind is NoticeKind.FAILURES)
    (file,) = failures.files
    assert file.name == f"not-sent-run-{run.id}.csv"
    (_, row) = csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
    assert row == ["3", "Person 2", "p002@example.org", "failed", "No such mailbox", "550 5.1.1", "1"]


@pytest.mark.parametrize(("problems", "files"), [([], 0), ([Problem(9, "a@", "Not an address")], 1)])
def test_the_lines_with_problems_come_as_a_file_if_there_are_any(house, herald, slack, problems, files):
    house.attachments.held = roster_of(2, problems=problems)
    form = form_for(house.account_id())
    upload = house.campaigns.submit(OWNER, form, file={}, view_id="V", submission="s")
    house.campaigns.import_list(upload)
    herald.tell_due()
    (told,) = slack.told
    assert told.notice.kind is NoticeKind.IMPORTED
    assert len(told.files) == files


def test_a_refusal_is_told_though_there_is_no_campaign(house, herald, slack):
    house.attachments.held = RosterError("Empty.")
    form = form_for(house.account_id())
    upload = house.campaigns.submit(OWNER, form, file={}, view_id="V", submission="s")
    with pytest.raises(RosterError):
        house.campaigns.import_list(upload)
    herald.tell_due()
    (told,) = slack.told
    assert (told.campaign, told.report, told.notice.payload["message"]) == (None, None, "Empty.")
