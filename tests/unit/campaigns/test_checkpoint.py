import re
from pathlib import Path

import pytest

from campaigns import checkpoint as points

ROOT = Path(points.__file__).parents[1]
PACKAGES = ("bot", "campaigns", "handlers", "mailers", "scheduler", "storage")


@pytest.fixture(autouse=True)
def _clean():
    yield
    points.install(None)


def test_without_a_hook_a_point_is_just_passed():
    points.checkpoint("delivery.built")


def test_a_hook_hears_every_point_by_name_until_it_is_removed():
    heard = []
    points.install(heard.append)
    points.checkpoint("batch.opened")
    points.checkpoint("batch.ended")
    points.install(None)
    points.checkpoint("delivery.built")
    assert heard == ["batch.opened", "batch.ended"]


def test_a_hook_may_end_everything():
    def die(name):
        raise SystemExit(name)

    points.install(die)
    with pytest.raises(SystemExit, match=r"delivery\.settled"):
        points.checkpoint("delivery.settled")


def test_no_point_is_passed_that_the_crash_suite_does_not_know():
    assert passed_points() <= set(points.POINTS)


def test_every_point_the_crash_suite_walks_is_passed_somewhere():
    assert set(points.POINTS) <= passed_points()


def passed_points():
    names = set()
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            for call in re.findall(r"\bcheckpoint\(([^)\n]*)\)", source.read_text("utf-8")):
                names.update(re.findall(r'"([a-z_]+\.[a-z_]+)"', call))
    return names
