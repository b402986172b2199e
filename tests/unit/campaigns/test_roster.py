import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.columns import Row
from campaigns.errors import RosterError
from campaigns.model import Problem
from campaigns.roster import NothingUsable, first_name_of, read_roster


def rows(*cells):
    return [Row(line, tuple(row)) for line, row in enumerate(cells, 1)]


def test_rows_become_attendees_in_their_order_with_line_and_fields():
    roster = read_roster(
        rows(
            ("Name", "E-mail", "Company Name"),
            ("Ana López", "Ana@Example.com", "Acme"),
            ("Bob", "bob@example.com"),
        )
    )
    ana, bob = roster.attendees
    assert (ana.address, ana.key, ana.name, ana.line) == (
        "Ana@example.com",
        "ana@example.com",
        "Ana López",
        2,
    )
    assert ana.fields == {"company_name": "Acme", "first_name": "Ana"}
    assert bob.fields == {"company_name": "", "first_name": "Bob"}
    assert roster.columns == ("name", "email", "company_name", "first_name")
    assert roster.problems == []


def test_a_name_is_made_of_first_and_last():
    roster = read_roster(rows(("Vorname", "Nachname", "Mail"), ("Ana", "López", "ana@example.com")))
    assert roster.attendees[0].name == "Ana López"
    assert "name" in roster.columns


def test_a_name_beside_the_address_is_used_when_there_is_no_other():
    roster = read_roster(rows(("email",), ("Ana López <ana@example.com>",)))
    assert roster.attendees[0].name == "Ana López"


def test_the_first_of_duplicates_wins_and_the_others_name_its_line():
    roster = read_roster(
        rows(
            ("email", "name"),
            ("ana@example.com", "Ana"),
            ("bob@example.com", "Bob"),
            ("ANA@example.COM", "Anna"),
        )
    )
    assert [attendee.name for attendee in roster.attendees] == ["Ana", "Bob"]
    assert roster.duplicates == 1
    assert roster.problems == [
        Problem(4, "ANA@example.com", "The same address as in line 2: invited once.", blocks=False)
    ]


def test_a_wrong_line_is_a_problem_and_the_others_are_invited():
    roster = read_roster(rows(("email",), ("ana@example.com",), ("bob at example.com",), ("cy@example.com",)))
    assert len(roster.attendees) == 2
    assert [(problem.line, problem.value, problem.blocks) for problem in roster.problems] == [
        (3, "bob at example.com", True)
    ]
    assert roster.blocked == 1


def test_an_address_in_another_column_is_pointed_at():
    roster = read_roster(rows(("email", "note"), ("ana@example.com", ""), ("", "bob@example.com")))
    assert roster.problems[0].reason == "The address stands in another column: bob@example.com"


def test_a_contact_for_many_is_not_invited_in_their_place():
    people = [("boss@example.com", f"p{n}@example.com") for n in range(3)]
    roster = read_roster(rows(("Contact email", "Email"), *people))
    assert [attendee.key for attendee in roster.attendees] == [mail for _, mail in people]
    [told] = roster.problems
    assert (told.line, told.blocks) == (0, False)
    assert "“Email”" in told.reason


def test_two_addresses_in_a_cell_are_two_attendees_with_the_same_fields():
    roster = read_roster(rows(("email", "city"), ("ana@example.com; bob@example.com", "Brno")))
    assert [attendee.key for attendee in roster.attendees] == ["ana@example.com", "bob@example.com"]
    assert {attendee.fields["city"] for attendee in roster.attendees} == {"Brno"}
    assert [problem.blocks for problem in roster.problems] == [False]


def test_the_organizer_is_not_invited_to_the_own_event():
    roster = read_roster(
        rows(("email",), ("boss@example.com",), ("ana@example.com",)), organizer="Boss@Example.com"
    )
    assert [attendee.key for attendee in roster.attendees] == ["ana@example.com"]
    assert "organizer" in roster.problems[0].reason


def test_blank_rows_are_counted_and_lines_stay_those_of_the_file():
    roster = read_roster(
        rows((), ("", "\u00a0"), ("email",), ("ana@example.com",), ("  ",), ("bob@example.com",))
    )
    assert [attendee.line for attendee in roster.attendees] == [4, 6]
    assert roster.blank == 3


