"""Readers of mail by Graph: what its refusals mean, and its waits; what all keep is in tests/contract."""

from datetime import timedelta

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.graph_inbox import GraphInbox
from mailers.microsoft_auth import READ_MAIL as READ_BY_GRAPH
from playground import microsoft_errors
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.contract.inbox_suite import MIB, SINCE, mail, read_on
from tests.fakes.provider_accounts import ANN, GRANTED, microsoft_tokens, refresh_token
from tests.integration.inboxes.looking import look


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        yield stand_in


def graph(microsoft, endpoint=""):
    tokens = microsoft_tokens(
        microsoft,
        scopes=(READ_BY_GRAPH,),
        refresh_token=refresh_token(microsoft, *GRANTED, "Mail.Read"),
    )
    return GraphInbox(
        tokens, endpoint=endpoint or microsoft.graph_endpoint, certificate=str(microsoft.certificate)
    )


def test_what_was_never_allowed_at_microsoft_is_no_access(microsoft):
    microsoft.faults.refuse(microsoft_errors.ACCESS_DENIED, on="messages.list")
    with pytest.raises(NoAccess) as refused:
        look(graph(microsoft))
    assert "allow reading" in refused.value.hint


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (microsoft_errors.UNAVAILABLE, Busy),
        (microsoft_errors.BACKEND_ERROR, Busy),
        (microsoft_errors.NO_MAILBOX, Misconfigured),
    ],
)
def test_microsofts_no_is_one_of_three(microsoft, answer, fault):
    microsoft.faults.refuse(answer, on="messages.list")
    with pytest.raises(fault):
        look(graph(microsoft))


def test_what_is_too_large_is_not_even_fetched(microsoft):
    microsoft.mail.put(ANN, mail(1, "x" * MIB), SINCE + timedelta(minutes=1))
    microsoft.mail.put(ANN, mail(2), SINCE + timedelta(minutes=2))
    assert read_on(graph(microsoft))[0] == [mail(2)]
    assert len(microsoft.door.calls("messages.mime")) == 1


def test_throttled_it_waits_as_long_as_it_was_told(microsoft):
    microsoft.faults.refuse(microsoft_errors.throttled(7), on="messages.list")
    with pytest.raises(Busy) as refused:
        look(graph(microsoft))
    assert refused.value.after == timedelta(seconds=7)
