import os
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading
from campaigns.answers_seen import AnswersSeen
from campaigns.herald import Herald
from campaigns.model import Counts, Kind, Medium, RunState
from campaigns.ports import SentAt
from campaigns.report import CauseCount
from handlers.chart import LONGEST_ALT, ReportCharts, in_words
from handlers.chart_drawing import HEIGHT, WIDTH
from handlers.notifier import SlackNotifier
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import LONG, TITLES, report, run
from tests.fakes.notifiers import ScriptedNotifier
from tests.fakes.slack_desk import start_sending

ZONE = "America/Argentina/Buenos_Aires"
NOBODY_THERE = CauseCount("The mailbox doesn't exist", "", 38)
NASTY = ("$x^2$ $\\frac{$", "محتوى مرفوض", "文字化け", "", "\x00\n\t", "e\u0301 \u202eevil", LONG)
TWELVE = tuple(replace(NOBODY_THERE, count=n) for n in range(12, 0, -1))


@pytest.fixture(scope="module")
def charts():
    return ReportCharts()


def ended(counts, *causes, kind=Kind.INVITE):
    return replace(report(run(RunState.FINISHED, kind=kind), counts, causes=0), causes=causes)


def sent(moments, each=50, gap=timedelta(minutes=30)):
    return [SentAt(NOON + n * gap, each) for n in range(moments)]


def image(attachment):
    return Image.open(BytesIO(attachment.content)).convert("RGB")


def colours(attachment):
    picture = image(attachment)
    return {colour: count for count, colour in picture.getcolors(WIDTH * HEIGHT)}


BLUE, RED, WHITE = (11, 87, 164), (168, 50, 26), (255, 255, 255)


@pytest.mark.parametrize("moments", [1, 3, 2_000])
@pytest.mark.parametrize("causes", [(), (NOBODY_THERE,), TWELVE])
def test_a_picture_of_any_size_of_run_is_drawn_to_size(charts, moments, causes):
    counts = Counts(sent=50 * moments, failed=sum(cause.count for cause in causes))
    made = charts.final("Team Day", ended(counts, *causes), sent(moments), ZONE)
    assert (made.name, made.media_type) == ("report-run-9999999.png", "image/png")
    assert image(made).size == (WIDTH, HEIGHT)
    seen = colours(made)
    assert seen[BLUE] > 500
    assert (seen.get(RED, 0) > 500) is bool(causes)
    assert seen[WHITE] > WIDTH * HEIGHT / 4


def test_a_run_in_which_nothing_was_sent_shows_only_why(charts):
    made = charts.final("Team Day", ended(Counts(failed=38), NOBODY_THERE), [], ZONE)
    seen = colours(made)
    assert seen[RED] > 500
    assert BLUE not in seen


def test_a_run_of_which_there_is_nothing_to_show_has_no_picture(charts):
    assert charts.final("Team Day", ended(Counts(skipped=3)), [], ZONE) is None


def test_the_picture_changes_with_what_was_sent(charts):
    one = charts.final("Team Day", ended(Counts(sent=150)), sent(3), ZONE)
    other = charts.final("Team Day", ended(Counts(sent=150)), sent(2, each=75), ZONE)
    assert one.content != other.content


