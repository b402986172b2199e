"""A browser that only fetches and posts."""

import http.client
import json
from urllib.parse import urlencode


class Browser:
    """One page at a time, and nothing remembered."""

    def __init__(self, ws):
        self._at = ws.url.removeprefix("http://").rstrip("/")

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection(self._at, timeout=10)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            line.close()

    def get(self, path):
        status, text, _ = self.ask("GET", path)
        assert status == 200, text
        return text

    def post(self, path, **fields):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields, doseq=True), form)[:2]

    def post_json(self, path, **said):
        status, text, _ = self.ask("POST", path, json.dumps(said), {"Content-Type": "application/json"})
        return status, json.loads(text)
