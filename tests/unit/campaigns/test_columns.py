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


PEOPLE = [f"p{n}@acme.com" for n in range(8)]
BOSS = ["boss@acme.com"] * 8


def two(headers, *columns):
    return rows(headers, *zip(*columns, strict=True))


@pytest.mark.parametrize(
    "theirs", ["Email", "E-Mail-Adresse", "Correo", "Attendee email", "Participant Email"]
)
@pytest.mark.parametrize(
    "other", ["Contact email", "Manager e-mail", "Secondary email", "CC Mail", "Address"]
)
@pytest.mark.parametrize("others", [BOSS, [f"q{n}@acme.com" for n in range(8)]])
def test_the_attendees_own_address_goes_before_that_of_somebody_else(theirs, other, others):
    """However the columns stand, and also with a wrong and an empty cell among them."""
    mine = ["p0(at)acme.com", "", *PEOPLE[2:]]
    assert find_columns(two((theirs, other), mine, others)).address == 0
    assert find_columns(two((other, theirs), others, mine)).address == 1


@pytest.mark.parametrize("headers", [("Email", "E-mail"), ("Work email", "Business email"), ("Wer", "Wohin")])
def test_of_equal_headers_not_the_one_address_for_many_is_taken(headers):
    assert find_columns(two(headers, BOSS, PEOPLE)).address == 1
    assert find_columns(two(headers, PEOPLE, BOSS)).address == 0


@pytest.mark.parametrize("headers", [("Email", "Contact email"), ("Email", "E-mail"), ("", "")])
@pytest.mark.parametrize("people", [2, 3, 8])
@pytest.mark.parametrize("wrong", ["p(at)acme.com", "p at acme.com", "p@@acme.com", "", "nobody"])
def test_one_wrong_row_has_nobody_else_invited(headers, people, wrong):
    others = [f"q{n}@acme.com" for n in range(people)]
    for at in range(people):
        mine = [*PEOPLE[:at], wrong, *PEOPLE[at + 1 : people]]
        given = two(headers, mine, others)
        assert find_columns(given if any(headers) else given[1:]).address == 0, at


def test_a_list_whose_addresses_are_all_misspelt_invites_no_contacts():
    headers = ("Contact email", "Email")
    assert find_columns(two(headers, PEOPLE, [f"x{n}(at)acme.com" for n in range(8)])).address == 1


def test_a_column_that_only_its_header_makes_one_of_addresses_is_passed_over():
    for cells in ([""] * 8, ["yes", "no"] * 4):
        assert find_columns(two(("Email", "Work email"), cells, PEOPLE)).address == 1


def test_which_of_two_address_columns_was_taken_is_told():
    said = find_columns(two(("Email", "Name", "Contact email"), PEOPLE, ["x"] * 8, BOSS)).remark
    assert said.startswith(
        "Invites go to the addresses in “Email”. Those in “Contact email” are not invited."
    )
    assert find_columns(rows(*zip(PEOPLE, BOSS, strict=True))).remark.startswith(
        "Invites go to the addresses in column 1. Those in column 2"
    )
    headers = ("Business email", "Email")
    assert "“Business email”" in find_columns(two(headers, PEOPLE[:1], BOSS[:1])).remark


@pytest.mark.parametrize("others", [PEOPLE, [""] * 8, ["x"] * 8, ["x", BOSS[0], *["y"] * 6]])
def test_a_column_that_invites_nobody_else_needs_no_word(others):
    assert not find_columns(two(("Email", "Username"), PEOPLE, others)).remark


@pytest.mark.parametrize("title", ["Emails", "Email list 2026", "Contacts", "Guest", "Mail to attendees"])
@pytest.mark.parametrize("header", [("Name", "Email"), ("Email", "Name")])
def test_a_title_that_speaks_of_mail_is_no_header(title, header):
    cells = [("Ana", PEOPLE[0]), ("Bob", PEOPLE[1])]
    people = cells if header[0] == "Name" else [pair[::-1] for pair in cells]
    columns = find_columns(rows((title,), header, *people))
    assert (columns.header_line, columns.address) == (2, header.index("Email"))


def test_the_address_of_whoever_made_the_list_is_no_attendee():
    people = [(PEOPLE[0], "Ana"), (PEOPLE[1], "Bob")]
    columns = find_columns(rows(("", BOSS[0]), ("Email", "Name"), *people))
    assert (columns.header_line, columns.address) == (2, 0)
    assert find_columns(rows((BOSS[0],), ("Email",), *people)).header_line is None
    assert find_columns(rows((BOSS[0],), (PEOPLE[0],), ("Email", "Name"), *people)).header_line is None


def test_a_title_above_a_single_column_is_no_header_either():
    assert find_columns(rows(("Email list",), ("Email",), (PEOPLE[0],))).header_line == 2


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
