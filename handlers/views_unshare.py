"""The question before colleagues may not send from an account any more, while runs of theirs are on."""

from handlers import ids
from handlers.blocks import Json, modal, words
from handlers.mrkdwn import cut
from handlers.wording import number


def stop_sharing(address: str, runs: int, metadata: str) -> Json:
    """Asked in the place of *Limits*; ``metadata`` holds all that was entered there."""
    on = number(runs, "run of a colleague is", "runs of colleagues are")
    will = "It will pause" if runs == 1 else "They will pause"
    told = "its owner is told" if runs == 1 else "their owners are told"
    return modal(
        "Stop sharing?",
        [
            words(f"{on} on, and would go on sending from {cut(address, 200)}."),
            words(
                f"{will} before the next attendee, and {told}. Nobody is lost, and nobody gets an invite "
                "twice. Once you share the account again, Resume goes on where it stopped."
            ),
        ],
        callback_id=ids.STOP_SHARING_FORM,
        submit="Stop sharing",
        close="Cancel",
        metadata=metadata,
    )
