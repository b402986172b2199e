"""The file ``.env.example``, written from the settings themselves."""

from bot.settings import Settings


def env_example() -> str:
    """The text of ``.env.example``."""
    lines = ["# Settings of sendinvites. Written by `make env-example`; copy to .env and fill in.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        if field.is_required() or field.examples:
            value = str(field.examples[0]) if field.examples else ""
            # the default transport cannot do without its token
            is_needed = field.is_required() or name == "slack_app_token"
            lines.append(f"{name.upper()}={value}" if is_needed else f"#{name.upper()}={value}")
        else:
            default = "" if field.default is None else str(field.default)
            default = default.lower() if isinstance(field.default, bool) else default
            lines.append(f"#{name.upper()}={default}")
        lines.append("")
    return "\n".join(lines)
