import csv

from playground import sample_attendees


def rows():
    with sample_attendees().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_has_120_distinct_people():
    assert list(rows()[0]) == ["Email", "First name", "Last name", "Company"]
    assert len(rows()) == 120
    assert len({row["Email"].casefold() for row in rows()}) == 120


def test_every_address_is_at_a_reserved_domain():
    for row in rows():
        domain = row["Email"].rpartition("@")[2].casefold()
        assert domain.endswith(".example") or domain in {"example.com", "example.org", "example.net"}


def test_the_sample_is_as_varied_as_the_world():
    text = sample_attendees().read_text("utf-8")
    for part in (
        "münchen.example",
        "佐藤",
        "Иван",
        "فاطمة",
        "🌈",
        "O'Brien",
        '"Acme Events, S.L."',
        "Ελ"[:1],
    ):
        assert part in text
