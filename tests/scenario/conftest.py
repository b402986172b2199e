import pytest

from tests.fakes.whole_bot import WholeBot


@pytest.fixture
def bot(tmp_path):
    made = WholeBot(tmp_path)
    made.start()
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []
