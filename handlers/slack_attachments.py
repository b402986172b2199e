"""Reads an uploaded list: out of Slack, out of its file format, and into a roster."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from campaigns.errors import RosterError
from campaigns.roster import Roster, read_roster
from campaigns.uploaded_list import Upload
from handlers.files import downloaded
from handlers.sheet_limits import Limits
from handlers.sheets import read_rows
from handlers.slack_faults import SLACK_TROUBLE, code_of


class SlackAttachments:
    """See ``campaigns.ports.Attachments``."""

    def __init__(
        self,
        client: WebClient,
        *,
        api_url: str | None = None,
        allow_test_domains: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """``api_url`` is the configured address of Slack, if it is not Slack's own."""
        self._client = client
        self._api_url = api_url
        self._allow_test_domains = allow_test_domains
        self._limits = limits or Limits()

    def read(self, upload: Upload) -> Roster:
        filename = str(upload.file.get("name") or "")
        with (
            downloaded(
                upload.file, token=self._client.token or "", api_url=self._api_url, file_info=self._file_info
            ) as path,
            closing(read_rows(path, filename, self._limits)) as rows,
        ):
            return read_roster(
                rows,
                organizer=upload.form.organizer.address,
                allow_test_domains=self._allow_test_domains,
                notes=rows.notes,
            )

    def _file_info(self, file_id: str) -> Mapping[str, object]:
        try:
            answer = self._client.files_info(file=file_id)
        except SLACK_TROUBLE as error:
            code = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            raise RosterError(
                f"Slack does not let the bot see this file ({code}).",
                hint="Save the list on your computer and upload it here yourself.",
            ) from error
        file: Any = answer.get("file")
        return file if isinstance(file, dict) else {}
