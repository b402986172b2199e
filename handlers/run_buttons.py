"""The buttons of a run, wherever they stand."""

from typing import Literal

from campaigns.model import Counts, Kind
from handlers import ids
from handlers.blocks import Json, button, question
from handlers.wording import KIND_WORDS, invites, number

_STOPPED_MEANS = {
    Kind.INVITE: "will not be invited in this run. What was sent stays in people's calendars. A stopped run "
    "cannot go on, but whoever is left can be invited in a new one.",
    Kind.UPDATE: "will not be updated in this run. What was sent stays in people's calendars. A stopped run "
    "cannot go on, but whoever is left can be updated in a new one.",
    Kind.CANCEL: "will not be told in this run: the event stays in their calendars. It is cancelled all the "
    "same, and whoever is left can be told in a new run.",
    Kind.REMIND: "will not be reminded in this run. A stopped run cannot go on, but whoever has not answered "
    "can be reminded in a new one.",
}
"""What follows "3 people are still waiting and"."""


def running_buttons(run_id: int, counts: Counts, about: str = "", *, kind: Kind = Kind.INVITE) -> list[Json]:
    """What a person can do to a run that is going; ``about`` names it to screen readers."""
    pause = button("Pause", ids.PAUSE, str(run_id), spoken=_spoken("Pause", about))
    return [pause, pace_button(run_id, about), stop_button(run_id, counts, about, kind=kind)]


def paused_buttons(run_id: int, counts: Counts, about: str = "", *, kind: Kind = Kind.INVITE) -> list[Json]:
    """What a person can do to a run that is paused."""
    stop = stop_button(run_id, counts, about, kind=kind)
    return [resume_button(run_id, about), pace_button(run_id, about), stop]


def resume_button(run_id: int, about: str = "") -> Json:
    return button("Resume", ids.RESUME, str(run_id), style="primary", spoken=_spoken("Resume", about))


def pace_button(run_id: int, about: str = "") -> Json:
    return button("Change pace", ids.CHANGE_PACE, str(run_id), spoken=_spoken("Change pace", about))


def report_button(run_id: int, about: str = "") -> Json:
    return button("Report", ids.REPORT_OF_RUN, str(run_id), spoken=_spoken("Report", about))


def stop_button(run_id: int, counts: Counts, about: str = "", *, kind: Kind = Kind.INVITE) -> Json:
    """Asks first, and says what stopping does and does not do."""
    waiting = number(counts.left, "person is", "people are")
    doing = KIND_WORDS[kind].doing.lower()
    return button(
        "Stop",
        ids.STOP,
        str(run_id),
        style="danger",
        confirm=question(
            f"Stop {doing}?",
            f"{waiting} still waiting and {_STOPPED_MEANS[kind]}",
            yes=f"Stop {doing}",
            no="Keep going",
            is_danger=True,
        ),
        spoken=_spoken("Stop", about),
    )


def approval_buttons(run_id: int, total: int, about: str = "", *, kind: Kind = Kind.INVITE) -> list[Json]:
    """For a second person; the use-case refuses whoever started the run."""
    what = invites(total, kind)
    approve = question(
        "Approve this run?",
        f"{what} will be sent as planned. What was sent cannot be taken back.",
        yes="Approve",
        no="Not now",
    )
    decline = question(
        "Decline this run?",
        "Nothing of it will be sent. Nobody is lost: another run can be planned for the same people.",
        yes="Decline",
        no="Not now",
        is_danger=True,
    )
    return [
        button(
            "Approve",
            ids.APPROVE,
            str(run_id),
            style="primary",
            confirm=approve,
            spoken=_spoken("Approve", about),
        ),
        button("Decline", ids.DECLINE, str(run_id), confirm=decline, spoken=_spoken("Decline", about)),
    ]


def retry_button(run_id: int, failed: int, about: str = "", *, is_hopeful: bool = True) -> Json:
    """A new run over those who failed; no advice where trying again will not help."""
    label = f"Retry these {failed:,}"
    style: Literal["primary"] | None = "primary" if is_hopeful else None
    return button(label, ids.RETRY, str(run_id), style=style, spoken=_spoken(label, about))


def _spoken(label: str, about: str) -> str:
    return f"{label}: {about}" if about else ""


def unsure_buttons(run_id: int, unsure: int, about: str = "", *, kind: Kind = Kind.INVITE) -> list[Json]:
    """Nobody but a person can decide about an invite whose reply was lost."""
    what = KIND_WORDS[kind]
    again = question(
        "Send again?",
        f"{invites(unsure, kind)} may have arrived already. Sending again carries the same "
        "identity, so calendars show one entry; a few people may see a second mail.",
        yes="Send again",
        no="Not now",
    )
    leave = question(
        "Leave as sent?",
        f"{number(unsure, 'person is', 'people are')} taken as {what.left_out}. Whoever did not get the "
        f"{what.one} will not get it from this run.",
        yes="Leave as sent",
        no="Not now",
    )
    return [
        button("Send again", ids.SEND_AGAIN, str(run_id), confirm=again, spoken=_spoken("Send again", about)),
        button(
            "Leave as sent", ids.LEAVE, str(run_id), confirm=leave, spoken=_spoken("Leave as sent", about)
        ),
    ]
