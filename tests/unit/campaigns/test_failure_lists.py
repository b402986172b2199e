import pytest

from campaigns.errors import BadAddress, NotAllowed, NotFound, StateError, Unsure
from campaigns.failure_lists import FailureLists
from tests.fakes.campaigns import COLLEAGUE, OWNER, STRANGER, House


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def run(house):
    house.mailer.script = [BadAddress("The mailbox does not exist"), None, Unsure("The reply was lost")]
    started = house.start(house.campaign(3))
    house.drain()
    return started


def test_the_list_names_who_was_not_reached_and_why(house, run):
    campaign, file = FailureLists(house.store).of_run(OWNER, run.id)
    assert campaign.id == run.campaign_id
    rows = file.content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[2] for row in rows] == ["Address", "p001@example.org", "p003@example.org"]
    assert "The mailbox does not exist" in rows[1]


def test_it_is_the_list_of_now_and_not_of_the_runs_end(house, run):
    house.runs.leave_unsure(OWNER, run.id)
    _, file = FailureLists(house.store).of_run(OWNER, run.id)
    assert b"p003@example.org" not in file.content


def test_it_is_not_for_everybody(house, run):
    lists = FailureLists(house.store)
    with pytest.raises(NotAllowed):
        lists.of_run(COLLEAGUE, run.id)
    with pytest.raises(NotFound):
        lists.of_run(STRANGER, run.id)


def test_a_run_in_which_nobody_failed_has_no_list(house):
    started = house.start(house.campaign(2))
    house.drain()
    with pytest.raises(StateError, match="Nobody failed"):
        FailureLists(house.store).of_run(OWNER, started.id)


def test_what_came_back_is_on_the_list_with_its_cause(house):
    started = house.start(house.campaign(2))
    house.drain()
    first, _ = house.rows(started)
    with house.store.writing() as work:
        assert work.answers.bounce(first.id, cause="No such user", evidence="550", now=house.clock.now())
    _, file = FailureLists(house.store).of_run(OWNER, started.id)
    (row,) = file.content.decode("utf-8-sig").splitlines()[1:]
    assert row.endswith("p001@example.org,came back,No such user,550,1")
