import pytest

from tests.fakes.slack_desk import SlackDesk
from tests.fakes.whole_bot import WholeBot


@pytest.fixture
def bot(tmp_path):
    made = WholeBot(tmp_path)
    made.start()
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []


@pytest.fixture
def desk(tmp_path):
    """The listeners with time moved by hand."""
    made = SlackDesk(tmp_path)
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []
