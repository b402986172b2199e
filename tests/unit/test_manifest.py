import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from handlers import ids
from handlers.command_words import Word

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
SCHEMA = json.loads(Path(__file__).with_name("manifest.schema.json").read_text())

# What each method of the Web API needs, from its reference page.
SCOPES = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read", "users:read.email"},
    "usergroups_users_list": {"usergroups:read"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
}
# What other things we do need, that are no call.
OTHERWISE = {
    "commands",  # a slash command
    "files:read",  # downloading what was uploaded
    "im:write",  # posting to a user's id opens the conversation
    "chat:write.public",  # posting in a public channel without being its member
}


def sources():
    return "\n".join(path.read_text() for path in sorted((ROOT / "handlers").glob("*.py")))


def methods_used():
    found = re.findall(r"\.((?:chat|conversations|files|team|usergroups|users|views|auth)_\w+)\(", sources())
    return set(found)


def test_slack_takes_the_manifest():
    jsonschema.validate(MANIFEST, SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("display_information", "name"), "n" * 36),
        (("display_information", "long_description"), "short"),
        (("features", "slash_commands", 0, "command"), "sendinvites"),
        (("features", "bot_user", "display_name"), ""),
        (("oauth_config", "scopes", "bot"), ["chat:wirte"]),
        (("settings", "event_subscriptions", "bot_events"), ["app_home_open"]),
        (("settings", "typo"), True),
    ],
)
def test_the_schema_catches_slips(path, value):
    spoilt = copy.deepcopy(MANIFEST)
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoilt, SCHEMA)


def test_every_method_used_is_known_with_its_scopes():
    used = methods_used()
    assert used
    assert used <= set(SCOPES)


def test_no_scope_is_missing_and_none_is_there_for_nothing():
    needed = OTHERWISE.union(*(SCOPES[method] for method in methods_used()))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_the_command_and_the_events_are_those_we_listen_to():
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == [ids.COMMAND]
    listened = re.findall(r'app\.event\("(\w+)"\)', sources())
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == listened


def test_the_messages_tab_is_open_for_direct_messages():
    home = MANIFEST["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]


def test_the_hint_of_the_command_names_every_word_it_takes():
    (command,) = MANIFEST["features"]["slash_commands"]
    hinted = {part.split()[0] for part in command["usage_hint"].split(" | ")}
    assert hinted == set(Word) - {Word.LIST}
