"""The ways to a run, wherever their buttons stand."""

from campaigns.model import Kind
from handlers import ids
from handlers.blocks import Json, button, question
from handlers.intent import button_value
from handlers.wording import number


def send_button(campaign_id: int) -> Json:
    """To whoever has not been invited."""
    value = button_value(campaign_id, Kind.INVITE)
    return button("Send Calendar Invite", ids.SEND_CALENDAR_INVITE, value, style="primary")


def update_button(campaign_id: int, *, is_first: bool = True) -> Json:
    """To whoever holds an earlier version; ``is_first``: nothing beside it is likelier."""
    value = button_value(campaign_id, Kind.UPDATE)
    return button(
        "Update Calendar Invites", ids.UPDATE_CALENDAR_INVITES, value, style="primary" if is_first else None
    )


def cancel_button(campaign_id: int, holders: int, about: str = "") -> Json:
    """Takes the event out of the calendars of its ``holders``; ``about`` names it to screen readers."""
    people = number(holders, "person has", "people have")
    return button(
        "Cancel event",
        ids.CANCEL_EVENT,
        button_value(campaign_id, Kind.CANCEL),
        style="danger",
        confirm=question(
            "Cancel this event?",
            f"{people} it in the calendar. A cancellation takes it out again, in batches or all at once. "
            "You see what goes before anything is sent.",
            yes="Go on",
            no="Keep the event",
            is_danger=True,
        ),
        spoken=f"Cancel event: {about}" if about else "",
    )


def remind_button(campaign_id: int, unanswered: int, about: str = "") -> Json:
    """The invite once more, to whoever has not answered."""
    label = f"Remind those who haven't answered ({unanswered:,})"
    value = button_value(campaign_id, Kind.REMIND)
    return button(label, ids.REMIND, value, spoken=f"{label}: {about}" if about else "")
