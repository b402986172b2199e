"""What mails say of an account that no longer lets the bot in, and of one that does again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.account import How
from campaigns.invite_clean import one_line
from campaigns.notices import Notice
from campaigns.service_names import RENEW_TOKEN, entered_in, service_name
from mailers.alert_facts import number
from mailers.alert_page import AlertText, Link, Page, Tone, render

_WHY_YOU = "You get this because your address is registered for a campaign that sends from this account."
_MOST_TITLE = 120
_BROUGHT: Mapping[str, str] = {How.PASSWORD: "type the new password on the page"}


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """An account, and what waits for it. ``link`` leads to its renewal; '' if there is none.

    ``is_of_settings``: the admin renews it in the bot's settings, and no link can. ``is_disconnected``: by a
    person in Slack, where it is connected again. ``how`` it is entered, where that is known; a service key is
    taken from an admin in Slack only. ``resumes``: what waits goes on by itself once it is renewed.
    """

    address: str
    service: str
    cause: str = ""
    hint: str = ""
    waiting: int = 0
    runs: int = 0
    titles: tuple[str, ...] = ()
    is_of_settings: bool = False
    is_disconnected: bool = False
    link: str = ""
    how: str = ""
    resumes: bool = True


def access_facts(notice: Notice, link: str, *, resumes: bool = True) -> AccessFacts:
    """What the notice remembers of its moment."""
    told = notice.payload
    titles = (one_line(title)[:_MOST_TITLE] for title in told.get("titles", "").split("\n"))
    is_of_settings, is_disconnected = not told.get("workspace"), bool(told.get("by"))
    how = told.get("how", "")
    is_in_slack = is_disconnected or how == How.SERVICE_KEY
    hint = told.get("hint", "").removesuffix(entered_in("SMTP_URL"))
    return AccessFacts(
        address=one_line(told.get("address", "")) or "the account",
        service=service_name(told.get("service", "")),
        cause=one_line(told.get("cause", "")),
        # the steps say it themselves
        hint="" if RENEW_TOKEN in hint else one_line(hint),
        waiting=int(told.get("waiting") or 0),
        runs=int(told.get("runs") or 0),
        titles=tuple(title for title in titles if title),
        is_of_settings=is_of_settings,
        is_disconnected=is_disconnected,
        link="" if is_of_settings or is_in_slack else link,
        how=how,
        resumes=resumes,
    )


def lost(facts: AccessFacts) -> AlertText:
    """The account needs a person; told once for it, however many runs wait."""
    paused = f" {_runs(facts)} paused at once." if facts.runs else ""
    headline = f"{facts.service} no longer lets sendinvites in"
    why = "the token or password has expired, was changed or was taken back"
    ended = f"Access to {facts.address} has ended: {why}."
    again, subject = "renewed", f"renew {facts.address}"
    if facts.is_disconnected:
        headline, ended = f"{facts.service} was disconnected", f"{facts.address} was disconnected here."
        again, subject = "connected again", f"{facts.address} was disconnected"
    page = Page(
        tone=Tone.STOP,
        about=facts.address,
        headline=headline,
        lead=f"{ended}{paused} Nothing more goes out from this account until it is {again}.",
        steps=_steps(facts),
        links=(Link(RENEW_TOKEN, facts.link),),
        facts=_about(facts),
        quote=facts.cause,
        safe=_safe(facts),
        why_you=_WHY_YOU,
    )
    return render(f"Action needed, {subject}{_which(facts)}", page)


def back(facts: AccessFacts) -> AlertText:
    """The account works again."""
    lead = f"sendinvites can send from {facts.address} again."
    page = Page(
        tone=Tone.GOOD,
        about=facts.address,
        headline="Access is renewed",
        lead=f"{lead} What had paused for it goes on where it stopped." if facts.runs else lead,
        steps=("Nothing to do. A run that is still paused waits for Resume in Slack.",),
        facts=_about(facts),
        why_you=_WHY_YOU,
    )
    return render(f"Access renewed: {facts.address}", page)


def _steps(facts: AccessFacts) -> tuple[str, ...]:
    if facts.is_disconnected:
        return ("In Slack type /sendinvites services, and connect it again.", _go_on(facts))
    return tuple(step for step in (facts.hint, _renew(facts), _go_on(facts)) if step)


def _renew(facts: AccessFacts) -> str:
    if facts.is_of_settings:
        return "An admin enters the new password in SMTP_URL, in the bot's settings, and restarts the bot."
    if facts.how == How.SERVICE_KEY:
        return (
            f"A workspace admin types /sendinvites services in Slack, presses {RENEW_TOKEN} beside the "
            "account, and enters the service account's key anew."
        )
    there = _BROUGHT.get(facts.how, f"sign in as {facts.address}")
    if facts.link:
        return f"Press {RENEW_TOKEN} below, and {there}."
    return f"In Slack type /sendinvites services, press {RENEW_TOKEN} beside the account, and {there}."


def _go_on(facts: AccessFacts) -> str:
    if not facts.runs:
        return "Campaigns can then be sent from it again."
    if not facts.resumes:
        return "Then press Resume in Slack. What waits goes on where it stopped, and not before."
    return "What waits then goes on by itself where it stopped. If it does not, press Resume in Slack."


def _about(facts: AccessFacts) -> tuple[tuple[str, str], ...]:
    said = [("Account", facts.address), ("Service", facts.service)]
    if facts.titles:
        more = facts.runs - len(facts.titles)
        rest = f" and {more:,} more" if more > 0 else ""
        said.append(("Campaigns", ", ".join(facts.titles) + rest))
    return tuple(said)


def _safe(facts: AccessFacts) -> str:
    if not facts.waiting:
        return "No run was sending from it just now. Campaigns, lists and what was sent are kept."
    waiting = number(facts.waiting, "person waits", "people wait")
    return f"Nobody is lost: {waiting}, and nobody who has an invite gets it twice."


def _runs(facts: AccessFacts) -> str:
    return number(facts.runs, "run was", "runs were")


def _which(facts: AccessFacts) -> str:
    if not facts.titles:
        return ""
    return f": {facts.titles[0]}" if facts.runs <= 1 else f": {facts.runs:,} campaigns wait"
