"""What the loopback server answers to each operation, from the state of its mailboxes."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from itertools import islice
from typing import TYPE_CHECKING, Any

from tests.mail.exchange.building import (
    as_exchange_makes_it,
    failed,
    file_element,
    make,
    notice,
    page,
    response,
    streamed,
)
from tests.mail.exchange.mailstore import WELL_KNOWN, Folder, Letter, Mailbox, new_id
from tests.mail.exchange.schema import NAMES

if TYPE_CHECKING:
    from tests.mail.exchange.loopback import LoopbackExchange

HALF_CHARACTER = "HALF-CHARACTER"  # goes out as a reference to half a pair
PATIENCE = 20.0  # seconds that a stream waits for something to tell


@dataclass
class Fault(Exception):
    """The request as a whole is refused, in SOAP's way."""

    code: str
    milliseconds: int = 0

    def element(self) -> Any:
        wait = make("t:Value", {"Name": "BackOffMilliseconds"}, str(self.milliseconds))
        detail = make(
            "detail",
            {},
            make("e:ResponseCode", {}, self.code),
            make("e:Message", {}, "no"),
            make("t:MessageXml", {}, wait) if self.milliseconds else None,
        )
        return make("s:Fault", {}, make("faultcode", {}, "s:Server"), make("faultstring", {}, "no"), detail)


@dataclass
class Refused(Exception):
    """One thing that was asked for is refused."""

    code: str


