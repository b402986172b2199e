"""Files that come to one person, in direct messages."""

from slack_sdk import WebClient

from campaigns.model import Attachment


def send_file(client: WebClient, user: str, said: str, file: Attachment) -> None:
    """Posting to a user's id opens the conversation; the file follows into it."""
    told = client.chat_postMessage(channel=user, text=said, unfurl_links=False, unfurl_media=False)
    client.files_upload_v2(
        filename=file.name,
        content=file.content,
        title=file.name,
        alt_txt=file.alt or None,
        channel=str(told["channel"]),
    )
