"""Logs as events with fields, and the last filter through which every line goes: no secret, no address."""

import logging
import re
import sys
import threading
from collections.abc import Iterable, MutableMapping
from types import TracebackType
from typing import Any, Literal

import structlog

_SECRETS = re.compile(r"\b(?:xox[abeprs]-|xapp-|ya29\.|1//|v0=)[\w.\-=/]+")
# whoever forgot to encode the @ of the login or the / of the password has a secret too
_URL_PASSWORD = re.compile(r"(\b\w+://[^\s:/@]*(?:@[^\s:/@]*)?):[^\s@]+@")
_WORD = r"[^\s<>\"'(),:;@\[\]]"
# looked for from the start of a word only: a long text without any @ is read once
_ADDRESS = re.compile(rf"(?<!{_WORD})(?:\"[^\"\n]{{1,64}}\"|(?:{_WORD}+')*{_WORD}+)@([\w.-]*\w)")


class Scrubber:
    """Takes out of a text what must not be logged: known secrets, token shapes, whose address it is."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({re.escape(secret) for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._known = re.compile("|".join(known)) if known else None

    def text(self, value: str) -> str:
        if self._known is not None:
            value = self._known.sub("[secret]", value)
        value = _SECRETS.sub("[secret]", value)
        value = _URL_PASSWORD.sub(r"\1:[secret]@", value)
        return _ADDRESS.sub(r"[...]@\1", value)

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        # names with an underscore are structlog's own notes, taken off before the line is written
        return {key: value if key.startswith("_") else self._value(value) for key, value in event.items()}

    def _value(self, value: Any) -> Any:
        """Whatever a line may carry: errors and lists of addresses hide secrets as well as texts do."""
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(key)): self._value(inner) for key, inner in value.items()}
            case list() | tuple() | set():
                return [self._value(inner) for inner in value]
            case BaseException():
                return self.text(f"{type(value).__name__}: {value}")
            case _:
                return self.text(repr(value))


def log_the_uncaught() -> None:
    """What no one catches goes through the logs, and so through the scrubber, instead of bare to stderr."""

    def log(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None and not issubclass(kind, KeyboardInterrupt):
            logging.getLogger(__name__).error("not_caught", exc_info=(kind, error, trace))

    sys.excepthook = log
    threading.excepthook = lambda args: log(args.exc_type, args.exc_value, args.exc_traceback)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed as it is


def configure_logs(
    *, level: str, form: Literal["console", "json"], secrets: Iterable[str], stream: Any = None
) -> None:
    """Send every log line of this process, ours and the libraries', through the scrubber to ``stream``."""
    scrub = Scrubber(secrets)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("apscheduler", "slack_bolt", "slack_sdk", "alembic", "waitress", "werkzeug"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
