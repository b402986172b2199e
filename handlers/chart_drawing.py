"""Draws the picture of a run: what was sent over time, and why the rest was not. Numbers in, PNG out.

It loads a plotting library of some sixty megabytes: import it when there is something to draw.
"""

import io
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from campaigns.when import short_time, zone_name
from handlers.chart import ANSWERS, Picture
from handlers.mrkdwn import ELLIPSIS, tidy

WIDTH, HEIGHT, _DPI = 1_200, 675, 100

_INK, _QUIET, _LINE = "#1f2328", "#57606a", "#d0d7de"
_SENT, _MISSED = "#0b57a4", "#a8321a"
_ANSWERED = ("#1a7f37", "#9a6700", "#a8321a", "#8c959f")  # yes, maybe, no, no answer
_TITLE, _COUNTS, _HEADING, _LABEL = 27, 21, 20, 17  # points: a phone shows a third of it
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.035, 0.965, 0.72, 0.165
_COLUMNS = {
    0: (),
    1: ((_LEFT, _RIGHT),),
    2: ((_LEFT, 0.53), (0.575, _RIGHT)),
    3: ((_LEFT, 0.37), (0.41, 0.69), (0.73, _RIGHT)),
}
"""From where to where each of so many drawings reaches, side by side."""
_WIDE, _MOST_TIMES = 0.35, 5
_LINE_HEIGHT, _ROOMY = 0.047, 3  # up to so many causes have room for two lines
_LONGEST = 300  # letters: more never fit into a line
_UNKNOWN = "\N{WHITE VERTICAL RECTANGLE}"
# Used where the machine has them; the first font, which comes with the library, draws most other scripts.
_FAMILIES = (
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
)


def draw(picture: Picture) -> bytes:
    """The picture as PNG. The library shares its fonts between figures: one call at a time."""
    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    page = _Page(figure)
    room = (_RIGHT - _LEFT) * WIDTH
    page.write(
        picture.title if page.can_write(picture.title) else "Final report",
        _LEFT,
        0.905,
        _TITLE,
        room=room,
        weight="bold",
    )
    page.write(picture.counts, _LEFT, 0.825, _COUNTS, room=room, color=_QUIET)
    drawings = [
        draw
        for is_there, draw in (
            (picture.steps, _draw_steps),
            (picture.bars, _draw_bars),
            (picture.answers, _draw_answers),
        )
        if is_there
    ]
    for draw_one, (left, right) in zip(drawings, _COLUMNS[len(drawings)], strict=True):
        draw_one(page, picture, left, right)
    out = io.BytesIO()
    canvas.print_png(out)
    return out.getvalue()


