import pytest

from campaigns.account import Service
from playground.google_stand_in import GoogleStandIn
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.integration.consent.visits import ANN, BACK, BEA, Visit, google_consent, microsoft_consent


@pytest.fixture
def google():
    made = GoogleStandIn(lambda *_: None, accounts=[ANN, BEA], redirect_uris=[BACK], is_tls=True)
    with made as stand_in:
        yield stand_in


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN, BEA], redirect_uris=[BACK]) as stand_in:
        yield stand_in


@pytest.fixture
def gmail(google):
    return Visit(google, google_consent(google), Service.GMAIL)


@pytest.fixture
def office(microsoft):
    return Visit(microsoft, microsoft_consent(microsoft), Service.MICROSOFT_365)


@pytest.fixture(params=["gmail", "office"])
def visit(request):
    return request.getfixturevalue(request.param)
