"""A Slack workspace and a mail server on your own machine. Knows nothing of the project."""

from playground.mailbox import Mailbox
from playground.person import Person
from playground.records import DispatchFailed, Message, View
from playground.samples import sample_attendees
from playground.workspace import Workspace

__all__ = ["DispatchFailed", "Mailbox", "Message", "Person", "View", "Workspace", "sample_attendees"]
