"""The ways to a run, wherever their buttons stand."""

from campaigns.model import Kind
from handlers import ids
from handlers.blocks import Json, button
from handlers.intent import button_value


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
