"""What helps whoever was not reached, in words. For mrkdwn."""

from campaigns.model import Kind
from campaigns.report import RunReport
from handlers.wording import CAME_BACK, KIND_WORDS, number


def correct_first(report: RunReport) -> str:
    """What to do about addresses at which nobody is; '' if there are none."""
    wrong, kind = report.wrong_failed + report.wrong_bounced, report.run.kind
    if not wrong:
        return ""
    what = number(wrong, "address does not", "addresses do not")
    advice = f"{what} exist: trying again will not help."
    if kind in {Kind.CANCEL, Kind.REMIND}:  # a corrected address is somebody new, who holds nothing
        return advice
    return f"{advice} Correct the list first; *Send Invite* then reaches whoever is new on it."


def reach_again(report: RunReport) -> str:
    """What to do about what came back from an address that may work again; '' if nothing did.

    A retry is for what failed: of these a mail server had said that it took them.
    """
    counts, way = report.counts, KIND_WORDS[report.run.kind].way
    again = counts.bounced - report.wrong_bounced
    if not again:
        return ""
    but = " *Retry* is for what failed only." if counts.failed else ""
    return f"{again:,} that {CAME_BACK} may get there once the cause has passed: use *{way}* then.{but}"
