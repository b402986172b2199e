"""Lists to try the bot with."""

from importlib.resources import files
from pathlib import Path


def sample_attendees() -> Path:
    """An attendee list of 120 people, none of whom exists."""
    return Path(str(files(__name__) / "attendees.csv"))