def test_names_lose_control_and_direction_characters_and_are_composed():
    roster = read_roster(
        rows(
            ("email", "name"), ("ana@example.com", "  Ana\r\nMari\u0301a \u202egnp\u2066.exe\u200b\0\ud800 ")
        )
    )
    assert roster.attendees[0].name == "Ana María gnp.exe"


def test_a_very_long_name_is_cut_and_said_so():
    roster = read_roster(rows(("email", "name"), ("ana@example.com", "A" * 500)))
    assert len(roster.attendees[0].name) == 120
    assert "cut" in roster.problems[0].reason


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana López", "Ana"),
        ("López, Ana María", "Ana"),
        ("Dr. Ana López", "Ana"),
        ("López, Dr. Ana", "Ana"),
        ("Prof. Dr. Ana López", "Ana"),
        ("Ana", "Ana"),
        ("Dr.", "Dr."),
        ("López,", "López"),
        ("山田 太郎", "山田 太郎"),
        ("", ""),
    ],
)
def test_the_first_name_is_what_one_greets_with(name, first):
    assert first_name_of(name) == first


def test_rows_above_and_beside_the_header_are_told_of():
    roster = read_roster(rows(("Summit",), ("email",), ("ana@example.com", "extra")))
    assert [(problem.line, problem.blocks) for problem in roster.problems] == [(1, False), (3, False)]


def test_a_guessed_header_is_told_of():
    roster = read_roster(rows(("whom",), ("ana@example.com",), ("bob@example.com",)))
    assert roster.problems == [
        Problem(1, "whom", "Taken for the header row: not read as an attendee.", blocks=False)
    ]


def test_a_cell_that_swallowed_other_rows_is_told_of():
    roster = read_roster(rows(("email", "note"), ("ana@example.com", "x\nbob@example.com,y")))
    assert "quote missing" in roster.problems[0].reason


def test_a_list_in_which_every_line_is_wrong_is_refused_with_the_first_reasons():
    with pytest.raises(NothingUsable, match=r"line 2: .*line 4: .* And 1 more") as refused:
        read_roster(rows(("email",), *((f"nobody {n}",) for n in range(4))))
    assert len(refused.value.problems) == 4


def test_a_header_without_rows_is_refused():
    with pytest.raises(RosterError, match="no attendees"):
        read_roster(rows(("name", "email")))


def test_notes_of_the_reader_come_first():
    note = Problem(0, "", "Only the sheet “A” was read.", blocks=False)
    assert read_roster(rows(("email",), ("ana@example.com",)), notes=[note]).problems == [note]


def test_rows_beyond_the_sample_are_read_too():
    """The columns are judged by 200 rows; the row after the sample must not go missing."""
    roster = read_roster(rows(("email",), *((f"p{n}@example.com",) for n in range(450))))
    assert [attendee.line for attendee in roster.attendees] == list(range(2, 452))


_CELL = st.one_of(
    st.sampled_from(
        (
            *(
                "",
                " ",
                "a@example.com",
                "A@example.com",
                "b@example.com;c@example.com",
                "nobody",
                "x@",
                "@ @",
            ),
            *("info@example.com", "boss@example.com", "noreply@example.com", "a@example.com, nobody@"),
            *("Ana <d@example.com>", "x\ne@example.com"),
        )
    ),
    st.text(max_size=12),
)


@given(st.lists(st.lists(_CELL, max_size=4), max_size=30), st.booleans())
def test_every_row_that_is_not_blank_is_an_attendee_or_a_problem(cells, headed):
    given_rows = rows(*([["email", "name"]] if headed else []), *cells)
    try:
        roster = read_roster(given_rows, organizer="boss@example.com")
    except NothingUsable as refused:
        lines = {problem.line for problem in refused.problems}
    except RosterError:
        return
    else:
        lines = {problem.line for problem in roster.problems} | {
            attendee.line for attendee in roster.attendees
        }
        keys = [attendee.key for attendee in roster.attendees]
        assert len(keys) == len(set(keys))
        assert len([p for p in roster.problems if "same address" in p.reason]) == roster.duplicates
        assert roster.blank == sum(all(not cell.strip() for cell in row.cells) for row in given_rows)
    people = given_rows[1:] if headed else given_rows
    assert {row.line for row in people if any(cell.strip() for cell in row.cells)} <= lines