class _Page:
    """Writes on a figure, in letters that its fonts have, no longer than there is room for."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        known = {font.name for font in font_manager.fontManager.ttflist}
        self._families = ["DejaVu Sans", *(name for name in _FAMILIES if name in known)]
        self._letters = {
            letter
            for name in self._families
            for letter in font_manager.get_font(font_manager.findfont(name)).get_charmap()
        }

    def font(self, size: float, weight: str = "normal") -> FontProperties:
        return FontProperties(family=self._families, size=size, weight=weight)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        room: float,
        color: str = _INK,
        weight: str = "normal",
    ) -> float:
        """Put one line at (x, y) of the figure; returns how wide it came out, as a share of the figure."""
        font = self.font(size, weight)
        said = self._fit(self._known(text), font, room)
        self.figure.text(x, y, said, fontproperties=font, color=color, va="baseline", parse_math=False)
        return self._width(said, font) / WIDTH

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.figure.add_artist(Rectangle((x, y), width, height, color=color, linewidth=0))

    def wrapped(self, text: str, size: float, *, room: float, lines: int) -> list[str]:
        """``text`` in at most so many lines; the last holds the rest, to be cut when it is written."""
        font, made = self.font(size), [""]
        for word in self._known(text).split():
            longer = f"{made[-1]} {word}".strip()
            if made[-1] and len(made) < lines and self._width(longer, font) > room:
                made.append(word)
            else:
                made[-1] = longer
        return made

    def can_write(self, text: str) -> bool:
        """Whether most of ``text`` would be readable."""
        told = [ord(letter) in self._letters for letter in text if letter.isalnum()]
        return sum(told) * 2 > len(told)

    def _known(self, text: str) -> str:
        """``text`` in one line; what no font here can draw is a frame, one for any number in a row."""
        made: list[str] = []
        for letter in " ".join(tidy(text[:_LONGEST]).split()):
            if unicodedata.category(letter) in {"Cf", "Mn"} and made[-1:] == [_UNKNOWN]:
                continue  # joiners and selectors of what is a frame already
            shown = letter if ord(letter) in self._letters else _UNKNOWN
            if shown != _UNKNOWN or made[-1:] != [_UNKNOWN]:
                made.append(shown)
        return "".join(made)

    def _fit(self, text: str, font: FontProperties, room: float) -> str:
        if self._width(text, font) <= room:
            return text
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self._width(text[:middle].rstrip() + ELLIPSIS, font) <= room:
                fits = middle
            else:
                too_long = middle
        return text[:fits].rstrip() + ELLIPSIS

    def _width(self, text: str, font: FontProperties) -> float:
        canvas = self.figure.canvas
        if not isinstance(canvas, FigureCanvasAgg) or not text:
            return 0.0
        width, _, _ = canvas.get_renderer().get_text_width_height_descent(text, font, ismath=False)
        return float(width)


def _draw_steps(page: _Page, picture: Picture, left: float, right: float) -> None:
    page.write(picture.over_steps, left, 0.755, _HEADING, room=(right - left) * WIDTH, weight="bold")
    gutter = 0.02 + 0.0125 * len(f"{picture.total:,}")
    width = right - left - gutter - 0.025  # the last label stands half outside
    axes = page.figure.add_axes((left + gutter, _BOTTOM, width, _TOP - _BOTTOM))
    first, last = picture.steps[0][0], picture.steps[-1][0]
    margin = max((last - first) * 0.05, timedelta(seconds=30))
    moments = [first - margin, *(at for at, _ in picture.steps), last + margin]
    heights = [0, *(count for _, count in picture.steps), picture.steps[-1][1]]
    xs = [float(date2num(at)) for at in moments]
    axes.fill_between(xs, heights, step="post", color=_SENT, alpha=0.18, linewidth=0)
    axes.step(xs, heights, where="post", color=_SENT, linewidth=3.5)
    sent = heights[-1]
    if sent < picture.total:
        axes.axhline(picture.total, color=_QUIET, linewidth=2, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{picture.total:,} in all", (xs[0], picture.total), xytext=(4, 5), textcoords="offset points",
            va="bottom", color=_QUIET, fontproperties=page.font(_LABEL),
        )  # fmt: skip
    axes.set_xlim(xs[0], xs[-1])
    axes.set_ylim(0, max(picture.total, 1) * (1.16 if sent < picture.total else 1.05))
    _scale(page, axes, picture.zone, last - first + 2 * margin, most=_MOST_TIMES if width > _WIDE else 3)
    note = _days(first, last, picture.zone)
    page.write(note, left + gutter, 0.035, _LABEL, room=(right - left - gutter) * WIDTH, color=_QUIET)


def _scale(page: _Page, axes: Axes, zone: str, span: timedelta, *, most: int) -> None:
    """Few, short labels on both axes, in the event's zone; at most so many of time."""
    where = ZoneInfo(zone)
    axes.xaxis.set_major_locator(AutoDateLocator(tz=where, minticks=2, maxticks=_MOST_TIMES))
    if most < _MOST_TIMES:  # the locator itself knows no steps for so few
        low, high = axes.get_xlim()
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        axes.set_xticks(ticks[:: -(-len(ticks) // most) or 1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _tick(num2date(x, tz=where), zone, span)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
    axes.grid(visible=True, axis="y", color=_LINE, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_QUIET)
    axes.tick_params(length=0, pad=8, labelcolor=_INK)
    axes.tick_params(axis="x", length=6, color=_QUIET)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(page.font(_LABEL))


def _tick(at: datetime, zone: str, span: timedelta) -> str:
    if span < timedelta(minutes=5):
        return f"{at:%H:%M:%S}"
    if span < timedelta(hours=40):
        return f"{at:%H:%M}"
    if span < timedelta(days=300):
        return _day(at, zone).rpartition(" ")[0] if at.hour == 0 else f"{at:%H:%M}"
    return _day(at, zone).partition(" ")[2]


def _day(at: datetime, zone: str) -> str:
    """``24 Nov 2026``."""
    return short_time(at, zone).partition(",")[0].partition(" ")[2]


def _days(first: datetime, last: datetime, zone: str) -> str:
    days = dict.fromkeys((_day(first, zone), _day(last, zone)))
    names = dict.fromkeys((zone_name(first, zone), zone_name(last, zone)))
    return f"{' – '.join(days)}, {'/'.join(names)}"


def _draw_bars(page: _Page, picture: Picture, left: float, right: float) -> None:
    room = (right - left) * WIDTH
    page.write(picture.over_bars, left, 0.755, _HEADING, room=room, weight="bold")
    rows = len(picture.bars) + bool(picture.more)
    step = min((_TOP - 0.04) / rows, 0.155)
    most = max(count for _, count in picture.bars)
    number = max(len(f"{count:,}") for _, count in picture.bars) * 0.0125 + 0.012
    y = _TOP - 0.045
    for why, count in picture.bars:
        for line in page.wrapped(why, _LABEL, room=room, lines=2 if rows <= _ROOMY else 1):
            page.write(line, left, y, _LABEL, room=room)
            y -= _LINE_HEIGHT
        y += _LINE_HEIGHT
        width = max((right - left - number) * count / most, 0.004)
        page.box(left, y - 0.056, width, 0.034, _MISSED)
        page.write(f"{count:,}", left + width + 0.008, y - 0.053, _LABEL, room=room, weight="bold")
        y -= step
    if picture.more:
        page.write(picture.more, left, y, _LABEL, room=room, color=_QUIET)


def _draw_answers(page: _Page, picture: Picture, left: float, right: float) -> None:
    """A bar for each answer, also for those that nobody gave: their share of all is what is looked for."""
    room = (right - left) * WIDTH
    page.write(ANSWERS, left, 0.755, _HEADING, room=room, weight="bold")
    most = max(count for _, count in picture.answers)
    number = max(len(f"{count:,}") for _, count in picture.answers) * 0.0125 + 0.012
    y = _TOP - 0.045
    for (name, count), color in zip(picture.answers, _ANSWERED, strict=True):
        page.write(name, left, y, _LABEL, room=room)
        width = max((right - left - number) * count / most, 0.004) if count else 0.0
        if count:
            page.box(left, y - 0.056, width, 0.034, color)
        beside = left + width + (0.008 if count else 0.0)
        page.write(f"{count:,}", beside, y - 0.053, _LABEL, room=room, weight="bold")
        y -= 0.145
