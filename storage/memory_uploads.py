"""Uploads of the in-memory store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from campaigns.errors import NotFound
from campaigns.ports import CampaignForm
from campaigns.uploaded_list import ListPurpose, Upload
from storage.memory_ledger import Ledger, UploadRow


class MemoryUploads:
    """See ``campaigns.store_port.Uploads``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(
        self,
        form: CampaignForm,
        *,
        workspace: str,
        user: str,
        view_id: str,
        file: Mapping[str, object],
        submission: str,
        now: datetime,
        purpose: ListPurpose = ListPurpose.NEW,
        target: int | None = None,
    ) -> Upload:
        again = self._ledger.uploads.first("submission", submission)
        if again is not None:
            return again.upload
        new_id = self._ledger.uploads.new_id()
        upload = Upload(new_id, workspace, user, view_id, form, dict(file), None, purpose, target)
        self._ledger.uploads.put(UploadRow(new_id, upload, submission))
        return upload

    def get(self, upload_id: int) -> Upload:
        row = self._ledger.uploads.get(upload_id)
        if row is None:
            raise NotFound
        return row.upload

    def unfinished(self) -> list[Upload]:
        return [row.upload for row in self._ledger.uploads.all() if not row.finished]

    def finish(self, upload_id: int, *, campaign_id: int | None, now: datetime) -> bool:
        row = self._ledger.uploads.get(upload_id)
        if row is None or row.finished:
            return False
        upload = replace(row.upload, campaign_id=campaign_id)
        self._ledger.uploads.put(replace(row, upload=upload, finished=True))
        return True
