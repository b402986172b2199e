import pytest

from tests.unit.campaigns.watched import Watched


@pytest.fixture
def scene(store):
    return Watched(store)
