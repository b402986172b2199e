from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from playground import Mailbox, Workspace
from tests.unit.playground.tiny_bot import TinyBot


@pytest.fixture
def ws() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def client(ws) -> WebClient:
    return WebClient("xoxb-playground", base_url=ws.base_url)


@pytest.fixture
def bot(ws) -> Iterator[TinyBot]:
    with TinyBot(ws) as tiny:
        ws.connect_bot(tiny.url)
        yield tiny


@pytest.fixture
def ana(ws, bot):
    return ws.person("ana")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox
