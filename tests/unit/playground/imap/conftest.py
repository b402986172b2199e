import pytest

from playground import Mailbox
from playground.imap_server import ImapServer
from tests.unit.playground.imap.clients import OWNER, PASSWORD, Bare, dialled


@pytest.fixture
def box():
    with Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER) as mailbox:
        yield mailbox


@pytest.fixture
def imap(box):
    with ImapServer(box) as server:
        yield server


@pytest.fixture
def line(imap):
    with dialled(imap) as client:
        client.login(OWNER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        yield client


@pytest.fixture
def bare(imap):
    """A socket after the greeting, for what no client library would say."""
    with Bare(imap) as raw:
        yield raw
