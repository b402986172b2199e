"""Whose link a connect page belongs to, by the names that people know from Slack."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.connect_pages import Names, Who, plain_ids


def names_from(client: WebClient) -> Names:
    """Asks Slack; what it does not say within the client's patience stays an id."""

    def who(workspace: str, user: str) -> Who:
        try:
            person = client.users_info(user=user)["user"]
            team = client.auth_test()["team"]
        except (SlackApiError, SlackClientError, OSError):
            return plain_ids(workspace, user)
        return Who(str(person.get("real_name") or person.get("name") or user), str(team))

    return who
