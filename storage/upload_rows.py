"""Uploads: submitted forms whose list is still to be read."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from campaigns.errors import NotFound
from campaigns.model import MailProgress, Organizer
from campaigns.ports import CampaignForm
from campaigns.uploaded_list import ListPurpose, Upload
from storage.event_json import event_from_json, event_to_json
from storage.routing_json import routing_of, routing_to_json
from storage.tables import upload
from storage.upsert import insert_or


class UploadRows:
    """See ``campaigns.store_port.Uploads``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        new = insert_or(self._connection, upload).values(
            workspace=workspace,
            user=user,
            view_id=view_id,
            form=_form_to_json(form),
            file=dict(file),
            submission=submission,
            created_at=now,
            purpose=purpose,
            target_id=target,
        )
        self._connection.execute(new.on_conflict_do_nothing(index_elements=["submission"]))
        kept = select(upload).where(upload.c.submission == submission)
        return _upload(self._connection.execute(kept).one())

    def get(self, upload_id: int) -> Upload:
        found = self._connection.execute(select(upload).where(upload.c.id == upload_id)).first()
        if found is None:
            raise NotFound
        return _upload(found)

    def unfinished(self) -> list[Upload]:
        query = select(upload).where(upload.c.finished_at.is_(None)).order_by(upload.c.id)
        return [_upload(row) for row in self._connection.execute(query)]

    def finish(self, upload_id: int, *, campaign_id: int | None, now: datetime) -> bool:
        done = (
            update(upload)
            .where(upload.c.id == upload_id, upload.c.finished_at.is_(None))
            .values(finished_at=now, campaign_id=campaign_id)
        )
        return self._connection.execute(done).rowcount == 1


def _form_to_json(form: CampaignForm) -> dict[str, Any]:
    return {
        "event": event_to_json(form.event),
        "organizer": asdict(form.organizer),
        "account_id": form.account_id,
        "alert_address": form.alert_address,
        "mail_progress": form.mail_progress.value,
        "editors": list(form.editors),
        "routing": routing_to_json(form.routing),
    }


def _form_from_json(kept: dict[str, Any]) -> CampaignForm:
    return CampaignForm(
        event=event_from_json(kept["event"]),
        organizer=Organizer(**kept["organizer"]),
        account_id=kept["account_id"],
        alert_address=kept["alert_address"],
        mail_progress=MailProgress(kept["mail_progress"]),
        # a form that waits since before there were editors and routings has neither
        editors=tuple(kept.get("editors", ())),
        routing=routing_of(kept.get("routing", {})),
    )


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        workspace=row.workspace,
        user=row.user,
        view_id=row.view_id,
        form=_form_from_json(row.form),
        file=row.file,
        campaign_id=row.campaign_id,
        purpose=ListPurpose(row.purpose),
        target=row.target_id,
    )
