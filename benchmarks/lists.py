"""A list of 50,000 over another of 50,000: from the upload to the difference, from Apply to applied."""

import csv
import io
import time

from benchmarks.scene import campaign, stage_with_bot
from benchmarks.workbook import people
from playground.script import create_campaign

ROWS = 50_000
COME_AND_GO = 5_000
PATIENCE = 300


def measure():
    before = _csv(people(ROWS))
    after = _csv(_later(list(people(ROWS + COME_AND_GO))))
    bare = _plain_difference(before, after)
    with stage_with_bot() as stage:
        ana = stage.workspace.person("ana")
        create_campaign(stage.workspace, ana, campaign("guests.csv", before))
        ana.close()
        ana.type("/sendinvites")
        ana.wait_for_modal("Campaign List")
        ana.press("Edit")
        ana.wait_for_modal("Edit campaign")
        ana.press("Attendee list")
        ana.wait_for_modal("Attendee list")
        ana.fill("What to do", "Replace the list")
        ana.fill("Attendee list", ("guests.csv", after))
        began = time.monotonic()
        assert ana.submit() == {}
        said = ana.wait_for_modal("Check the changes", PATIENCE).plain()
        compared = time.monotonic() - began
        began = time.monotonic()
        ana.press("Apply changes")
        acknowledged = time.monotonic() - began
        ana.wait_for_modal("List changed", PATIENCE)
        applied = time.monotonic() - began
    share = f"{COME_AND_GO:,} added · {COME_AND_GO:,} removed · {COME_AND_GO:,} changed"
    assert share in said, said
    print(f"Another list: CSV of {ROWS:,} rows over one of {ROWS:,}; {share}")
    print(f"  upload to difference     {compared:8.2f} s")
    print(f"  Apply to applied         {applied:8.2f} s   (acknowledged after {1_000 * acknowledged:.0f} ms)")
    print(f"  peer: both files read and compared as dictionaries {bare:.2f} s, nothing checked or kept;")
    print(f"  ratio {(compared + applied) / bare:.1f}")


def _later(rows):
    """Without the first people, with new ones at the end, and some in another city."""
    yield rows[0]
    for number, row in enumerate(rows[1 + COME_AND_GO :]):
        yield (*row[:4], "Lima", row[5]) if number < COME_AND_GO else row


def _csv(rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _plain_difference(before, after):
    """What a script would do: by address, by content."""
    began = time.monotonic()
    old, new = ({row[0]: row for row in csv.reader(io.StringIO(text.decode()))} for text in (before, after))
    added, removed = new.keys() - old.keys(), old.keys() - new.keys()
    changed = [key for key in new.keys() & old.keys() if new[key] != old[key]]
    assert (len(added), len(removed), len(changed)) == (COME_AND_GO, COME_AND_GO, COME_AND_GO)
    return time.monotonic() - began
