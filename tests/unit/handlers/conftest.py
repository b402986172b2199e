import pytest

from tests.fakes.slack_desk import SlackDesk


@pytest.fixture
def desk(tmp_path):
    made = SlackDesk(tmp_path)
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []
