import pytest

from campaigns.columns import Row, find_columns
from campaigns.errors import RosterError
from campaigns.headings import field_name, meanings


def rows(*cells):
    return [Row(line, tuple(row)) for line, row in enumerate(cells, 1)]


@pytest.mark.parametrize(
    "header",
    [
        *("email", "E-mail", "E-Mail Address", "MAIL", "Correo electrónico", "Courriel", "Adresse e-mail"),
        *("Adresse E‑Mail", "Почта", "メール", "メールアドレス", "邮箱", "이메일", "البريد الإلكتروني"),
        *("ＥＭＡＩＬ", " e mail "),
    ],
)
def test_the_address_column_is_found_in_many_languages(header):
    columns = find_columns(rows(("Firma", header), ("Acme", "ana@example.com")))
    assert (columns.address, columns.names, columns.header_line) == (1, ("firma", "email"), 1)


@pytest.mark.parametrize("header", ["adresa", "Address", "Adresse", "Contact"])
def test_a_header_that_may_be_a_street_is_judged_by_its_cells(header):
    people = find_columns(rows(("City", header), ("Brno", "ana@example.com")))
    assert people.names == ("city", "email")
    street = find_columns(rows(("E-mail", header), ("ana@example.com", "Main Street 1")))
    assert street.names[0] == "email"


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (("Vorname", "Nachname"), ("first_name", "last_name")),
        (("Name", "Vorname"), ("last_name", "first_name")),
        (("Prénom", "Nom"), ("first_name", "last_name")),
        (("Nom", "Ville"), ("name", "ville")),
        (("Nombre", "Apellidos"), ("first_name", "last_name")),
        (("Nombre", "Empresa"), ("name", "empresa")),
        (("Nome", "Cognome"), ("first_name", "last_name")),
        (("Given Name", "Surname"), ("first_name", "last_name")),
        (("Full name", "Company Name"), ("name", "company_name")),
        (("Name", "Name"), ("name", "name_2")),
        (("Company", "COMPANY"), ("company", "company_2")),
        (("", "姓名"), ("column_2", "name")),
        (("Personal e-mail", "Город"), ("personal_e_mail", "город")),
    ],
)
def test_every_column_gets_a_merge_field(headers, names):
    columns = find_columns(rows(("E-mail", *headers), ("ana@example.com", "x", "y")))
    assert columns.names == ("email", *names)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Company Name", "company_name"),
        ("  Größe (cm) ", "grosse_cm"),
        ("Ποσό", "ποσο"),
        ("Город", "город"),
        ("会社名", "会社名"),
        ("ईमेल", "ईमेल"),
        ("{{x}}", "x"),
        ("***", ""),
    ],
)
def test_a_header_becomes_a_name_one_can_type(header, name):
    assert field_name(header) == name
    assert meanings(name)[0] == name


def test_of_two_address_columns_the_fuller_one_is_taken_and_the_other_stays_a_field():
    columns = find_columns(rows(("Work email", "E-mail"), ("", "ana@example.com"), ("", "bob@example.com")))
    assert columns.address == 1
    assert columns.names == ("email_2", "email")


def test_a_title_above_the_header_is_passed_over():
    columns = find_columns(rows(("Spring summit",), ("questions: ana@example.com",), ("Name", "E-mail")))
    assert columns.header_line == 3


def test_without_a_header_the_column_of_addresses_is_found():
    columns = find_columns(rows(("Ana", "ana@example.com"), ("Bob", "bob@example.com")))
    assert columns.names == ("name", "email")
    assert columns.header_line is None


def test_without_a_header_other_columns_are_numbered():
    columns = find_columns(rows(("ana@example.com", "12", "x")))
    assert columns.names == ("email", "column_2", "column_3")


def test_an_unknown_header_over_addresses_is_taken_as_a_guess():
    columns = find_columns(
        rows(("Wer", "Wohin damit"), ("Ana", "ana@example.com"), ("Bob", "bob@example.com"))
    )
    assert columns.names == ("wer", "email")
    assert columns.guessed


def test_a_first_line_with_a_broken_address_is_no_header():
    columns = find_columns(rows(("ana@@example.com",), ("bob@example.com",)))
    assert columns.header_line is None


def test_a_word_like_a_header_below_an_address_is_no_header():
    columns = find_columns(rows(("ana@example.com", "Ana"), ("mail", "name"), ("bob@example.com", "Bob")))
    assert columns.header_line is None


def test_a_list_without_addresses_is_refused_with_its_headers():
    with pytest.raises(RosterError, match="“Name”, “Phone”") as refused:
        find_columns(rows(("Name", "Phone"), ("Ana", "123")))
    assert "“email”" in refused.value.hint


def test_an_empty_list_is_refused():
    with pytest.raises(RosterError, match="empty"):
        find_columns([])
