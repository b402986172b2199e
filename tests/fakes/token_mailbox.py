"""The playground's mail server for tokens (XOAUTH2), which counts how often somebody tried one."""

from playground.mailbox import Mailbox


class TokenMailbox(Mailbox):
    """``is_good(token)`` says whether to let its bearer in."""

    def __init__(self, is_good, **more):
        self.tries = 0

        def counted(token):
            self.tries += 1
            return bool(is_good(token))

        super().__init__(is_good_token=counted, **more)
