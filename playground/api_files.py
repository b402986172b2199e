"""The `files.` methods of the three-step upload."""

import time
from typing import Any

from playground.api_chat import destination
from playground.core import Core
from playground.objects import file_json
from playground.records import ApiError, Message, StoredFile
from playground.state import BOT_USER, new_id

Json = dict[str, Any]
LARGEST_UPLOAD = 1024**3
LONGEST_ALT_TEXT = 1000


def keep_file(core: Core, user: str, name: str, content: bytes) -> StoredFile:
    """A file that a person has chosen in a form, or dropped into a channel."""
    file = StoredFile(new_id("F"), name, user, int(time.time()), len(content), content)
    core.state.files[file.id] = file
    return file


def alt_text(args: Json) -> str:
    """The words that stand for a picture; Slack takes a thousand characters."""
    words = str(args.get("alt_txt") or "")
    if len(words) > LONGEST_ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    return words


def upload_url(core: Core, args: Json) -> Json:
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit() or not 0 < int(length) <= LARGEST_UPLOAD:
        raise ApiError("invalid_arguments", "[ERROR] filename and length are required")
    file = StoredFile(new_id("F"), name, BOT_USER, int(time.time()), int(length), is_complete=False)
    file.alt_text = alt_text(args)
    core.state.files[file.id] = file
    return {"upload_url": f"{core.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(core: Core, args: Json) -> Json:
    wanted = args.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments", "[ERROR] missing required field: files")
    files: list[StoredFile] = []
    for item in wanted:
        file = core.state.files.get(str(item.get("id")))
        if file is None or len(file.content) != file.size:
            raise ApiError("file_not_found")
        files.append(file)
    if args.get("channel_id"):
        channel = destination(core, args["channel_id"])
        text = str(args.get("initial_comment") or "")
        message = Message(
            channel.id,
            core.state.new_ts(),
            BOT_USER,
            text,
            thread_ts=args.get("thread_ts"),
            files=files,
        )
        core.state.add_message(message)
        for file in files:
            file.shared_in.append(channel.id)
    for file, item in zip(files, wanted, strict=True):
        file.title, file.is_complete = str(item.get("title") or file.name), True
        file.alt_text = alt_text(item) or file.alt_text
    return {"files": [file_json(core, file) for file in files]}


def info(core: Core, args: Json) -> Json:
    file = core.state.files.get(str(args.get("file")))
    if file is None or not file.is_complete:
        raise ApiError("file_not_found")
    return {"file": file_json(core, file)}


METHODS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}
