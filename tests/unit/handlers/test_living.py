import http.client
import threading
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from handlers.living import LivingForms


class Screen:
    """A modal as Slack keeps it: an update with another hash than the present one is refused."""

    def __init__(self):
        self.hash = "h0"
        self.shown = []
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def views_update(self, *, view_id, view, hash):  # noqa: A002 - Slack's name
        self.entered.set()
        assert self.go_on.wait(5)
        if hash != self.hash:
            raise SlackApiError("no", {"ok": False, "error": "hash_conflict"})
        self.shown.append(view)
        self.hash = f"h{len(self.shown)}"
        return {"ok": True, "view": {"hash": self.hash}}


def body(at, hash="h0", view_id="V1"):  # noqa: A002
    return {"view": {"id": view_id, "hash": hash}, "actions": [{"action_ts": f"{at:.6f}"}]}


def broken_off(**_):
    raise http.client.IncompleteRead(b"{")


def test_what_is_typed_is_shown():
    forms, screen = LivingForms(), Screen()
    forms.changed(screen, body(1), lambda: "one")
    forms.changed(screen, body(2, "h1"), lambda: "two")
    assert screen.shown == ["one", "two"]


def test_what_was_typed_before_our_update_arrived_is_shown_after_it():
    forms, screen = LivingForms(), Screen()
    forms.changed(screen, body(1), lambda: "one")
    forms.changed(screen, body(2), lambda: "two")
    assert screen.shown == ["one", "two"]


def test_an_older_change_that_comes_late_is_not_shown():
    forms, screen = LivingForms(), Screen()
    forms.changed(screen, body(2), lambda: "two")
    forms.changed(screen, body(1), lambda: "one")
    assert screen.shown == ["two"]


def test_of_what_comes_while_an_update_is_under_way_only_the_last_is_shown():
    forms, screen = LivingForms(), Screen()
    screen.go_on.clear()
    first = threading.Thread(target=forms.changed, args=(screen, body(1), lambda: "one"))
    first.start()
    assert screen.entered.wait(5)
    for at in (2, 4, 3):
        forms.changed(screen, body(at), lambda at=at: f"at {at}")
    screen.go_on.set()
    first.join(5)
    assert screen.shown == ["one", "at 4"]


def test_a_view_that_is_another_screen_by_now_is_left_alone():
    forms, screen = LivingForms(), Screen()
    forms.changed(screen, body(1), lambda: "one")
    screen.hash = "check and start"
    forms.changed(screen, body(2, "h1"), lambda: "two")
    assert screen.shown == ["one"]


def test_a_form_goes_on_after_an_answer_of_slack_that_broke_off():
    forms, screen = LivingForms(), Screen()
    update, screen.views_update = screen.views_update, broken_off
    forms.changed(screen, body(1), lambda: "one")
    screen.views_update = update
    forms.changed(screen, body(2), lambda: "two")
    assert screen.shown == ["two"]


def test_a_form_goes_on_after_a_screen_that_could_not_be_made():
    forms, screen = LivingForms(), Screen()

    def breaks():
        raise ValueError

    try:
        forms.changed(screen, body(1), breaks)
    except ValueError:
        forms.changed(screen, body(2), lambda: "two")
    assert screen.shown == ["two"]


def test_forms_are_apart_and_do_not_pile_up():
    forms, screen = LivingForms(pause=timedelta(0)), Screen()
    for number in range(1_200):
        screen.hash = "h0"
        forms.changed(screen, body(1, view_id=f"V{number}"), lambda: "any")
    assert len(screen.shown) == 1_200
    assert len(forms._forms) <= 500
