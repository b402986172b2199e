"""The picture of a run, and the same in words for who cannot see it."""

import gc
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

from campaigns.model import Attachment
from campaigns.ports import SentAt
from campaigns.report import CauseCount, RunReport
from campaigns.when import short_time
from handlers.answer_words import counted, counts_words
from handlers.mrkdwn import cut
from handlers.wording import CAME_BACK, KIND_WORDS, counts_line, number

MOST_BARS = 5
LONGEST_ALT = 1_000
ANSWERS = "Answers"


@dataclass(frozen=True, slots=True)
class Picture:
    """``steps``: how many had gone out at each moment. ``bars``: (why, how many), most first.

    ``over_steps`` and ``over_bars`` are their headings; ``zone`` is that of the times shown. ``answers`` are
    (what, how many), none where they are not read.
    """

    title: str
    counts: str
    zone: str
    total: int
    over_steps: str
    steps: tuple[tuple[datetime, int], ...]
    over_bars: str
    bars: tuple[tuple[str, int], ...]
    more: str = ""
    answers: tuple[tuple[str, int], ...] = ()


class ReportCharts:
    """See ``campaigns.ports.Charts``. One picture is drawn at a time, whoever asks.

    The plotting library is loaded with the first picture, for it takes half a second and sixty megabytes.
    """

    _lock = threading.Lock()  # of all of them: the library shares its fonts between figures

    def final(
        self, title: str, report: RunReport, over_time: Sequence[SentAt], zone: str
    ) -> Attachment | None:
        """The picture of an ended run, with times in ``zone``; None if there is nothing to show.

        It has the answers once there is one: right after the end it would say of everybody that none came.
        """
        seen = report.answers
        shown = report if seen is None or seen.counts.answered else replace(report, answers=None)
        return self.so_far(title, shown, over_time, zone)

    def so_far(
        self, title: str, report: RunReport, over_time: Sequence[SentAt], zone: str
    ) -> Attachment | None:
        """The same of a run as it is now, also with the answers that are still missing."""
        if not over_time and not report.causes and not _answers(report):
            return None
        with self._lock:
            content = _draw(title, report, over_time, zone)
            # A figure's parts point at each other: three megabytes that nothing else would free soon. Only
            # what is young is looked at, for a full collection holds up every thread.
            gc.collect(1)
        alt = in_words(title, report, over_time, zone)
        return Attachment(f"report-run-{report.run.id}.png", content, "image/png", alt=alt)


def in_words(title: str, report: RunReport, over_time: Sequence[SentAt], zone: str) -> str:
    """What the picture shows."""
    said = [f"Chart of {cut(title, 150)}: {counts_line(report.counts, report.run.kind)}."]
    if over_time:
        first, last = short_time(over_time[0].at, zone), short_time(over_time[-1].at, zone)
        verb = KIND_WORDS[report.run.kind].done.capitalize()
        said.append(f"{verb} {first}." if first == last else f"{verb} from {first} to {last}.")
    bars, more = _bars(report.causes)
    if bars:
        causes = "; ".join(f"{count:,} × {cut(why, 100)}" for why, count in bars)
        said.append(f"{_over_bars(report)} {causes}{'; ' + more if more else ''}.")
    if report.answers is not None and _answers(report):
        said.append(f"{ANSWERS}: {counts_words(report.answers.counts)}.")
    return cut(" ".join(said), LONGEST_ALT)


def _draw(title: str, report: RunReport, over_time: Sequence[SentAt], zone: str) -> bytes:
    # It tells of its cache at length, and where there is no home it makes one in the temporary folder.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from handlers.chart_drawing import draw  # noqa: PLC0415 - see ReportCharts

    return draw(_picture(title, report, over_time, zone))


def _picture(title: str, report: RunReport, over_time: Sequence[SentAt], zone: str) -> Picture:
    bars, more = _bars(report.causes)
    return Picture(
        title=title,
        counts=counts_line(report.counts, report.run.kind),
        zone=zone,
        total=report.counts.total,
        over_steps=f"{KIND_WORDS[report.run.kind].done.capitalize()} over time",
        steps=tuple(
            zip((one.at for one in over_time), accumulate(one.count for one in over_time), strict=True)
        ),
        over_bars=_over_bars(report),
        bars=bars,
        more=more,
        answers=_answers(report),
    )


def _answers(report: RunReport) -> tuple[tuple[str, int], ...]:
    """Each answer and how many gave it, where answers are read and somebody could give one."""
    seen = report.answers
    if seen is None or not seen.is_told:
        return ()
    return tuple((name.capitalize(), count) for name, count in counted(seen.counts))


def _bars(causes: tuple[CauseCount, ...]) -> tuple[tuple[tuple[str, int], ...], str]:
    """The causes that get a bar, and what is said of the rest."""
    shown, rest = causes[:MOST_BARS], causes[MOST_BARS:]
    more = f"{number(len(rest), 'more cause')}: {sum(cause.count for cause in rest):,}" if rest else ""
    return tuple((cause.cause, cause.count) for cause in shown), more


def _over_bars(report: RunReport) -> str:
    counts = report.counts
    if counts.bounced:
        is_all = not counts.failed and not counts.unsure
        return f"{CAME_BACK.capitalize() if is_all else 'Not reached'}: why"
    if counts.failed and counts.unsure:
        return "Failed, unsure: why"
    return "Unsure: why" if counts.unsure else "Failed: why"
