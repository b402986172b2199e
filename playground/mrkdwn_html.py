"""Slack's mrkdwn as HTML in which nothing of what people typed is markup."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

EMOJI = {
    "tada": "🎉",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "calendar": "📅",
    "date": "📅",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "double_vertical_bar": "⏸️",
    "pause_button": "⏸️",
    "arrow_forward": "▶️",
    "octagonal_sign": "🛑",
    "no_entry": "⛔",
    "email": "📧",
    "envelope": "✉️",
    "incoming_envelope": "📨",
    "outbox_tray": "📤",
    "inbox_tray": "📥",
    "information_source": "ℹ️",
    "clock1": "🕐",
    "rocket": "🚀",
    "wave": "👋",
    "red_circle": "🔴",
    "large_green_circle": "🟢",
    "bulb": "💡",
    "key": "🔑",
    "lock": "🔒",
    "page_facing_up": "📄",
    "busts_in_silhouette": "👥",
    "rotating_light": "🚨",
    "bar_chart": "📊",
    "bell": "🔔",
    "black_square_for_stop": "⏹️",
    "books": "📚",
    "calendar_spiral": "🗓️",
    "spiral_calendar_pad": "🗓️",
    "chart_with_upwards_trend": "📈",
    "clipboard": "📋",
    "eyes": "👀",
    "fire": "🔥",
    "gear": "⚙️",
    "hand": "✋",
    "large_blue_circle": "🔵",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "mag": "🔍",
    "memo": "📝",
    "no_entry_sign": "🚫",
    "ok_hand": "👌",
    "paperclip": "📎",
    "pencil2": "✏️",
    "point_right": "👉",
    "pushpin": "📌",
    "question": "❓",
    "repeat": "🔁",
    "smile": "😄",
    "sparkles": "✨",
    "stopwatch": "⏱️",
    "thumbsup": "👍",
    "wastebasket": "🗑️",
    "white_circle": "⚪",
    "zzz": "💤",
    "test_tube": "🧪",
}
SPAN = re.compile(r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<token>[^<>\n]+)>", re.DOTALL)
HOLE = re.compile("\x00(\\d+)\x00")
STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), r"<del>\1</del>"),
)
SHORTCODE = re.compile(r":([a-z0-9_+\-]+):")
SAFE_LINK = re.compile(r"(https?://|mailto:)[^\s\"'<>]+", re.IGNORECASE)


def with_emoji(text: str) -> str:
    return SHORTCODE.sub(lambda found: EMOJI.get(found[1], found[0]), text)


def plain_html(text: str) -> Markup:
    """A plain_text object: no markup at all."""
    return Markup(with_emoji(str(escape(text))).replace("\n", "<br>"))  # noqa: S704 - escaped in the same line


def mrkdwn_html(text: str, names: Mapping[str, str], zone: str, *, reader: str = "") -> Markup:
    """A mrkdwn text for one reader: `names` of users and channels by id, and the reader's time zone.

    Channels are links where the `reader` is known by name, because a link has to stay with the reader.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found["pre"] is not None:
            made = f"<pre>{_escaped(found['pre'].strip(chr(10)))}</pre>"
        elif found["code"] is not None:
            made = f"<code>{_escaped(found['code'])}</code>"
        else:
            made = _token(found["token"], names, zone, reader)
        kept.append(made)
        return f"\x00{len(kept) - 1}\x00"

    words = _escaped(SPAN.sub(keep, text.replace("\x00", "")))
    for pattern, made in STYLES:
        words = pattern.sub(made, words)
    words = _quotes(with_emoji(words)).replace("\n", "<br>")
    # Every piece of `words` went through escape, and every kept piece was made by us.
    return Markup(HOLE.sub(lambda hole: kept[int(hole[1])], words))  # noqa: S704


def _escaped(text: str) -> str:
    # Slack's own three entities are undone first, so that they are not shown twice escaped.
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return html.escape(text)


def _quotes(words: str) -> str:
    lines = words.split("\n")
    return "\n".join(
        f"<span class=quote>{line.removeprefix('&gt;').lstrip()}</span>" if line.startswith("&gt;") else line
        for line in lines
    )


def _token(token: str, names: Mapping[str, str], zone: str, reader: str) -> str:
    target, _, label = token.partition("|")
    if target.startswith("!date^"):
        return _date(target, label, zone)
    if target[0] == "#" and target[1:] in names and reader:
        where = html.escape(f"/?as={reader}&channel={target[1:]}")
        return f'<a class=mention href="{where}">#{_escaped(names[target[1:]])}</a>'
    if target[0] in "@#":
        return (
            f"<span class=mention>{_escaped(target[0] + names.get(target[1:], label or target[1:]))}</span>"
        )
    if target.startswith("!"):
        return f"<span class=mention>@{_escaped(label or target[1:].partition('^')[0])}</span>"
    if SAFE_LINK.fullmatch(target):
        where = html.escape(target.replace("&amp;", "&"))
        return f'<a href="{where}" target=_blank rel=noopener>{_escaped(label or target)}</a>'
    return _escaped(f"<{token}>")


def _date(target: str, fallback: str, zone: str) -> str:
    parts = target.split("^")
    try:
        moment = datetime.fromtimestamp(int(parts[1]), ZoneInfo(zone))
        words = date_words(moment, parts[2], datetime.now(UTC).astimezone(ZoneInfo(zone)))
    except (ValueError, IndexError, OverflowError):
        return _escaped(fallback)
    shown = f'<time datetime="{moment.isoformat()}" title="{_escaped(zone)}">{_escaped(words)}</time>'
    if len(parts) > 3 and SAFE_LINK.fullmatch(parts[3]):
        return f'<a href="{html.escape(parts[3])}" target=_blank rel=noopener>{shown}</a>'
    return shown


def ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _ago(passed: timedelta) -> str:
    """How long ago, or in how long, in the largest unit that fits."""
    seconds = abs(round(passed.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            count = seconds // length
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if passed > timedelta(0) else f"in {words}"
    return "just now"


def date_words(moment: datetime, pattern: str, now: datetime) -> str:
    """Slack's date tokens for one moment, in the zone of that moment."""
    long_date = f"{moment:%B} {ordinal(moment.day)}, {moment.year}"
    short_date = f"{moment:%b} {moment.day}, {moment.year}"
    hour = moment.hour % 12 or 12
    near = {
        (now + timedelta(days=days)).date(): words
        for days, words in ((-1, "yesterday"), (0, "today"), (1, "tomorrow"))
    }.get(moment.date())
    tokens = {
        "{date_num}": f"{moment:%Y-%m-%d}",
        "{date}": long_date,
        "{date_short}": short_date,
        "{date_long}": f"{moment:%A}, {long_date}",
        "{date_pretty}": near or long_date,
        "{date_short_pretty}": near or short_date,
        "{date_long_pretty}": near or f"{moment:%A}, {long_date}",
        "{time}": f"{hour}:{moment:%M} {moment:%p}",
        "{time_secs}": f"{hour}:{moment:%M:%S} {moment:%p}",
        "{ago}": _ago(now - moment),
    }
    for token, words in tokens.items():
        pattern = pattern.replace(token, words)
    return pattern
