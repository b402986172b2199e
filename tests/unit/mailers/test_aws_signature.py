"""Against the values of Amazon's own Signature Version 4 test suite (aws-sig-v4-test-suite)."""

from datetime import UTC, datetime

import pytest

from mailers.aws_signature import Scope, signed

AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
HOST = {"Host": "example.amazonaws.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sign(method="POST", headers=None, body=b"", **changes):
    wanted = {
        "key_id": "AKIDEXAMPLE",
        "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "scope": Scope("us-east-1", "service"),
        "at": AT,
    }
    return signed(method, HOST | (headers or {}), body, **wanted | changes)


@pytest.mark.parametrize(
    ("name", "method", "headers", "body", "signature"),
    [
        ("get-vanilla", "GET", {}, b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("post-vanilla", "POST", {}, b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "post-x-www-form-urlencoded",
            "POST",
            FORM,
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "get-header-value-trim",
            "GET",
            {"My-Header1": " value1", "My-Header2": ' "a   b   c" '},
            b"",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
    ],
)
def test_it_signs_as_amazon_has_published(name, method, headers, body, signature):
    assert sign(method, headers, body)["Authorization"].endswith(f", Signature={signature}")


def test_the_header_names_the_key_the_scope_and_what_was_signed():
    made = sign(headers=FORM)
    assert made["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, Signature="
    )
    assert made["X-Amz-Date"] == "20150830T123600Z"
    assert made["Host"] == HOST["Host"]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b"Param1=value2"},
        {"headers": {"Content-Type": "text/plain"}},
        {"secret": "another"},
        {"scope": Scope("eu-west-1", "service")},
        {"scope": Scope("us-east-1", "ses")},
        {"at": AT.replace(minute=37)},
    ],
    ids=str,
)
def test_another_request_has_another_signature(changed):
    usual = {"headers": FORM, "body": b"Param1=value1"}
    assert sign(**usual)["Authorization"][-64:] != sign(**usual | changed)["Authorization"][-64:]


def test_the_secret_itself_is_never_on_the_way():
    assert "wJalrXUtnFEMI" not in str(sign())
