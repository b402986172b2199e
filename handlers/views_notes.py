"""Screens that only say something."""

from campaigns.errors import NotAllowed, SendInvitesError
from handlers.blocks import Json, modal, paragraph, words
from handlers.mrkdwn import advice


def loading() -> Json:
    """Shown while the real screen is being made; its title differs, so that nobody takes it for that."""
    return modal("One moment…", [words("Loading…")])


def trouble(error: SendInvitesError) -> Json:
    """What is not possible, and what to do instead."""
    title = "Not allowed" if isinstance(error, NotAllowed) else "Not possible now"
    return modal(title, [paragraph(advice(error))])


def broken(error_id: str) -> Json:
    """Something we did not foresee. The id finds the place in the log."""
    return modal(
        "Something went wrong",
        [words(unforeseen(error_id))],
    )


def stuck() -> Json:
    """Instead of a screen that could not be made; the error's number comes in a message of its own."""
    return modal(
        "Something went wrong", [words("Something went wrong on our side; a message tells you more.")]
    )


def unforeseen(error_id: str) -> str:
    return (
        "Something went wrong on our side. Runs that are on go on by themselves. "
        f"Try again; if it happens once more, tell your admin this number: {error_id}"
    )
