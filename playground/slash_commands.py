"""The slash commands that the composer offers, as the app's manifest describes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One entry of `features.slash_commands` in a manifest."""

    command: str
    description: str = ""
    usage_hint: str = ""

    @property
    def words(self) -> list[tuple[str, str]]:
        """What may follow the command, each with what it takes: `help | status [campaign]` says both."""
        parts = [part.strip() for part in self.usage_hint.split("|")] if "|" in self.usage_hint else []
        split = [part.partition(" ") for part in parts if part]
        return [(word, takes.strip()) for word, _, takes in split]


COMMANDS = (
    SlashCommand(
        "/sendinvites",
        "Open the Campaign List",
        "help | new | status [campaign] | pause [campaign] | resume [campaign] | stop [campaign]"
        " | report [campaign]",
    ),
)


def commands_from(described: Sequence[dict[str, Any]]) -> tuple[SlashCommand, ...]:
    """The commands of a manifest; its keys that only Slack needs are left out."""
    return tuple(
        SlashCommand(str(one["command"]), str(one.get("description", "")), str(one.get("usage_hint", "")))
        for one in described
    )
