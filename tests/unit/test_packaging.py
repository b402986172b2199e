"""What is built is what is here, and our generic names belong to nobody else in this environment."""

import importlib.metadata
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = ("bot", "campaigns", "handlers", "mailers", "playground", "scheduler", "storage")


def test_it_can_never_be_uploaded():
    """Names such as `scheduler` would clash with what others have published."""
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_names_has_one_owner_here(name):
    """Installed beside us, a published `scheduler` or `mailers` would mix with ours or hide them."""
    # an editable install lists no files, so it is no owner here; anybody else would be
    owners = importlib.metadata.packages_distributions().get(name, [])
    assert set(owners) <= {"sendinvites"}


def test_what_is_imported_anywhere_is_what_is_here(tmp_path):
    program = f"import {', '.join(OURS)}\nfor one in ({', '.join(OURS)}):\n    print(one.__file__)"
    said = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [Path(line).parent for line in said.stdout.splitlines()] == [ROOT / name for name in OURS]


def test_every_package_is_named_for_the_wheel():
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert tuple(packages) == OURS
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert found == set(OURS)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel built from the working tree, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_of_every_package_is_in_the_wheel(wheel):
    """Templates, styles, sample lists, migrations, and the module that is run by its path."""
    here = {
        path.relative_to(ROOT).as_posix()
        for name in OURS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for kind in (".html", ".css", ".js", ".csv", ".mako", "workbook_child.py", "migrations/env.py"):
        assert any(name.endswith(kind) for name in here), kind
    assert here - wheel.keys() == set()


def test_nothing_else_is_in_the_wheel(wheel):
    assert {name.split("/")[0] for name in wheel} == {*OURS, "sendinvites-0.1.0.dist-info"}


def test_the_wheel_says_what_it_needs_and_that_it_is_private(wheel):
    said = wheel["sendinvites-0.1.0.dist-info/METADATA"].decode()
    assert "Classifier: Private :: Do Not Upload" in said
    assert said.count("Requires-Dist: ") == len(PROJECT["project"]["dependencies"])
    assert wheel["sendinvites-0.1.0.dist-info/entry_points.txt"].split() == [
        b"[console_scripts]",
        b"sendinvites",
        b"=",
        b"bot.cli:main",
    ]
