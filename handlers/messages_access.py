"""What is told of an account that no longer lets the bot in, and of one that does again.

Once for the account, wherever one of its runs is told, and not once for each run. Pure.
"""

from collections.abc import Mapping

from campaigns.notices import Notice
from campaigns.service_names import RENEW_TOKEN, service_name
from handlers import ids
from handlers.blocks import Json, button, buttons, paragraph, words
from handlers.messages import Message, message
from handlers.messages_thread import count_of
from handlers.mrkdwn import mention, safe
from handlers.wording import number

_LONGEST_CAUSE = 600
_MOST_TITLES = 3


def lost(notice: Notice) -> Message:
    """What happened, how many wait, and the two buttons that help."""
    told = notice.payload
    service, address = service_name(told.get("service", "")), told.get("address", "")
    lead = f"{safe(service)} no longer lets sendinvites in as {safe(address)}."
    why = (
        f"{safe(told['cause'].strip().rstrip('.'), _LONGEST_CAUSE)}." if told.get("cause", "").strip() else ""
    )
    if by := told.get("by"):
        lead, why = f"{mention(by)} disconnected {safe(address)} ({safe(service)}).", ""
    said = [line for line in (why, *_waiting(told), *_next(told)) if line]
    return message(
        f"Action needed: {lead} {' '.join(said)}".replace("*", ""),
        words(f"{service} · {address}"),
        paragraph("\n".join((f"*{lead}*", *said))),
        *_buttons(told),
    )


def back(notice: Notice) -> Message:
    """Access is renewed, and what that sets going."""
    told = notice.payload
    lead = f"Access to {safe(told.get('address', ''))} is renewed."
    runs = count_of(told, "runs")
    goes_on = f"{number(runs, 'run')} {'goes' if runs == 1 else 'go'} on where it stopped{_which(told)}."
    if runs > 1:
        goes_on = goes_on.replace("where it stopped", "where they stopped")
    said = goes_on if runs else "Campaigns can go out from it again; a run that is paused waits for *Resume*."
    return message(
        f"{lead} {said}".replace("*", ""),
        words(f"{service_name(told.get('service', ''))} · {told.get('address', '')}"),
        paragraph(f"*{lead}* {said}"),
    )


def _waiting(told: Mapping[str, str]) -> list[str]:
    runs, people = count_of(told, "runs"), count_of(told, "waiting")
    if not runs:
        again = "connected again" if told.get("by") else "renewed"
        return [f"No run was sending from it just now. Nothing more goes out from it until it is {again}."]
    paused = f"{number(runs, 'run was', 'runs were')} paused at once{_which(told)}."
    waiting = number(people, "person waits", "people wait")
    return [f"{paused} Nobody is lost: {waiting}, and nobody who has an invite gets it twice."]


def _which(told: Mapping[str, str]) -> str:
    """The first few of the campaigns, by title."""
    named = [title for title in told.get("titles", "").split("\n") if title.strip()]
    titles = [safe(title, 100) for title in named[:_MOST_TITLES]]
    if not titles:
        return ""
    more = count_of(told, "runs") - len(titles)
    return f": {', '.join(titles)}{f' and {more:,} more' if more > 0 else ''}"


def _next(told: Mapping[str, str]) -> list[str]:
    hint = safe(told["hint"], _LONGEST_CAUSE) if told.get("hint", "").strip() else ""
    if RENEW_TOKEN in hint:
        hint = ""  # the next sentence says it
    if is_of_settings(told):
        renew = "An admin enters the new password in *SMTP_URL*, in the bot's settings, and restarts it."
        return [hint, f"{renew} Then press *Resume*."]
    runs = count_of(told, "runs")
    after = " What waits then goes on by itself; if it does not, press *Resume*." if runs else ""
    if told.get("by"):
        return [f"To connect it again, press *Renew token*: it takes a minute.{after}"]
    return [hint, f"Press *Renew token*: it takes a minute.{after}"]


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
    if told.get("run"):
        title = told.get("titles", "").partition("\n")[0]
        made.append(button("Resume", ids.RESUME, told["run"], spoken=f"Resume: {title or address}"))
    return [buttons(*made)] if made else []
