"""`sendinvites demo --once --service …`: the main job from an account that Ana connects first."""

import json

import pytest

from bot.demo import Wishes, run_once
from campaigns.account import Service

PEOPLE = "email\n" + "\n".join(f"person{n}@people.example" for n in range(1, 7))


@pytest.mark.parametrize("service", Service)
def test_everybody_is_sent_over_each_service(capsys, tmp_path, service):
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    wishes = Wishes(tmp_path / "people.csv", "3", "1", 0.2, tmp_path / "outbox", service)
    assert run_once(wishes) == 0
    *said, last = capsys.readouterr().out.splitlines()
    assert any("is connected" in line and "ana@acme.example" in line for line in said)
    summary = json.loads(last)
    assert (summary["sent"], summary["batches"], summary["failed"], summary["unsure"]) == (6, 2, 0, 0)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 6
