"""A 50,000-row XLSX, from the press on Create campaign to the preview of the batches."""

import io
import time

import python_calamine

from benchmarks.scene import campaign, peak_mib, stage_with_bot
from benchmarks.workbook import people, workbook
from playground.script import create_campaign, prepare_batches

ROWS = 50_000


def measure():
    content = workbook(people(ROWS))
    began = time.monotonic()
    cells = sum(
        len(row)
        for row in python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
    )
    bare = time.monotonic() - began
    with stage_with_bot() as stage:
        ana = stage.workspace.person("ana")
        began = time.monotonic()
        create_campaign(stage.workspace, ana, campaign("guests.xlsx", content))
        ready = time.monotonic() - began
        preview = prepare_batches(stage.workspace, ana, per_batch="50", gap="60")
        seconds = time.monotonic() - began
        memory = peak_mib(stage.bot_pid)
    assert f"{ROWS:,} invites" in preview
    print(f"Import: XLSX of {ROWS:,} rows ({len(content) / 1e6:.1f} MB, {cells:,} cells)")
    print(f"  upload to preview        {seconds:8.2f} s   (target < 20 s; stored after {ready:.2f} s)")
    print(f"  peak memory of the bot   {memory or 0:8.0f} MiB (target < 400 MiB; the reading child apart)")
    print(f"  peer: python-calamine reading the cells alone {bare:.2f} s; ratio {seconds / bare:.1f},")
    print("  with checks, merge fields, storage, and the forms in between")
