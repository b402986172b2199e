"""Screens that only say something."""

from campaigns.errors import NotAllowed, SendInvitesError
from handlers.blocks import Json, modal, paragraph, words
from handlers.mrkdwn import advice


def loading() -> Json:
    """Shown while the real screen is being made; its title differs, so that nobody takes it for that."""
    return modal("One moment…", [words("Loading…")])


def one_moment(said: str, callback_id: str = "", metadata: str = "") -> Json:
    """The same where it takes a while, and it is worth saying what takes it."""
    return modal("One moment…", [words(said)], callback_id=callback_id, metadata=metadata)


def trouble(error: SendInvitesError, aside: str = "") -> Json:
    """What is not possible, and what to do instead. ``aside`` is our own mrkdwn, said last."""
    title = "Not allowed" if isinstance(error, NotAllowed) else "Not possible now"
    return modal(title, [paragraph(f"{advice(error)} {aside}".rstrip())])


def broken(error_id: str) -> Json:
    """Something we did not foresee. The id finds the place in the log."""
    return modal(
        "Something went wrong",
        [words(unforeseen(error_id))],
    )


def unforeseen(error_id: str) -> str:
    return (
        "Something went wrong on our side. Runs that are on go on by themselves. "
        f"Try again; if it happens once more, tell your admin this number: {error_id}"
    )
