import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from campaigns import addresses
from campaigns.addresses import AddressError, looks_like_address, read_address, split_addresses


@pytest.mark.parametrize(
    "cell",
    [
        "ana@example.com",
        "  ana@example.com\u00a0",
        "\ufeffana@example.com",
        "ana\u200b@example.com",
        "“ana@example.com”",
        "'ana@example.com'",
        "<ana@example.com>",
        "Ana López <ana@example.com>",
        "mailto:ana@example.com",
        "MAILTO:ana@example.com?subject=Hello",
        "ana@example.com.",
        "ana@example.com,",
        "ana@example.com;",
        "ana@EXAMPLE.com",
        "ana＠example.com",
    ],
)
def test_what_people_type_around_an_address_is_taken_away(cell):
    assert read_address(cell).text == "ana@example.com"


def test_the_name_beside_the_address_is_kept():
    assert read_address('"López, Ana" <ana@example.com>').name == "López, Ana"


def test_the_local_part_keeps_its_case_and_the_key_does_not():
    address = read_address("Ana.Lopez@Example.COM")
    assert (address.text, address.key) == ("Ana.Lopez@example.com", "ana.lopez@example.com")


def test_plus_tags_and_dots_make_different_people():
    keys = {read_address(f"{local}@example.com").key for local in ("ana.b", "anab", "ana.b+x")}
    assert len(keys) == 3


def test_a_domain_in_any_script_becomes_its_a_label():
    assert read_address("ana@bücher.example").text == "ana@xn--bcher-kva.example"
    assert read_address("ana@bu\u0308cher.example").key == read_address("ana@BÜCHER.example").key


def test_full_width_letters_become_plain_with_a_note():
    address = read_address("ａｎａ@example.com")
    assert address.text == "ana@example.com"
    assert address.notes == (addresses.WIDE,)


def test_a_shared_mailbox_is_invited_with_a_note():
    assert read_address("info@example.com").notes == (addresses.SHARED,)
    assert read_address("list-all@example.com").notes == (addresses.SHARED,)
    assert read_address("informer@example.com").notes == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "no e-mail address"),
        ("n/a", "no @"),
        ("ana@example", "no dot"),
        ("ana lopez@example.com", "spaces"),
        ("ana@example.com bob@example.com", "more than one @|spaces"),
        ("añа@example.com", "accents or of other scripts"),
        ("noreply@example.com", "Nobody reads"),
        ("No-Reply+7@example.com", "Nobody reads"),
        ("postmaster@example.com", "Nobody reads"),
        ("MAILER-DAEMON@example.com", "Nobody reads"),
        ("ana@x.test", "reserved"),
        ("ana@localhost", "reserved"),
        ("ana@printer.local", "reserved"),
        ("ana\r\nBcc: eve@example.com", "spaces"),
        ("ana\0@example.com", "spaces"),
        ("ana..b@example.com", "."),
        ("@example.com", "."),
        (f"{'a' * 65}@example.com", "."),
        ("ana@[127.0.0.1]", "."),
        ('"ana b"@example.com', "."),
    ],
)
def test_an_address_that_cannot_be_invited_is_refused_with_the_reason(cell, reason):
    with pytest.raises(AddressError, match=reason):
        read_address(cell)


@pytest.mark.parametrize("cell", ["ana@x.test", "ana@localhost", "ana@mail.localhost"])
def test_test_domains_are_allowed_when_asked_for(cell):
    assert read_address(cell, allow_test_domains=True).text == cell


@pytest.mark.parametrize("domain", ["example.com", "example.org", "mail.example", "company7.example.net"])
def test_example_domains_are_accepted(domain):
    assert read_address(f"ana@{domain}").text == f"ana@{domain}"


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("a@x.com", ["a@x.com"]),
        ("a@x.com; b@x.com", ["a@x.com", "b@x.com"]),
        ("a@x.com,b@x.com,", ["a@x.com", "b@x.com"]),
        ("a@x.com\nb@x.com", ["a@x.com", "b@x.com"]),
        ('"Lopez, A" <a@x.com>, Bob <b@x.com>', ['"Lopez, A" <a@x.com>', "Bob <b@x.com>"]),
        ("a@x.com, foo, b@x.com", ["a@x.com", "foo", "b@x.com"]),
        ("Lopez, A <a@x.com>; b@x.com", ["Lopez, A <a@x.com>", "b@x.com"]),
    ],
)
def test_a_cell_with_several_addresses_is_split(cell, parts):
    assert split_addresses(cell) == parts


_LABEL = st.from_regex(r"[A-Za-z0-9_+.\-]{1,70}", fullmatch=True)


@given(
    local=_LABEL,
    domain=_LABEL,
    ending=st.sampled_from(["", ".com", ".test", ".onion", ".c0m", ".x", ".museum"]),
)
def test_the_fast_pattern_accepts_only_what_email_validator_accepts(local, domain, ending):
    text = f"{local}@{domain}{ending}"
    try:
        read = read_address(text).text
    except AddressError:
        return
    assert read == validate_email(text.rstrip(".,"), check_deliverability=False, strict=True).ascii_email


_NEARLY_PLAIN = (
    r"[a-zA-Z0-9_+-]{1,66}(\.[a-z0-9_+-]{1,20}){0,3}@([a-zA-Z0-9-]{1,64}\.){1,5}(com|test|x-y|[a-z]{1,64})"
)


@given(text=st.from_regex(_NEARLY_PLAIN, fullmatch=True))
def test_whatever_the_fast_pattern_matches_is_judged_as_email_validator_would(text):
    try:
        valid = validate_email(text, check_deliverability=False, strict=True).ascii_email
    except EmailNotValidError:
        assert not looks_like_address(text)
    else:
        assert text.partition("+")[0].partition("@")[0].lower() in addresses._UNATTENDED or (
            read_address(text).text == valid
        )


@pytest.mark.parametrize(
    "domain", ["ab--c.com", "xn--a.com", "xn--bcher-kva.com", "a--b.com", "b.a--", "-a.com"]
)
def test_hyphens_in_a_row_are_left_to_email_validator(domain):
    try:
        valid = validate_email(f"ana@{domain}", check_deliverability=False, strict=True).ascii_email
    except EmailNotValidError:
        assert not looks_like_address(f"ana@{domain}")
    else:
        assert read_address(f"ana@{domain}").text == valid


@given(cell=st.text(max_size=60))
def test_no_cell_makes_the_reading_fall_over(cell):
    for part in split_addresses(cell):
        try:
            read = read_address(part)
        except AddressError:
            continue
        else:
            assert read.text.isascii()
            assert " " not in read.text


@given(cell=st.text(alphabet='ab@x.,;" \n<>', max_size=40))
def test_splitting_loses_no_at_sign(cell):
    assert "".join(split_addresses(cell)).count("@") == cell.count("@")


def test_a_leading_dot_is_refused_since_without_it_this_may_be_another_person():
    with pytest.raises(AddressError):
        read_address(".ana@people.example")
