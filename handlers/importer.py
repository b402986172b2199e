"""Reads uploaded lists in the background, and shows the outcome in the view that waits for it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.service import CampaignService, Imported
from campaigns.uploaded_list import Upload
from handlers.blocks import Json
from handlers.error_ids import number_of
from handlers.screens import replace
from handlers.side_work import GRACE, Show, SideWork
from handlers.views_difference import check_changes
from handlers.views_import import not_used, ready
from handlers.views_notes import broken, trouble

_log = logging.getLogger(__name__)


class Importer:
    """Long lists are read aside; what a stopped process left unread is taken up again."""

    def __init__(self, campaigns: CampaignService, client: WebClient, *, grace: timedelta = GRACE) -> None:
        self._campaigns = campaigns
        self._client = client
        self._aside = SideWork("importer", grace)

    def start(self) -> int:
        """Take up what a stopped process left unread; returns how many lists that were."""
        unfinished = self._campaigns.unfinished_uploads()
        for upload in unfinished:
            self.take(upload)
        return len(unfinished)

    def take(self, upload: Upload) -> None:
        """Read this list soon; the same upload is read once however often it is handed in."""
        if upload.campaign_id is None:
            self._aside.take(upload.id, partial(self._import, upload), partial(self._failed, upload))

    def stop(self) -> None:
        """Finish the list that is being read; the others are taken up at the next start."""
        self._aside.stop(drop_waiting=True)

    def _import(self, upload: Upload) -> Show | None:
        screen = self._outcome(upload)
        if screen is None:
            return None
        return lambda: self._show(upload, screen)

    def _show(self, upload: Upload, screen: Json) -> None:
        replace(self._client, upload.view_id, screen)

    def _outcome(self, upload: Upload) -> Json | None:
        try:
            read = self._campaigns.import_list(upload)
        except InputError as error:
            return not_used(upload, error)
        except StateError:
            return None  # it was read before, and its outcome is on the screen
        except SendInvitesError as error:
            _log.warning("list_not_read", extra={"upload": upload.id, "error": type(error).__name__})
            return trouble(error)
        if isinstance(read, Imported):
            return ready(read)
        return check_changes(upload.id, upload.form.event.title, read)

    def _failed(self, upload: Upload, error: BaseException) -> None:
        error_id = number_of(error)
        _log.error("list_import_failed", exc_info=error, extra={"upload": upload.id, "error_id": error_id})
        self._show(upload, broken(error_id))


Importing = Callable[[Upload], None]
"""What the forms need of the importer."""
