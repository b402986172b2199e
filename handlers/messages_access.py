"""What is told of an account that no longer lets the bot in, and of one that does again.

Once for the account, wherever one of its runs is told, and not once for each run. Pure.
"""

from collections.abc import Mapping

from campaigns.account import How
from campaigns.notices import Notice
from campaigns.resuming import Resumed
from campaigns.service_names import RENEW_TOKEN, entered_in, service_name
from handlers import ids
from handlers.blocks import Json, button, buttons, paragraph, words
from handlers.messages import Message, message
from handlers.messages_thread import count_of
from handlers.mrkdwn import advice, mention, safe
from handlers.wording import number

_LONGEST_CAUSE = 600
_MOST_TITLES = 3
_BROUGHT: Mapping[str, str] = {
    How.PASSWORD: " and type the new password on the page",
    How.SERVICE_KEY: " and enter the service account's key anew",
}


def lost(notice: Notice, *, resumes: bool = True) -> Message:
    """What happened, how many wait, and the two buttons that help.

    ``resumes``: what waits goes on by itself once the account is renewed.
    """
    told = notice.payload
    service, address = service_name(told.get("service", "")), told.get("address", "")
    lead = f"{safe(service)} no longer lets sendinvites in as {safe(address)}."
    why = (
        f"{safe(told['cause'].strip().rstrip('.'), _LONGEST_CAUSE)}." if told.get("cause", "").strip() else ""
    )
    if by := told.get("by"):
        lead, why = f"{mention(by)} disconnected {safe(address)} ({safe(service)}).", ""
    said = [line for line in (why, *_waiting(told), *_next(told, resumes=resumes)) if line]
    return message(
        f"Action needed: {lead} {' '.join(said)}".replace("*", ""),
        words(f"{service} · {address}"),
        paragraph("\n".join((f"*{lead}*", *said))),
        *_buttons(told),
    )


def back(notice: Notice) -> Message:
    """Access is renewed: what that sets going, and what still waits for a press."""
    told = notice.payload
    lead = f"Access to {safe(told.get('address', ''))} is renewed."
    said = " ".join([*_going_on(told), *_held(told)])
    said = said or "Campaigns can go out from it again; a run that is paused waits for *Resume*."
    resume = _resume(told, count_of(told, "held"), told.get("held_run", ""), told.get("held_titles", ""))
    return message(
        f"{lead} {said}".replace("*", ""),
        words(f"{service_name(told.get('service', ''))} · {told.get('address', '')}"),
        paragraph(f"*{lead}* {said}"),
        *([buttons(resume)] if resume else []),
    )


def resumed_words(done: Resumed) -> str:
    """For whoever pressed *Resume all*."""
    said = []
    if done.runs:
        said.append(f"*{number(len(done.runs), 'run goes', 'runs go')} on.*")
    said += [f"Not {safe(title, 100)}: {advice(error)}" for title, error in done.refused]
    if done.not_theirs:
        said.append(f"{number(done.not_theirs, 'run waits', 'runs wait')} for others to resume.")
    return "\n".join(said)


def _going_on(told: Mapping[str, str]) -> list[str]:
    runs = count_of(told, "runs")
    if not runs:
        return []
    go_on = "goes on where it stopped" if runs == 1 else "go on where they stopped"
    return [f"{number(runs, 'run')} {go_on}{_which(runs, told.get('titles', ''))}."]


def _held(told: Mapping[str, str]) -> list[str]:
    runs = count_of(told, "held")
    if not runs:
        return []
    waits = f"{number(runs, 'run')} {'waits' if runs == 1 else 'wait'} for *{_resume_label(runs)}*"
    return [f"{waits}{_which(runs, told.get('held_titles', ''))}."]


def _waiting(told: Mapping[str, str]) -> list[str]:
    runs, people = count_of(told, "runs"), count_of(told, "waiting")
    if not runs:
        again = "connected again" if told.get("by") else "renewed"
        return [f"No run was sending from it just now. Nothing more goes out from it until it is {again}."]
    paused = f"{number(runs, 'run was', 'runs were')} paused at once{_which(runs, told.get('titles', ''))}."
    waiting = number(people, "person waits", "people wait")
    return [f"{paused} Nobody is lost: {waiting}, and nobody who has an invite gets it twice."]


def _which(runs: int, titles: str) -> str:
    """The first few of the campaigns, by title."""
    named = [title for title in titles.split("\n") if title.strip()]
    shown = [safe(title, 100) for title in named[:_MOST_TITLES]]
    if not shown:
        return ""
    more = runs - len(shown)
    return f": {', '.join(shown)}{f' and {more:,} more' if more > 0 else ''}"


def _next(told: Mapping[str, str], *, resumes: bool) -> list[str]:
    hint = told.get("hint", "").removesuffix(entered_in("SMTP_URL")).strip()
    hint = "" if RENEW_TOKEN in hint else safe(hint, _LONGEST_CAUSE)  # the next sentence says it
    runs = count_of(told, "runs")
    press = f"press *{_resume_label(runs)}*"
    after = f" What waits then goes on by itself; if it does not, {press}."
    if not resumes:
        after = f" Then {press}: what waits goes on where it stopped, and not before."
    if is_of_settings(told):
        renew = "An admin enters the new password in *SMTP_URL*, in the bot's settings, and restarts the bot."
        return [hint, f"{renew}{after}" if runs else renew]
    if told.get("by"):
        hint, way = "", "To connect it again, press *Renew token*"
    else:
        way = f"Press *Renew token*{_BROUGHT.get(told.get('how', ''), '')}"
    return [hint, f"{way}: it takes a minute.{after if runs else ''}"]


def is_of_settings(told: Mapping[str, str]) -> bool:
    """Whether the admin renews the account in the bot's settings, and no button can."""
    return not told.get("workspace")


def _buttons(told: Mapping[str, str]) -> list[Json]:
    made, address = [], told.get("address", "")
    if not is_of_settings(told) and told.get("account"):
        made.append(
            button(
                RENEW_TOKEN,
                ids.RENEW_TOKEN,
                told["account"],
                style="primary",
                spoken=f"Renew token: {address}",
            )
        )
    resume = _resume(told, count_of(told, "runs"), told.get("run", ""), told.get("titles", ""))
    if resume:
        made.append(resume)
    return [buttons(*made)] if made else []


def _resume(told: Mapping[str, str], runs: int, run_id: str, titles: str) -> Json | None:
    """One run is resumed by itself; of several, whichever wait for the account when it is pressed."""
    if not run_id:
        return None
    address, label = told.get("address", ""), _resume_label(runs)
    if runs > 1 and told.get("account"):
        return button(label, ids.RESUME_WAITING, told["account"], spoken=f"Resume all: {address}")
    title = titles.partition("\n")[0]
    return button(label, ids.RESUME, run_id, spoken=f"Resume: {title or address}")


def _resume_label(runs: int) -> str:
    return "Resume all" if runs > 1 else "Resume"
