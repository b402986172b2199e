"""How an alert mail is laid out: one page of words in, text and HTML out."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from campaigns.invite_clean import many_lines, one_line
from mailers.alert_facts import CauseLine

_BLANK_LINES = re.compile(r"\n{3,}")


class Tone(StrEnum):
    """The colour of a mail's edge."""

    NEWS = "#0969da"
    GOOD = "#1a7f37"
    HEED = "#9a6700"
    STOP = "#cf222e"


@dataclass(frozen=True, slots=True)
class AlertText:
    """One mail's words, in both forms."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Link:
    """A button in HTML, an address in text; anything but https, or http for a try-out, is left out."""

    label: str
    url: str

    @property
    def is_usable(self) -> bool:
        return self.url.startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; ``counts`` is '' where the lead says it."""

    percent: int
    counts: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates lay out. ``steps`` of one entry is a sentence, of several a numbered list.

    ``about`` stands above the headline: the campaign, or the account. ``progress`` None draws no bar.
    """

    tone: Tone
    headline: str
    lead: str
    about: str = ""
    steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    causes: tuple[CauseLine, ...] = ()
    more_causes: int = 0
    quote: str = ""
    safe: str = ""
    progress: Progress | None = None
    why_you: str = "You get this because your address is registered for this campaign."


def render(subject: str, page: Page) -> AlertText:
    """The mail in both forms; a quote that repeats the headline is left out."""
    values = {
        "page": page,
        "quote": "" if page.quote.casefold() in page.headline.casefold() else page.quote,
        "links": [link for link in page.links if link.is_usable],
    }
    text = _templates().get_template("alert.txt").render(values)
    html = _templates().get_template("alert.html").render(values)
    return AlertText(
        subject=one_line(subject),
        text=_BLANK_LINES.sub("\n\n", many_lines(text)) + "\n",
        html=html.strip() + "\n",
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("mailers", "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
