"""What a Workspace admin allows a service account in the admin console, as the connect page says it."""

from collections.abc import Mapping

from campaigns.account import Service

DELEGATED_SCOPES: Mapping[Service, str] = {
    Service.GMAIL: "https://www.googleapis.com/auth/gmail.send",
    Service.GOOGLE_CALENDAR: "https://www.googleapis.com/auth/calendar.app.created",
}
"""Sending, and no more."""

READING_SCOPE = "https://www.googleapis.com/auth/gmail.readonly"
"""What they allow besides, for answers and bounces to be read."""
