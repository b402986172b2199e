"""The part of Microsoft Graph that reads mail: the inbox by when it came, and one message as MIME."""

import re
from datetime import datetime
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from playground import microsoft_errors as errors
from playground.microsoft_oauth import MicrosoftSignIn
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor
from playground.provider_mail import AccountMail, KeptMail

SCOPES = ("Mail.Read", "Mail.ReadWrite")
_LARGEST_PAGE = 1000
_PATH = "/v1.0/me/mailFolders/inbox/messages"
_FILTER = re.compile(r"receivedDateTime (ge|gt|le|lt) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z)")
_ORDER = re.compile(r"(\w+)(?: (asc|desc))?")
_SIZE = re.compile(r"singleValueExtendedProperties\(\$filter=id eq 'Integer 0x0?E08'\)", re.IGNORECASE)
_FIELDS = {"id", "receivedDateTime", "isRead"}
_ASKED = {"$filter", "$orderby", "$top", "$skip", "$select", "$expand"}


class GraphReading:
    """Reads, and changes nothing: isRead stays as it is. ``page_size`` is the most on a page."""

    def __init__(self, sign_in: MicrosoftSignIn, door: ProviderDoor, mail: AccountMail) -> None:
        self._sign_in = sign_in
        self._door = door
        self._mail = mail
        self.page_size = _LARGEST_PAGE

    def list(self) -> Response:
        return self._door.answer("messages.list", self._list)

    def mime(self, mail_id: str) -> Response:
        return self._door.answer("messages.mime", lambda: self._mime(mail_id))

    def _list(self) -> Answer:
        account = self._sign_in.bearer(*SCOPES).grant.account
        if unknown := request.args.keys() - _ASKED:
            raise Refused(errors.bad_query(f"The query option '{min(unknown)}' is not known here."))
        found = _ordered(_filtered([mail for mail in self._mail.of(account) if "INBOX" in mail.labels]))
        start = _number("$skip", 0)
        most = min(_number("$top", 10), self.page_size)
        if not 1 <= most <= _LARGEST_PAGE:
            raise Refused(errors.bad_query("Invalid value for $top: it is from 1 to 1000."))
        names, is_sized = _selected(), _is_sized()
        shown = found[start : start + most]
        body: Json = {
            "@odata.context": f"{self._sign_in.base_url()}/v1.0/$metadata#users('{quote(account)}')/messages",
            "value": [_resource(mail, names, is_sized=is_sized) for mail in shown],
        }
        if start + most < len(found):
            query = urlencode(request.args.to_dict() | {"$skip": str(start + most)}, quote_via=quote)
            body["@odata.nextLink"] = f"{self._sign_in.base_url()}{_PATH}?{query}"
        return json_answer(body)

    def _mime(self, mail_id: str) -> Answer:
        mail = self._mail.find(self._sign_in.bearer(*SCOPES).grant.account, mail_id)
        if mail is None:
            raise Refused(errors.NO_SUCH_ITEM)
        return Answer(200, mail.content, {"Content-Type": "text/plain"})


def _seconds(moment: datetime) -> datetime:
    """Graph tells and compares whole seconds: several mails may share one."""
    return moment.replace(microsecond=0)


def _filtered(mails: list[KeptMail]) -> list[KeptMail]:
    said = request.args.get("$filter")
    if said is None:
        return mails
    parts = [_FILTER.fullmatch(part) for part in said.split(" and ")]
    for part in parts:
        if part is None:
            raise Refused(errors.BAD_FILTER)
        mails = [mail for mail in mails if _is_within(mail, part[1], datetime.fromisoformat(part[2]))]
    return mails


def _is_within(mail: KeptMail, how: str, bound: datetime) -> bool:
    came = _seconds(mail.at)
    return {"ge": came >= bound, "gt": came > bound, "le": came <= bound, "lt": came < bound}[how]


def _ordered(mails: list[KeptMail]) -> list[KeptMail]:
    """Newest first if nothing is said. What mails are ordered by must be in the filter, if there is one."""
    said = _ORDER.fullmatch(request.args.get("$orderby", "receivedDateTime desc"))
    if not said or said[1] != "receivedDateTime":
        is_filtered = bool(request.args.get("$filter"))
        raise Refused(errors.INEFFICIENT_FILTER if said and is_filtered else errors.BAD_ORDER)
    return list(reversed(mails)) if said[2] == "desc" else mails


def _number(name: str, otherwise: int) -> int:
    said = request.args.get(name, str(otherwise))
    if not said.isdigit():
        raise Refused(errors.bad_query(f"Invalid value for {name}."))
    return int(said)


def _selected() -> set[str]:
    names = set(request.args.get("$select", ",".join(_FIELDS)).split(","))
    if unknown := names - _FIELDS:
        raise Refused(errors.bad_query(f"Could not find a property named '{min(unknown)}'."))
    return names | {"id"}


def _is_sized() -> bool:
    said = request.args.get("$expand")
    if said is not None and not _SIZE.fullmatch(said):
        raise Refused(errors.bad_query("This $expand is not known here."))
    return said is not None


def _resource(mail: KeptMail, names: set[str], *, is_sized: bool) -> Json:
    everything: Json = {
        "id": mail.id,
        "receivedDateTime": f"{_seconds(mail.at):%Y-%m-%dT%H:%M:%SZ}",
        "isRead": "UNREAD" not in mail.labels,
    }
    made: Json = {"@odata.etag": f'W/"{mail.id}"'}
    made |= {name: value for name, value in everything.items() if name in names}
    if is_sized:
        # The id comes back in Graph's own spelling, not in that of who asked.
        made["singleValueExtendedProperties"] = [{"id": "Integer 0xe08", "value": str(len(mail.content))}]
    return made


def make_pages(reading: GraphReading) -> Blueprint:
    pages = Blueprint("microsoft_reading", __name__)

    @pages.get(_PATH)
    def messages() -> Response:
        return reading.list()

    @pages.get("/v1.0/me/messages/<mail_id>/$value")
    def mime(mail_id: str) -> Response:
        return reading.mime(mail_id)

    return pages
