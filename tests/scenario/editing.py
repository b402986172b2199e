"""The steps that several stories share, told by what the screens say."""


def open_hub(person, title="Team Day"):
    """*Edit campaign*, from the Campaign List."""
    person.close()
    person.type("/sendinvites")
    person.wait_for_modal("Campaign List")
    person.press("Edit", near=title)
    return person.wait_for_modal("Edit campaign")


def change_list(person, what, rows, *, header="email,name", name="more.csv"):
    """From *Edit campaign* to *Check the changes*."""
    person.press("Attendee list")
    person.wait_for_modal("Attendee list")
    person.fill("What to do", what)
    person.fill("Attendee list", (name, "\n".join([header, *rows]).encode()))
    assert person.submit() == {}
    return person.wait_for_modal("Check the changes")


def rows(*numbers):
    return [f"person{n:03}@mail.acme.com,Person {n:03}" for n in numbers]


def entries(view):
    """The inputs of a form by block."""
    return {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}
