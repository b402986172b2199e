"""Answers are counted where they are read; where they are not, that is said, and never as zeros."""

from dataclasses import replace

import pytest

from campaigns.answer import AnswerCounts
from campaigns.answer_desk import CampaignAnswers
from campaigns.answer_reading import AnswerReading
from campaigns.answers_seen import AnswersSeen
from campaigns.model import Counts, RunState
from campaigns.roles import Actor
from handlers import messages
from handlers.answer_words import answers_line, reading_advice
from handlers.views_report import report as report_view
from handlers.views_row import row
from playground.plain import buttons_of, plain_blocks
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import campaign, report, run, summary

OWNER = Actor("T1", "U0ANA")
TEAM_DAY = campaign("Team Day")
COUNTED = AnswerCounts(accepted=12, tentative=3, declined=2, unanswered=23)
READ = AnswersSeen(COUNTED, AnswerReading(is_on=True, looked_at=NOON))
WAY = "To read them, press Renew token and tick “Also read answers and bounces”."
UNREAD = AnswersSeen(AnswerCounts(), AnswerReading(is_on=False, way=WAY))
TROUBLED = AnswersSeen(COUNTED, AnswerReading(is_on=True, trouble="The login was refused"))
LINE = "12 yes · 3 maybe · 2 no · 23 no answer"


def told(blocks):
    return plain_blocks(blocks)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (READ, LINE),
        (AnswersSeen(AnswerCounts(unanswered=40), READ.reading), "40 no answer"),
        (AnswersSeen(AnswerCounts(), READ.reading), ""),
        (UNREAD, "Answers are not read from this account: see *Email services*"),
        (TROUBLED, f"{LINE} · Answers cannot be read now: see *Email services*"),
        (None, ""),
    ],
)
def test_a_line_of_answers(seen, said):
    assert answers_line(seen) == said


def test_the_advice_names_the_way_to_allow_it_or_the_trouble():
    assert reading_advice(UNREAD.reading) == f"Answers are not read from this account. {WAY}"
    assert "The login was refused" in reading_advice(TROUBLED.reading)
    assert reading_advice(READ.reading) == ""


def test_a_row_of_the_list_tells_the_answers():
    item = summary("Team Day", run(RunState.FINISHED))
    assert LINE in told(row(item, OWNER, READ))
    assert "0 yes" not in told(row(item, OWNER, UNREAD))
    assert "Answers are not read" in told(row(item, OWNER, UNREAD))
    assert "nswer" not in told(row(item, OWNER))


def test_the_message_of_a_run_tells_answers_also_to_who_only_hears_it():
    on = report(run(RunState.RUNNING), Counts(queued=60, sent=40), answers=READ)
    message = messages.progress(TEAM_DAY, on)
    assert f"Answers: {LINE}" in message.text
    assert f"Answers: {LINE}" in told(message.blocks)


def test_that_answers_are_not_read_is_said_once_the_run_is_over():
    on = report(run(RunState.RUNNING), Counts(queued=60, sent=40), answers=UNREAD)
    over = report(run(RunState.FINISHED), Counts(sent=100), answers=UNREAD)
    assert "nswers" not in messages.progress(TEAM_DAY, on).text
    assert "Answers are not read from this account" in messages.progress(TEAM_DAY, over).text
    assert "Answers are not read from this account" in messages.finished(TEAM_DAY, over).text


def test_the_report_offers_a_reminder_to_who_may_send_it():
    seen = report(run(RunState.FINISHED), Counts(sent=40), causes=0)
    made = report_view(TEAM_DAY, seen, OWNER, runs=[], answers=CampaignAnswers(READ, 23))
    assert LINE in told(made["blocks"])
    label = "Remind those who haven't answered (23)"
    assert label in [one.label for one in buttons_of(made["blocks"])]
    for answers, actor in ((CampaignAnswers(READ, 0), OWNER), (CampaignAnswers(READ, 23), Actor("T1", "U1"))):
        blocks = report_view(TEAM_DAY, seen, actor, runs=[], answers=answers)["blocks"]
        assert label not in [one.label for one in buttons_of(blocks)]


def test_a_report_of_what_is_not_read_has_no_zeros():
    seen = report(run(RunState.FINISHED), Counts(sent=40), causes=0)
    made = report_view(TEAM_DAY, seen, OWNER, runs=[], answers=CampaignAnswers(UNREAD))
    assert WAY in told(made["blocks"])
    assert "no answer" not in told(made["blocks"])


def test_the_report_names_what_came_back():
    seen = replace(report(run(RunState.FINISHED), Counts(sent=118, bounced=2), causes=1))
    said = told(report_view(TEAM_DAY, seen, OWNER, runs=[])["blocks"])
    assert "118 of 120 sent · 2 came back" in said
    assert "2 invites came back, by cause" in said
    assert "2 that came back may get there once the cause has passed: use *Send Invite* then." in said


def test_a_run_that_is_on_and_whoever_may_only_look_get_no_advice_to_send():
    on, over = (
        report(run(state), Counts(sent=118, bounced=2), causes=1)
        for state in (RunState.RUNNING, RunState.FINISHED)
    )
    for seen, actor in ((on, OWNER), (over, Actor("T1", "U1"))):
        assert "once the cause has passed" not in told(report_view(TEAM_DAY, seen, actor, runs=[])["blocks"])
