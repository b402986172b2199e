import pytest

from playground.google_stand_in import GoogleStandIn
from tests.fakes.provider_accounts import ANN


@pytest.fixture
def google():
    with GoogleStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        yield stand_in
