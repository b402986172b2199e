import logging

import pytest
import structlog

from bot.settings import Settings
from tests.unit.bot.complete import COMPLETE

_CHATTY = ("apscheduler", "slack_bolt", "slack_sdk", "alembic", "waitress", "werkzeug")


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An environment that holds nothing of ours but a complete set, and an empty folder to stand in."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def logging_put_back():
    """What configure_logs changes in this process is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in _CHATTY}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()