@pytest.mark.parametrize("text", [*TITLES, *NASTY])
def test_any_letters_are_drawn_or_framed_without_a_complaint(charts, text):
    """A warning would be an error here; formulas are not read, and a missing letter is a frame."""
    counts = Counts(sent=50, failed=9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = charts.final(text, ended(counts, CauseCount(text, "", 9)), sent(1), ZONE)
    assert image(made).size == (WIDTH, HEIGHT)
    assert len(made.alt) <= LONGEST_ALT


def test_a_title_of_which_only_the_year_can_be_drawn_is_left_out(charts):
    counts = Counts(sent=50)
    unknown = "\N{CUNEIFORM SIGN A}" * 5
    bare, dated, plain = (
        charts.final(title, ended(counts), sent(1), ZONE).content
        for title in (unknown, f"{unknown} 26", "Summit 26")
    )
    assert bare == dated != plain


def test_the_words_tell_the_same_as_the_picture(charts):
    causes = [NOBODY_THERE, *(CauseCount(f"Cause {n}", "", 2) for n in range(6))]
    counts = Counts(sent=4_950, failed=48, unsure=2)
    alt = charts.final("Team Day", ended(counts, *causes), sent(3), ZONE).alt
    assert alt.startswith("Chart of Team Day: 4,950 of 5,000 sent · 48 failed · 2 unsure.")
    assert "Sent from Tue 24 Nov 2026, 09:00 UTC-03:00 to Tue 24 Nov 2026, 10:00 UTC-03:00." in alt
    assert "Failed, unsure: why 38 × The mailbox doesn't exist" in alt
    assert "2 more causes: 4" in alt


ANSWERED = AnswersSeen(AnswerCounts(12, 2, 3, 23), AnswerReading(is_on=True))
GREEN = (26, 127, 55)


@pytest.mark.parametrize("causes", [(), (NOBODY_THERE,), TWELVE])
@pytest.mark.parametrize("moments", [0, 3])
def test_answers_stand_beside_what_was_sent_and_why_not(charts, moments, causes):
    counts = Counts(sent=50 * moments, failed=sum(cause.count for cause in causes))
    with_answers = replace(ended(counts, *causes), answers=ANSWERED)
    made = charts.final("Team Day", with_answers, sent(moments), ZONE)
    assert image(made).size == (WIDTH, HEIGHT)
    assert colours(made)[GREEN] > 500
    assert "Answers: 12 yes · 3 maybe · 2 no · 23 no answer." in made.alt


def test_answers_that_nobody_gave_or_nobody_reads_are_not_drawn(charts):
    plain = charts.final("Team Day", ended(Counts(sent=150)), sent(3), ZONE)
    silent = AnswersSeen(AnswerCounts(unanswered=40), ANSWERED.reading)
    unread = replace(ANSWERED, reading=AnswerReading(is_on=False))
    for answers in (silent, unread):
        made = charts.final("Team Day", replace(ended(Counts(sent=150)), answers=answers), sent(3), ZONE)
        assert (made.content, made.alt) == (plain.content, plain.alt)


def test_a_run_as_it_is_now_shows_the_answers_that_are_missing(charts):
    """Once answers are read; on the picture of the end, right after which nobody can have answered, not."""
    silent = replace(ANSWERED, counts=AnswerCounts(unanswered=12))
    waiting = replace(ended(Counts(sent=150)), answers=silent)
    made = charts.so_far("Team Day", waiting, sent(3), ZONE)
    assert "Answers: 12 no answer." in made.alt
    assert made.content != charts.final("Team Day", waiting, sent(3), ZONE).content


def test_what_came_back_is_told_over_its_causes(charts):
    back = ended(Counts(sent=48, bounced=2), replace(NOBODY_THERE, count=2))
    assert "Came back: why 2 × The mailbox" in charts.final("Team Day", back, sent(1), ZONE).alt


def test_an_update_is_called_an_update():
    updated = ended(Counts(sent=50), kind=Kind.UPDATE)
    assert "50 of 50 updated. Updated Tue 24 Nov 2026, 09:00" in in_words("Team Day", updated, sent(1), ZONE)


def test_two_threads_may_draw_at_once(charts):
    alone = charts.final("Team Day", ended(Counts(sent=150), NOBODY_THERE), sent(3), ZONE).content
    made = []

    def draw():
        made.append(charts.final("Team Day", ended(Counts(sent=150), NOBODY_THERE), sent(3), ZONE).content)

    threads = [Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [alone] * 4


def test_the_end_of_a_run_is_posted_with_its_picture(desk, charts):
    start_sending(desk, desk.ana)
    desk.house.drain()
    elsewhere = ScriptedNotifier()
    notifiers = {**dict.fromkeys(Medium, elsewhere), Medium.SLACK: SlackNotifier(desk.client)}
    herald = Herald(desk.house.store, notifiers, desk.house.clock, charts=charts)
    desk.house.clock.advance(timedelta(seconds=6))
    while herald.tell_due():
        pass
    (file,) = [one for one in desk.workspace.files if one.name == "report-run-1.png"]
    assert "3 of 3 sent" in file.alt_text
    assert Image.open(BytesIO(file.content)).size == (WIDTH, HEIGHT)
    message, *_ = desk.ana.read("events")
    assert file in [shown for entry in message.thread for shown in entry.files]


DRAWS = """
import sys
from campaigns.model import Counts, RunState
from campaigns.ports import SentAt
from handlers.chart import ReportCharts
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import report, run
assert "matplotlib" not in sys.modules
ended = report(run(RunState.FINISHED), Counts(sent=50), causes=0)
sys.stdout.write(repr(ReportCharts().final("Team Day", ended, [SentAt(NOON, 50)], "UTC").content[:4]))
"""


def test_no_home_is_needed_and_nothing_is_loaded_before_the_first_picture(tmp_path):
    """In a container the user often has no home to write a cache in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "XDG"))}
    env = {**kept, "HOME": "/proc/nobody", "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", DRAWS], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "b'\\x89PNG'")
    assert list(tmp_path.iterdir()) == []  # its cache goes with the process
