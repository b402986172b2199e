"""Long stories drawn from a seed. ``SIM_SEEDS=1000`` draws more; a seed that failed is kept in seeds.txt."""

import os
import random
from pathlib import Path

import pytest

from tests.sim.world import HOURS, JUMPS, STARTS, World

KEPT = [int(line) for line in (Path(__file__).parent / "seeds.txt").read_text("utf-8").split()]
SEEDS = [*KEPT, *range(int(os.environ.get("SIM_SEEDS", "25")))]
STEPS = 40
WEIGHTS = {
    "carry": 10,
    "start": 3,
    "press": 2,
    "decide": 2,
    "pace": 2,
    "again": 1,
    "jump": 2,
    "wait": 6,
    "revise": 1,
    "list": 1,
    "chore": 1,
}
BUTTONS = {
    "press": ["pause", "resume", "resume", "stop"],
    "decide": ["approve", "approve", "approve", "decline"],
    "again": ["retry_failed", "send_again"],
}


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_nobody_is_lost_and_nobody_invited_twice(seed, tmp_path):
    draw = random.Random(seed)
    world = World(
        tmp_path,
        per_minute=draw.choice([None, 1, 3]),
        per_day=draw.choice([None, None, 2, 6]),
        people=(draw.randint(1, 9), draw.randint(1, 5)),
        approval_above=draw.choice([None, None, 3]),
    )
    told = []
    try:
        for _ in range(STEPS):
            told.append(step(world, draw))
            world.check()
        told.append("settle everything")
        world.settle_everything()
    except BaseException:
        print(f"seed {seed}:", *told, sep="\n  ")  # noqa: T201 - the story, for whoever has to find out why
        raise
    finally:
        world.close()


def step(world, draw):
    """One thing that happens; returns it in words."""
    kind = draw.choices(list(WEIGHTS), WEIGHTS.values())[0]
    match kind:
        case "carry":
            troubles = draw.choices(World.TROUBLES, k=draw.randint(0, 8))
            crash_after = draw.choice([None, None, draw.randint(0, 40)])
            said = f"carry {troubles}, crash after {crash_after}"
            world.carry(troubles, crash_after)
        case "start":
            campaign = draw.choice(world.campaigns)
            per_batch, gap = draw.choice([1, 2, 3, None]), draw.choice([0, 0, 1, 30])
            hours = draw.choice(["any hour", "any hour", *HOURS])
            starts = draw.choice(["now", "now", *STARTS])
            said = f"start {campaign.id}: {per_batch} every {gap} minutes, {hours}, {starts}"
            world.start(campaign, per_batch, gap, hours=hours, starts=starts)
        case "pace" if world.begun:
            newest, per_batch, gap = (
                draw.choice(world.newest_runs()),
                draw.choice([1, 2, 4]),
                draw.choice([0, 5, 90]),
            )
            said = f"change the pace of {newest}: {per_batch} every {gap} minutes"
            world.change_pace(newest, per_batch, gap)
        case "press" | "decide" | "again" if world.begun:
            newest, button = draw.choice(world.newest_runs()), draw.choice(BUTTONS[kind])
            said = f"{button} {newest}"
            if kind == "again":
                getattr(world, button)(newest)
            else:
                world.press(button, newest)
        case "jump":
            how_far = draw.choice(list(JUMPS))
            said = f"jump {how_far}"
            world.jump(how_far)
        case "revise":
            said = "revise"
            world.revise(draw.choice(world.campaigns))
        case "list":
            campaign, first, last = draw.choice(world.campaigns), draw.randint(1, 5), draw.randint(5, 11)
            said = f"only {first} to {last} are on the list of {campaign.id}"
            world.replace_list(campaign, range(first, last + 1))
        case "chore":
            said = "chore"
            world.chore()
        case _:
            said = "wait"
            world.wait_for_what_is_due()
    return said