class Answers:
    """The operations that the bot uses."""

    def __init__(self, exchange: "LoopbackExchange") -> None:
        self._exchange = exchange
        self._acting: Mailbox | None = None
        self._subscriptions: dict[str, tuple[Mailbox, Folder, int]] = {}

    def to(self, operation: str, request: Any, header: Any) -> Any:
        """The answer to a request. Raises `Fault`."""
        self._acting = self._impersonated(header)
        if operation == "GetStreamingEvents":
            return self._notices(request)
        makers: dict[str, Callable[[Any], list[Callable[[], Any]]]] = {
            "GetFolder": self._get_folder,
            "FindFolder": self._find_folder,
            "CreateFolder": self._create_folder,
            "SyncFolderItems": self._sync,
            "FindItem": self._find_item,
            "GetItem": self._get_item,
            "GetAttachment": self._get_attachment,
            "MoveItem": self._move_item,
            "CreateItem": self._create_item,
            "Subscribe": self._subscribe,
        }
        messages = [self._message(operation, step) for step in makers[operation](request)]
        return response(operation, *messages)

    def refusal(self, operation: str, code: str) -> Any:
        """The answer of an operation that fails with a code."""
        return response(operation, failed(operation, code))

    def _message(self, operation: str, step: Callable[[], Any]) -> Any:
        try:
            content = step()
        except Refused as refused:
            return failed(operation, refused.code)
        name = f"m:{operation}ResponseMessage"
        return make(name, {"ResponseClass": "Success"}, make("m:ResponseCode", {}, "NoError"), *content)

    # -------------------------------------------------------------- who may open what

    def _impersonated(self, header: Any) -> Mailbox | None:
        path = "t:ExchangeImpersonation/t:ConnectingSID/t:PrimarySmtpAddress"
        address = header.findtext(path, namespaces=NAMES)
        if address is None:
            return None
        if address not in self._exchange.impersonated:
            raise Fault("ErrorImpersonateUserDenied")
        return self._exchange.mailboxes[address]

    def _open(self, address: str | None) -> Mailbox:
        if self._acting is not None:
            return self._acting
        if address not in self._exchange.delegated:
            raise Refused("ErrorAccessDenied")
        return self._exchange.mailboxes[address or ""]

    def _folder(self, element: Any) -> tuple[Mailbox, Folder]:
        """The folder that an id element names."""
        if element.tag.endswith("}DistinguishedFolderId"):
            mailbox = self._open(element.findtext("t:Mailbox/t:EmailAddress", namespaces=NAMES))
            return mailbox, mailbox.well_known[element.get("Id")]
        for mailbox in self._exchange.mailboxes.values():
            if element.get("Id") in mailbox.folders:
                return mailbox, mailbox.folders[element.get("Id")]
        raise Refused("ErrorFolderNotFound")

    def _letter(self, element: Any) -> tuple[Mailbox, Letter]:
        letter_id = element.get("Id")
        if not base64.b64encode(base64.b64decode(letter_id + "===")).decode() == letter_id:
            raise Refused("ErrorInvalidIdMalformed")
        for mailbox in self._exchange.mailboxes.values():
            if letter_id in mailbox.letters:
                return mailbox, mailbox.letters[letter_id]
        raise Refused("ErrorItemNotFound")

    # -------------------------------------------------------------- folders

    def _get_folder(self, request: Any) -> list[Callable[[], Any]]:
        return [
            lambda each=each: [make("m:Folders", {}, self._folder_element(*self._folder(each)))]
            for each in request.find("m:FolderIds", NAMES)
        ]

    def _folder_element(self, mailbox: Mailbox, folder: Folder) -> Any:
        return make(
            "t:Folder",
            {},
            make("t:FolderId", {"Id": folder.id, "ChangeKey": "AQ=="}),
            make("t:DisplayName", {}, folder.name),
            make("t:TotalCount", {}, str(len(mailbox.within(folder.id)))),
        )

    def _find_folder(self, request: Any) -> list[Callable[[], Any]]:
        def found(element: Any) -> Any:
            mailbox, folder = self._folder(element)
            under = [self._folder_element(mailbox, child) for child in mailbox.under(folder.id)]
            return [page("Folders", under, len(under))]

        return [lambda each=each: found(each) for each in request.find("m:ParentFolderIds", NAMES)]

    def _create_folder(self, request: Any) -> list[Callable[[], Any]]:
        def created(element: Any) -> Any:
            mailbox, parent = self._folder(request.find("m:ParentFolderId", NAMES)[0])
            folder = mailbox.make_folder(element.findtext("t:DisplayName", namespaces=NAMES), parent.id)
            if folder is None:
                raise Refused("ErrorFolderExists")
            return [make("m:Folders", {}, self._folder_element(mailbox, folder))]

        return [lambda each=each: created(each) for each in request.find("m:Folders", NAMES)]

    # -------------------------------------------------------------- letters

    def _item(self, letter: Letter, request: Any) -> Any:
        """A letter with the properties that were asked for."""
        asked = {each.get("FieldURI") for each in request.iter(f"{{{NAMES['t']}}}FieldURI")}
        head, values = letter.head, self._values(letter, asked)
        sender = getaddresses([str(head.get("From", ""))])[0]
        mailbox = make("t:Mailbox", {}, make("t:Name", {}, sender[0]), make("t:EmailAddress", {}, sender[1]))
        return make(
            f"t:{letter.kind}",
            {},
            values.pop("MimeContent", None),
            make("t:ItemId", {"Id": letter.id, "ChangeKey": "AQ=="}),
            *values.values(),
            make("t:From", {}, mailbox) if "message:From" in asked else None,
            make("t:InternetMessageId", {}, letter.message_id)
            if "message:InternetMessageId" in asked and letter.message_id
            else None,
        )

    def _values(self, letter: Letter, asked: set[str]) -> dict[str, Any]:
        """What every kind of letter has, in the schema's order."""
        fraction = ".1234567Z" if self._exchange.fractions else "Z"
        stamp = (
            f"{letter.received.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{fraction}" if self._exchange.times else ""
        )
        values: list[tuple[str, dict[str, str], Callable[[], Any]]] = [
            ("MimeContent", {"CharacterSet": "UTF-8"}, lambda: base64.b64encode(letter.raw).decode()),
            ("Subject", {}, lambda: HALF_CHARACTER if letter.half else str(letter.head.get("Subject", ""))),
            ("Attachments", {}, lambda: [file_element(each, part) for each, part in letter.files.items()]),
            ("DateTimeReceived", {}, lambda: stamp),
            ("Size", {}, lambda: str(letter.said_size)),
            ("DateTimeCreated", {}, lambda: stamp),
            ("TextBody", {"BodyType": "Text"}, lambda: letter.words),
        ]
        return {
            name: make(f"t:{name}", attributes, *([text] if isinstance(text, str) else text))
            for name, attributes, value in values
            if f"item:{name}" in asked and (text := value())
        }

    def _sync(self, request: Any) -> list[Callable[[], Any]]:
        def changes() -> Any:
            mailbox, folder = self._folder(request.find("m:SyncFolderId", NAMES)[0])
            epoch, begin = _state(request.findtext("m:SyncState", "", NAMES), mailbox)
            if epoch != mailbox.epoch:
                raise Refused("ErrorInvalidSyncStateData")
            most = int(request.findtext("m:MaxChangesReturned", "", NAMES))
            news = [
                (at, each) for at, each in enumerate(mailbox.feed) if at >= begin and each.folder == folder.id
            ]
            page = list(islice(news, most))
            whole = len(page) == len(news)
            end = len(mailbox.feed) if whole else page[-1][0] + 1
            return [
                make("m:SyncState", {}, base64.b64encode(f"{epoch}:{end}".encode()).decode()),
                make("m:IncludesLastItemInRange", {}, str(whole).lower()),
                make("m:Changes", {}, *(self._change(mailbox, each, request) for _, each in page)),
            ]

        return [changes]

    def _change(self, mailbox: Mailbox, change: Any, request: Any) -> Any:
        if not change.came:
            return make("t:Delete", {}, make("t:ItemId", {"Id": change.letter, "ChangeKey": "AQ=="}))
        letter = mailbox.letters.get(change.letter)
        return None if letter is None else make("t:Create", {}, self._item(letter, request))

    def _find_item(self, request: Any) -> list[Callable[[], Any]]:
        uri = request.find("m:Restriction/t:IsEqualTo/t:FieldURI", NAMES)
        assert uri is None or uri.get("FieldURI") == "message:InternetMessageId"
        wanted = request.find("m:Restriction/t:IsEqualTo/t:FieldURIOrConstant/t:Constant", NAMES)

        def found(element: Any) -> Any:
            mailbox, folder = self._folder(element)
            letters = [
                letter
                for letter in mailbox.within(folder.id)
                if wanted is None or letter.message_id == wanted.get("Value")
            ]
            return [page("Items", [self._item(letter, request) for letter in letters], len(letters))]

        return [lambda each=each: found(each) for each in request.find("m:ParentFolderIds", NAMES)]

    def _get_item(self, request: Any) -> list[Callable[[], Any]]:
        converting = any(
            each.get("FieldURI") == "item:MimeContent" for each in request.iter(f"{{{NAMES['t']}}}FieldURI")
        )

        def got(element: Any) -> Any:
            _, letter = self._letter(element)
            if letter.broken and converting:
                raise Refused("ErrorMimeContentConversionFailed")
            return [make("m:Items", {}, self._item(letter, request))]

        return [lambda each=each: got(each) for each in request.find("m:ItemIds", NAMES)]

    def _get_attachment(self, request: Any) -> list[Callable[[], Any]]:
        def got(element: Any) -> Any:
            for mailbox in self._exchange.mailboxes.values():
                for letter in mailbox.letters.values():
                    if (part := letter.files.get(element.get("Id"))) is not None:
                        if letter.spoilt_files:
                            raise Refused("ErrorCannotOpenFileAttachment")
                        return [make("m:Attachments", {}, file_element(element.get("Id"), part, whole=True))]
            raise Refused("ErrorItemNotFound")

        return [lambda each=each: got(each) for each in request.find("m:AttachmentIds", NAMES)]

    def _move_item(self, request: Any) -> list[Callable[[], Any]]:
        def moved(element: Any) -> Any:
            mailbox, letter = self._letter(element)
            _, folder = self._folder(request.find("m:ToFolderId", NAMES)[0])
            mailbox.move(letter, folder.id)
            return [make("m:Items", {}, self._item(letter, request))]

        return [lambda each=each: moved(each) for each in request.find("m:ItemIds", NAMES)]

    # -------------------------------------------------------------- sending

    def _create_item(self, request: Any) -> list[Callable[[], Any]]:
        assert request.get("MessageDisposition") == "SendAndSaveCopy"

        def sent(element: Any) -> Any:
            mailbox, folder = self._folder(request.find("m:SavedItemFolderId", NAMES)[0])
            letter = as_exchange_makes_it(element)
            sender = getaddresses([str(letter["From"])])[0][1]
            if sender != mailbox.address:
                raise Refused("ErrorSendAsDenied")
            if not getaddresses([str(letter[name]) for name in ("To", "Cc") if letter[name]]):
                raise Refused("ErrorInvalidRecipients")
            folder = mailbox.well_known["outbox"] if self._exchange.delayed else folder
            known = next(name for name in WELL_KNOWN if mailbox.well_known[name] is folder)
            mailbox.deliver(letter.as_bytes(), self.now, known)
            return [make("m:Items", {})]

        return [lambda each=each: sent(each) for each in request.find("m:Items", NAMES)]

    @property
    def now(self) -> Any:
        """A minute after the last letter."""
        times = [
            letter.received for box in self._exchange.mailboxes.values() for letter in box.letters.values()
        ]
        return max(times, default=datetime(2026, 12, 1, tzinfo=UTC)) + timedelta(minutes=1)

    # -------------------------------------------------------------- notices

    def _subscribe(self, request: Any) -> list[Callable[[], Any]]:
        def subscribed() -> Any:
            streaming = request.find("m:StreamingSubscriptionRequest", NAMES)
            mailbox, folder = self._folder(streaming.find("t:FolderIds", NAMES)[0])
            subscription = new_id("subscription")
            self._subscriptions[subscription] = (mailbox, folder, len(mailbox.feed))
            return [make("m:SubscriptionId", {}, subscription)]

        return [subscribed]

    def _notices(self, request: Any) -> Iterator[Any]:
        subscription = request.findtext("m:SubscriptionIds/t:SubscriptionId", namespaces=NAMES)
        if subscription not in self._subscriptions:
            return iter([self.refusal("GetStreamingEvents", "ErrorSubscriptionNotFound")])
        self._exchange.streams += 1
        return self._stream(subscription)

    def _stream(self, subscription: str) -> Iterator[Any]:
        yield streamed("OK")
        exchange, (mailbox, folder, seen) = self._exchange, self._subscriptions[subscription]

        def news() -> bool:
            return any(change.folder == folder.id for change in mailbox.feed[seen:])

        while True:
            with exchange.changed:
                told = exchange.changed.wait_for(lambda: exchange.closing or news(), PATIENCE)
            if exchange.closing or not told:
                yield streamed("Closed")
                return
            seen = len(mailbox.feed)
            self._subscriptions[subscription] = (mailbox, folder, seen)
            yield streamed("", notice(subscription, folder))


def _state(text: str, mailbox: Mailbox) -> tuple[int, int]:
    if not text:
        return mailbox.epoch, 0
    epoch, _, position = base64.b64decode(text).decode().partition(":")
    return int(epoch), int(position)
