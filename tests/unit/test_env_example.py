from pathlib import Path

from bot.env_example import env_example
from bot.settings import Settings

FILE = Path(__file__).parents[2] / ".env.example"


def test_the_file_is_what_the_settings_say():
    """Written by `make env-example`; a setting that is not in it is not found by whoever installs the bot."""
    assert FILE.read_text(encoding="utf-8") == env_example()


def test_every_setting_has_its_line_and_its_meaning():
    blocks = FILE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")[1:]
    assert len(blocks) == len(Settings.model_fields)
    for block, (name, field) in zip(blocks, Settings.model_fields.items(), strict=True):
        meaning, line = block.splitlines()
        assert meaning == f"# {field.description}"
        # the default transport cannot do without its token
        is_needed = field.is_required() or name == "slack_app_token"
        assert line.startswith(f"{name.upper()}=" if is_needed else f"#{name.upper()}=")


def test_taken_as_it_is_it_asks_for_what_only_the_reader_knows(monkeypatch):
    """Every value in it can be read: a comment or a quote would otherwise end up in a setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings = Settings(_env_file=FILE)
    assert settings.slack_app_token.get_secret_value() == "xapp-your-token"
    assert settings.alerts_account.sender == "alerts@example.com"
    assert settings.sending_account is None
