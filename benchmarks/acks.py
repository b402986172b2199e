"""How soon Slack gets its acknowledgement while invites go out; Slack gives up after three seconds.

Once for a command, and once for every number that is typed in the form with the living forecast.
"""

import time

from benchmarks.scene import campaign, percentile, stage_with_bot
from benchmarks.workbook import people
from playground.script import create_campaign

COMMANDS = 300
KEYSTROKES = 150
PEOPLE = 40_000
FORECAST = 5_000
SENDERS = 4


def measure():
    rows = "\n".join(",".join(f'"{cell}"' for cell in row) for row in people(PEOPLE))
    with stage_with_bot(SMTP_CONNECTIONS=str(SENDERS)) as stage:
        idle = _acks(stage)
        kim = _at_the_forecast(stage)
        idle_keys = _keys(kim)
        ana = stage.workspace.person("ana")
        create_campaign(stage.workspace, ana, campaign("guests.csv", rows.encode()))
        ana.press("Send Calendar Invite")
        ana.wait_for_modal("Send Calendar Invite")
        ana.press("Send all at once")
        ana.wait_for_modal("Check and start")
        assert ana.submit() == {}
        stage.post.wait_for_count(20 * SENDERS, timeout=60)
        before = len(stage.post)
        busy = _acks(stage)
        busy_keys = _keys(kim)
        sent = len(stage.post) - before
        assert len(stage.post) < PEOPLE, "the run ended before the last acknowledgement"
    print(
        f"Acknowledgements: {COMMANDS} x /sendinvites over signed HTTP, "
        f"{sent:,} invites sent meanwhile by {SENDERS} threads"
    )
    _print(idle, busy)
    print(f"The same for {KEYSTROKES} numbers typed at the living forecast")
    _print(idle_keys, busy_keys)


def _print(idle, busy):
    for name, times in (("idle", idle), ("while sending", busy)):
        p50, p99, worst = (1_000 * percentile(times, share) for share in (0.5, 0.99, 1.0))
        print(
            f"  {name:14} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   max {worst:6.1f} ms"
            "   (targets: p99 < 100 ms, max < 2,500 ms)"
        )
    print(f"  ratio of p99, sending to idle: {percentile(busy, 0.99) / percentile(idle, 0.99):.2f}")


def _at_the_forecast(stage):
    """Kim before *Send in batches*, over a list of her own."""
    kim = stage.workspace.person("kim")
    rows = "\n".join(",".join(row) for row in people(FORECAST))
    create_campaign(stage.workspace, kim, campaign("few.csv", rows.encode()))
    kim.press("Send Calendar Invite")
    kim.wait_for_modal("Send Calendar Invite")
    kim.press("Send Invite in Batches")
    kim.wait_for_modal("Send in batches")
    return kim


def _keys(person):
    times = []
    for number in range(KEYSTROKES):
        began = time.monotonic()
        person.type_into("Invites per Batch", str(1 + number % 50))
        times.append(time.monotonic() - began)
    return times


def _acks(stage):
    times = []
    for _number in range(COMMANDS):
        began = time.monotonic()
        stage.workspace.send_command("ben", "/sendinvites")
        times.append(time.monotonic() - began)
    return times
