"""The buttons of a run, wherever they stand."""

from campaigns.model import Counts
from handlers import ids
from handlers.blocks import Json, button, question
from handlers.wording import number


def running_buttons(run_id: int, counts: Counts) -> list[Json]:
    """What a person can do to a run that is going."""
    return [button("Pause", ids.PAUSE, str(run_id)), stop_button(run_id, counts)]


def resume_button(run_id: int) -> Json:
    return button("Resume", ids.RESUME, str(run_id), style="primary")


def stop_button(run_id: int, counts: Counts) -> Json:
    """Asks first, and says what stopping does and does not do."""
    waiting = number(counts.left, "person is", "people are")
    return button(
        "Stop",
        ids.STOP,
        str(run_id),
        style="danger",
        confirm=question(
            "Stop sending?",
            f"{waiting} still waiting and will not be invited in this run. What was sent stays in people's "
            "calendars. A stopped run cannot go on, but whoever is left can be invited in a new one.",
            yes="Stop sending",
            no="Keep going",
            is_danger=True,
        ),
    )


def retry_button(run_id: int, failed: int) -> Json:
    """A new run over those who failed."""
    return button(f"Retry these {failed:,}", ids.RETRY, str(run_id), style="primary")


def unsure_buttons(run_id: int, unsure: int) -> list[Json]:
    """Nobody but a person can decide about an invite whose reply was lost."""
    again = question(
        "Send again?",
        f"{number(unsure, 'invite', 'invites')} may have arrived already. Sending again carries the same "
        "identity, so calendars show one entry; a few people may see a second mail.",
        yes="Send again",
        no="Not now",
    )
    leave = question(
        "Leave as sent?",
        f"{number(unsure, 'person is', 'people are')} taken as invited. Whoever did not get the invite will "
        "not get it from this run.",
        yes="Leave as sent",
        no="Not now",
    )
    return [
        button("Send again", ids.SEND_AGAIN, str(run_id), confirm=again),
        button("Leave as sent", ids.LEAVE, str(run_id), confirm=leave),
    ]
