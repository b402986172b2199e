"""The lock files: exact versions with hashes, from anywhere, of everything the project names."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAMED = PROJECT["project"]["dependencies"]
NAMED_FOR_DEVELOPERS = PROJECT["dependency-groups"]["dev"]

_PIN = re.compile(r"([a-z0-9-]+)==([0-9][\w.+!]*)(?: ; ([^\\]+))? \\")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?: \\)?")


def pins(name):
    """Package -> version, every line understood."""
    found = {}
    hashes = 0
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            assert _HASH.fullmatch(line.strip()), line
            hashes += 1
            continue
        assert hashes or not found, f"no hash before {line}"
        pin = _PIN.fullmatch(line)
        assert pin, line
        found[pin[1]], hashes = pin[2], 0
    assert hashes
    return found


def normal(requirement):
    """The name that an index knows it by."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_every_line_is_a_version_or_its_hash_and_no_line_says_from_where(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert len(pins(name)) > 20
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize(
    ("name", "named"), [("run.lock", NAMED), ("dev.lock", [*NAMED, *NAMED_FOR_DEVELOPERS])]
)
def test_everything_that_the_project_names_is_locked(name, named):
    assert {normal(one) for one in named} <= pins(name).keys()


def test_developers_run_the_versions_that_are_installed():
    run, dev = pins("run.lock"), pins("dev.lock")
    assert {name: dev.get(name) for name in run} == run


def test_the_tools_of_developers_are_not_installed_to_run_it():
    only_dev = {normal(one) for one in NAMED_FOR_DEVELOPERS} - {normal(one) for one in NAMED}
    assert not only_dev & pins("run.lock").keys() - {"jsonschema"}


def test_each_named_package_says_what_it_is_there_for():
    for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        if re.match(r'  "[a-z]', line) and any(f'"{one}"' in line for one in NAMED):
            assert re.search(r"# \w+", line), line
