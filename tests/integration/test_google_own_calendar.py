"""The bot's own calendar, over real HTTP: made once, and made anew only after a person has pressed Resume."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from campaigns import calendar_note as notes
from campaigns.errors import Busy, Misconfigured, NoAccess, StorageTrouble
from campaigns.letters import InviteDesk
from campaigns.model import Kind, Reason, RunState
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene
from tests.fakes.campaigns import OWNER, House

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def scene():
    with CalendarScene() as opened:
        yield opened


@pytest.fixture
def mailer(scene):
    return scene.mailer


@pytest.fixture
def google(scene):
    return scene.google


@pytest.fixture
def deleted(scene, mailer):
    """Somebody deletes the calendar with the first invite in it; its id."""
    mailer.send(letter())
    [gone] = scene.kept
    scene.delete_calendar()
    return gone


# deleted


@pytest.mark.usefixtures("deleted")
def test_a_deleted_calendar_stops_every_invite_until_a_person_resumes(scene, mailer, google):
    for number in (1, 1, 2):
        with pytest.raises(Misconfigured, match="calendar is gone") as caught:
            mailer.send(letter(number=number))
        assert "press Resume" in caught.value.hint
    assert google.calendars.ids == []
    scene.resume()
    mailer.send(letter(number=1))
    assert google.calendars.ids == scene.kept
    assert len(scene.events) == 1


def test_a_look_at_a_deleted_calendar_says_so_and_changes_nothing(scene, mailer, google, deleted):
    """Accounts are looked at every hour and before every run: that must not use up what a person is told."""
    for _ in range(2):
        with pytest.raises(Misconfigured, match="calendar is gone"):
            mailer.check()
    assert scene.note == deleted
    with pytest.raises(Misconfigured, match="calendar is gone"):
        mailer.send(letter(number=1))
    with pytest.raises(Misconfigured, match="calendar is gone"):
        mailer.check()
    scene.resume()
    mailer.check()
    assert google.calendars.ids == []


@pytest.mark.usefixtures("deleted")
def test_a_cancellation_that_finds_no_calendar_is_not_taken_for_done(scene, mailer):
    """Nobody would be told that the event is off."""
    cancel = letter(kind=Kind.CANCEL, sequence=1)
    for _ in range(2):
        with pytest.raises(Misconfigured, match="calendar is gone"):
            mailer.send(cancel)
    scene.resume()
    assert mailer.send(cancel), "a person knows that it cannot be told"


def test_who_was_never_invited_is_cancelled_in_a_calendar_that_is_there(scene, mailer):
    mailer.send(letter())
    assert mailer.send(letter(number=1, kind=Kind.CANCEL, sequence=1))
    assert scene.calls("calendars.get") == [200]


@pytest.mark.parametrize("opened", ["before", "after"])
def test_another_process_stops_too_and_goes_on_with_what_the_first_has_made(scene, mailer, google, opened):
    mailer.send(letter())
    other = scene.open_mailer()
    scene.delete_calendar()
    with pytest.raises(Misconfigured):
        mailer.send(letter(number=1))
    if opened == "after":
        other = scene.open_mailer()
    with pytest.raises(Misconfigured):
        other.send(letter(number=2))
    scene.resume()
    mailer.send(letter(number=1))
    other.send(letter(number=2))
    assert google.calendars.ids == scene.kept
    assert len(scene.events) == 2


@pytest.mark.usefixtures("deleted")
def test_a_process_that_meets_it_after_the_resume_pauses_nobody_again(scene, mailer):
    late = scene.open_mailer()
    with pytest.raises(Misconfigured):
        mailer.send(letter(number=1))
    scene.resume()
    with pytest.raises(Busy) as caught:
        late.send(letter(number=2))
    assert caught.value.whole_account
    late.send(letter(number=2))
    mailer.send(letter(number=1))
    assert len(scene.events) == 2


# made


@pytest.mark.parametrize(
    ("on", "make"),
    [
        ("silent", lambda google: google.faults.drop("after", on="calendars.insert")),
        ("cut", lambda google: google.faults.drop("after", on="calendars.insert", how="cut")),
        ("garbled", lambda google: google.faults.garble(on="calendars.insert", when="after")),
        (
            "500",
            lambda google: google.faults.refuse(
                google_errors.BACKEND_ERROR, on="calendars.insert", times=1, when="after"
            ),
        ),
    ],
)
def test_a_reply_lost_while_the_calendar_is_made_makes_no_other_by_itself(scene, mailer, google, on, make):
    """A calendar cannot be looked for with this scope, so each try would leave one more."""
    make(google)
    for _ in range(3):
        with pytest.raises(Misconfigured, match="not known whether") as caught:
            mailer.send(letter())
    assert "delete it" in caught.value.hint
    with pytest.raises(Misconfigured, match="not known whether"):
        scene.open_mailer().check()
    assert len(google.calendars.ids) == 1, on
    scene.resume()
    mailer.send(letter())
    assert google.calendars.ids[1:] == scene.kept
    assert scene.subjects() == ["Invitation"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [(google_errors.USER_RATE_LIMIT, Busy), (google_errors.DOMAIN_POLICY, Misconfigured)],
    ids=["not now", "never"],
)
def test_a_no_while_the_calendar_is_made_needs_nobody_to_look_for_one(scene, mailer, google, answer, fault):
    google.faults.refuse(answer, on="calendars.insert", times=1)
    with pytest.raises(fault):
        mailer.send(letter())
    assert scene.note == ""
    mailer.send(letter())
    assert google.calendars.ids == scene.kept


def test_access_lost_while_the_calendar_is_made_is_no_lost_calendar(scene, mailer, google):
    google.expire_token()
    with pytest.raises(NoAccess):
        mailer.send(letter())
    assert scene.note == ""


def test_nothing_is_made_where_it_could_not_be_noted(scene, google):
    def keep(*_):
        raise StorageTrouble

    with pytest.raises(Busy) as caught:
        scene.open_mailer(keep).send(letter())
    assert caught.value.whole_account
    assert google.calendars.ids == []


def test_a_calendar_that_could_not_be_noted_is_the_one_that_is_used_later(scene, google):
    troubles = [StorageTrouble]

    def keep(note, instead_of):
        if notes.calendar_in(note) and troubles:
            raise troubles.pop()
        return scene._keep(note, instead_of)

    mailer = scene.open_mailer(keep)
    with pytest.raises(Busy):
        mailer.send(letter())
    mailer.send(letter())
    assert google.calendars.ids == scene.kept
    assert len(scene.events) == 1


def test_while_one_process_makes_it_another_waits(scene, mailer, google):
    google.faults.hold("calendars.insert")
    maker = threading.Thread(target=mailer.send, args=(letter(),))
    maker.start()
    while not scene.note:
        pass
    other = scene.open_mailer()
    with pytest.raises(Busy) as caught:
        other.send(letter(number=1))
    assert caught.value.whole_account
    assert caught.value.after
    google.faults.release()
    maker.join(10)
    other.send(letter(number=1))
    assert google.calendars.ids == scene.kept
    assert len(scene.events) == 2


@pytest.mark.parametrize(("passed", "fault"), [(119, Busy), (121, Misconfigured)])
def test_one_who_was_killed_while_making_it_is_waited_for_and_then_a_person_asked(scene, passed, fault):
    scene.note = notes.making(NOON, "killed")
    mailer = scene.open_mailer(now=lambda: NOON + timedelta(seconds=passed))
    with pytest.raises(fault):
        mailer.send(letter())
    assert (scene.note == notes.LOST) == (fault is Misconfigured)


# in a run


class Stage:
    """A house that sends through the stand-in, with what is noted of the calendar in its store."""

    def __init__(self, house, scene):
        self.house = house
        house.desk = InviteDesk()
        self.account = house.account()
        self.mailer = house.mailer = scene.open_mailer(self._keep, now=house.clock.now)
        house.courier = house.new_courier()

    def _keep(self, note, instead_of):
        with self.house.store.writing() as work:
            return work.accounts.keep_calendar(self.account.id, note, instead_of=instead_of)

    def run(self, people=3):
        run = self.house.start(self.house.campaign(people))
        self.house.drain(rounds=20)
        return run

    def resume(self, run):
        self.house.runs.resume(OWNER, run.id)
        self.house.drain(rounds=20)
        return self.house.run(run)

    def paused_for(self, run):
        run = self.house.run(run)
        assert (run.state, run.reason, run.resume_at) == (RunState.PAUSED, Reason.FAULTS, None)
        return run.detail


@pytest.fixture
def stage(scene, tmp_path):
    house = House(tmp_path)
    made = Stage(house, scene)
    yield made
    made.mailer.close()
    house.close()


def test_a_run_pauses_once_for_a_deleted_calendar_and_resume_makes_another(stage, google):
    stage.run()
    [gone] = google.calendars.ids
    del google.calendars._calendars[gone]
    run = stage.run()
    assert "calendar is gone" in stage.paused_for(run)
    other = stage.run()
    assert "calendar is gone" in stage.paused_for(other), "its organizer is told too"
    assert google.calendars.ids == []
    assert stage.resume(run).state is RunState.FINISHED
    assert stage.resume(other).state is RunState.FINISHED
    [made] = google.calendars.ids
    assert len(google.calendars.events(made)) == 6


def test_a_run_pauses_once_for_a_calendar_that_may_have_been_made(stage, google):
    google.faults.drop("after", on="calendars.insert")
    run = stage.run()
    assert "not known whether" in stage.paused_for(run)
    assert stage.house.counts(run).sent == stage.house.counts(run).unsure == 0
    assert stage.resume(run).state is RunState.FINISHED
    assert len(google.calendars.ids) == 2


def test_resuming_a_run_that_a_person_has_paused_says_nothing_of_the_calendar(stage, google):
    stage.run()
    run = stage.house.start(stage.house.campaign(3))
    stage.house.runs.pause(OWNER, run.id)
    [gone] = google.calendars.ids
    del google.calendars._calendars[gone]
    first = stage.run()
    assert "calendar is gone" in stage.paused_for(first)
    stage.resume(run)
    assert "calendar is gone" in stage.paused_for(run)
    assert google.calendars.ids == []
