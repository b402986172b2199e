"""What answers and errors of Amazon SES mean."""

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess
from campaigns.provider_quota import ProviderQuota
from mailers.ses_quota import classify, read_quota

NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"


def answer(per_day="50000.0", per_second="14.0", sent="1240.0"):
    return (
        f'<GetSendQuotaResponse xmlns="{NAMESPACE}"><GetSendQuotaResult>'
        f"<SentLast24Hours>{sent}</SentLast24Hours><Max24HourSend>{per_day}</Max24HourSend>"
        f"<MaxSendRate>{per_second}</MaxSendRate></GetSendQuotaResult>"
        "<ResponseMetadata><RequestId>273021c6</RequestId></ResponseMetadata></GetSendQuotaResponse>\n"
    ).encode()


def error(code, message="", namespace=NAMESPACE):
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{message}</Message></Error><RequestId>42d59b56</RequestId></ErrorResponse>"
    ).encode()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (answer(), ProviderQuota(50_000, 14, 1_240)),
        (answer("200.0", "1.0", "0.0"), ProviderQuota(200, 1, 0)),
        (answer("1.0E7", "500.9", "9999999.0"), ProviderQuota(10_000_000, 500, 9_999_999)),
        (answer(per_day="-1"), ProviderQuota(None, 14, 1_240)),
        (answer(per_second="0.5"), ProviderQuota(50_000, 1, 1_240)),
    ],
)
def test_an_answer_is_read(said, meant):
    assert read_quota(said) == meant


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + answer().replace(b"50000.0", b"&b;")
)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"<!DOCTYPE html><title>Sign in to the network</title>",
        b"<html/>",
        b'{"SendQuota": {"Max24HourSend": 200}}',
        b"\xff\xfe<\0a\0",
        BOMB,
        answer()[:-40],
        answer(sent="many"),
        answer(sent="nan"),
        answer(per_second="inf"),
        answer(per_day="1e400"),
        answer(sent="-7"),
        answer().replace(b"MaxSendRate", b"MaxRate"),
        answer().replace(NAMESPACE.encode(), b"http://elsewhere.example/"),
    ],
)
def test_what_is_no_answer_counts_as_none(said):
    with pytest.raises(Busy, match=r"^Amazon SES did not answer$"):
        read_quota(said)


@pytest.mark.parametrize("said", [answer(per_day="0.0"), answer(per_second="0")])
def test_an_account_that_may_send_nothing_is_no_limit_but_trouble(said):
    with pytest.raises(Misconfigured, match="this account may send nothing"):
        read_quota(said)


@pytest.mark.parametrize(
    ("status", "code", "words", "kind", "said"),
    [
        (403, "InvalidClientTokenId", "", NoAccess, "does not know the access key Make a new access key"),
        (403, "UnrecognizedClientException", "", NoAccess, "does not know the access key"),
        (403, "SignatureDoesNotMatch", "The request", NoAccess, "its own secret, which is not the"),
        (403, "SignatureDoesNotMatch", "Signature expired: 2026", NoAccess, "on the time Set the clock"),
        (403, "SignatureDoesNotMatch", "Signature not yet current", NoAccess, "do not agree on the time"),
        (400, "RequestExpired", "", NoAccess, "do not agree on the time"),
        (403, "IncompleteSignature", "", NoAccess, "secret is not that of the access key"),
        (403, "AccessDenied", "User: arn:aws:iam::1:user/x", NoAccess, "policy that allows ses:GetSendQuota"),
        (403, "OptInRequired", "", NoAccess, "is not switched on for this AWS account"),
        (400, "ValidationError", "", NoAccess, "does not tell the sending limits"),
        (400, "Throttling", "Rate exceeded", Busy, "did not answer"),
        (503, "ServiceUnavailable", "", Busy, "did not answer"),
        (500, "InternalFailure", "", Busy, "did not answer"),
        (502, "", "", Busy, "did not answer"),
        (302, "", "", Busy, "did not answer"),
    ],
)
def test_every_refusal_has_its_meaning(status, code, words, kind, said):
    fault = classify(status, error(code, words))
    assert type(fault) is kind
    assert said in str(fault)
    assert fault.evidence == f"{status} {code}".strip()


def test_a_page_in_the_place_of_an_error_is_no_refusal_of_the_key():
    assert type(classify(403, b"<html>Sign in to the network</html>")) is Busy


@pytest.mark.parametrize("code", ["A" * 65, "arn:aws:iam::111122223333:user/bot", "Ünknown"])
def test_only_a_code_of_amazons_becomes_evidence(code):
    assert classify(403, error(code)).evidence == "403"
