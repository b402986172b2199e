"""The invite before anybody gets it: as an attendee will see it, and sent to one address on trial."""

from campaigns.errors import SendInvitesError
from campaigns.model import Campaign
from campaigns.trial import InvitePreview
from handlers import ids
from handlers.blocks import (
    Json,
    button,
    buttons,
    divider,
    email_input,
    entry,
    facts,
    header,
    modal,
    paragraph,
    small,
    words,
)
from handlers.mrkdwn import advice, cut

ADDRESS = "address"
OWN = (
    "That is the organizer's own address: the mail arrives, but calendars do not show an invitation to its "
    "own organizer. Use another address to see the calendar entry."
)


def preview_invite(preview: InvitePreview) -> Json:
    """*Preview invite*: the invite in the words of one attendee, and the way to the next."""
    who = f"{cut(preview.name, 120)} <{preview.address}>" if preview.name else preview.address
    organizer = preview.organizer
    blocks = [
        words(f"For {who} ({preview.index + 1:,} of {preview.of:,})"),
        *_turning(preview),
        *_missing(preview),
        divider(),
        header(preview.title),
        facts(_facts(preview, f"{organizer.name} <{organizer.address}>")),
        *([words(preview.greeting)] if preview.greeting else []),
        *([words(preview.description)] if preview.description else []),
        small("Answered with Yes, Maybe or No in the calendar."),
        divider(),
        buttons(button("Send test invite to me", ids.TEST_INVITE, f"{preview.campaign_id}:{preview.index}")),
    ]
    return modal("Preview invite", blocks, close="Back")


def _facts(preview: InvitePreview, organizer: str) -> list[tuple[str, str]]:
    pairs = [("From", organizer), ("Subject", preview.title), ("When", preview.when)]
    return [*pairs, ("Where", preview.where)] if preview.where else pairs


def _turning(preview: InvitePreview) -> list[Json]:
    made = []
    for label, action_id, index in (
        ("Previous", ids.PREVIEW_EARLIER, preview.index - 1),
        ("Next", ids.PREVIEW_LATER, preview.index + 1),
    ):
        if 0 <= index < preview.of:
            spoken = f"{label} attendee, {index + 1} of {preview.of}"
            made.append(button(label, action_id, f"{preview.campaign_id}:{index}", spoken=spoken))
    return [buttons(*made)] if made else []


def _missing(preview: InvitePreview) -> list[Json]:
    if not preview.missing:
        return []
    names = ", ".join("{{" + cut(name, 60) + "}}" for name in preview.missing[:10])
    return [
        words(
            f"The list has no value here for {names}: it reads as nothing. "
            "Fill the list, or give a default with Edit event, such as {{first_name|there}}."
        )
    ]


def trial_form(campaign: Campaign, address: str, metadata: str, *, is_own: bool) -> Json:
    """*Send test invite*: to which address."""
    return modal(
        "Send test invite",
        [
            header(campaign.event.title),
            words(
                "A real invite, in the words of an attendee, to one address. It is a calendar entry of its "
                "own: nobody on the list is touched. It counts as one invite of the account's limits."
            ),
            entry(
                ADDRESS,
                "Send to",
                email_input(address),
                hint=f"Not {campaign.organizer.address}: calendars show no invitation to its own organizer.",
            ),
            *([words(OWN)] if is_own else []),
        ],
        callback_id=ids.TEST_INVITE_FORM,
        submit="Send",
        close="Cancel",
        metadata=metadata,
    )


def sending_trial(address: str) -> Json:
    """While it is on its way. It goes on if this is closed."""
    said = f"To {cut(address, 200)}. You may close this window: the result then comes as a message."
    return modal("Sending the test…", [words(said)])


def trial_sent(address: str, *, is_own: bool) -> Json:
    """The provider took it."""
    return modal("Test sent", [words(sent_words(address)), *([words(OWN)] if is_own else [])])


def sent_words(address: str) -> str:
    return (
        f"Sent to {cut(address, 200)}. Look in that inbox and calendar; it may take a minute. "
        "Delete the entry there when you have seen it."
    )


def trial_not_sent(error: SendInvitesError) -> Json:
    return modal("Test not sent", [paragraph(advice(error)), words("Nobody else was sent anything.")])
