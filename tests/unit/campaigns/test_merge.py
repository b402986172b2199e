import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import TemplateError
from campaigns.merge import asks_for_values, check, fill, missing, template
from campaigns.model import Attendee

ANA = Attendee(
    "ana@example.com",
    "ana@example.com",
    "Ana López",
    2,
    {"first_name": "Ana", "company_name": "Acme", "город": "Брно"},
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {{first_name}}!", "Hello Ana!"),
        ("Hello {{ First Name }}!", "Hello Ana!"),
        ("{{COMPANY NAME}}/{{company-name}}", "Acme/Acme"),
        ("{{name}} <{{email}}>", "Ana López <ana@example.com>"),
        ("{{Vorname}} {{Город}}", "Ana Брно"),
        ("{{company_name|your company}}", "Acme"),
        ("{{table|table 1}} {{table|}}", "table 1 "),
        ("{one} brace, 100 % $name %(x)s \\n", "{one} brace, 100 % $name %(x)s \\n"),
        ("", ""),
    ],
)
def test_fields_are_filled_with_the_attendees_values(text, filled):
    assert fill(text, ANA) == filled


def test_a_value_is_never_read_again():
    eve = Attendee(
        "e@example.com", "e@example.com", "{{email}}", 3, {"first_name": "{{name|x}}", "x": "}}{{"}
    )
    assert fill("{{name}} {{first_name}} {{x}}", eve) == "{{email}} {{name|x}} }}{{"


def test_an_unknown_field_is_named_with_the_columns_there_are():
    with pytest.raises(
        TemplateError, match=r"no column for \{\{compny_name\}\}.*mean \{\{company_name\}\}"
    ) as wrong:
        check(["Hi {{name}}", "{{compny_name|x}}"], ["email", "name", "company_name"])
    assert wrong.value.hint == "It has: {{email}}, {{name}}, {{company_name}}."


def test_synonyms_are_known_and_written_as_people_write_them():
    check(["{{Nachname}} {{ City | here }} {{e-mail}}"], ["last_name", "city"])


@pytest.mark.parametrize("text", ["Hi {{name", "Hi name}}", "{{a {{b}} }}", "Hi {{name}", "{name}}"])
def test_braces_that_do_not_match_are_refused(text):
    with pytest.raises(TemplateError, match="do not match"):
        check([text], ["name", "a", "b"])


@pytest.mark.parametrize("text", ["{{}}", "{{ | x}}", "{{!!}}"])
def test_a_field_without_a_name_is_refused(text):
    with pytest.raises(TemplateError, match="without a name"):
        template(text)


def test_attendees_without_a_value_are_listed_unless_there_is_a_default():
    bob = Attendee("bob@example.com", "bob@example.com", "", 3, {"first_name": "", "company_name": "Beta"})
    texts = ["{{first_name|friend}} {{name}}", "{{company_name}} {{name}}"]
    assert list(missing(texts, [ANA, bob])) == [(bob, "name")]


_AROUND = st.lists(st.sampled_from(["a", " ", "{ ", "} ", "$x ", "%s", "|"])).map("".join)


@given(value=st.text(), before=_AROUND, after=_AROUND)
def test_filling_only_ever_puts_the_value_in_place(value, before, after):
    someone = Attendee("a@example.com", "a@example.com", fields={"x": value})
    assert fill(before + "{{x}}" + after, someone) == before + value + after


def test_a_field_with_a_default_needs_no_column():
    """The form's own greeting must do for a list of bare addresses."""
    check(["Hello {{first_name|there}},"], ["email"])
    assert fill("Hello {{first_name|there}},", Attendee("a@x.example", "a@x.example")) == "Hello there,"


def test_a_slip_in_a_field_with_a_default_is_still_found():
    with pytest.raises(TemplateError, match="company"):
        check(["{{compny|our guest}}"], ["email", "company"])


def test_only_a_field_without_a_default_asks_for_a_value():
    assert not asks_for_values(["Summit", "Dear {{first_name|friend}}"])
    assert asks_for_values(["Summit", "Dear {{first_name}}"])
