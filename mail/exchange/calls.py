"""The requests that we make, as exchangelib's services with answers of our own.

The library turns an answer into items of its own model, and on the way one letter with a broken character or of an unknown
kind brings down its whole page, and a time with fractions of a second is dropped. What we need of an answer is little, so
it is read here.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from exchangelib.fields import FieldPath
from exchangelib.folders import BaseFolder, Inbox, Messages, Outbox, Root, SentItems
from exchangelib.items import ID_ONLY, Message
from exchangelib.properties import DistinguishedFolderId, FolderId, ItemId, Mailbox
from exchangelib.restriction import Q, Restriction
from exchangelib.services import (
    CreateFolder,
    CreateItem,
    FindFolder,
    FindItem,
    GetFolder,
    GetItem,
    GetStreamingEvents,
    MoveItem,
    SyncFolderItems,
)
from exchangelib.services.common import EWSAccountService
from exchangelib.services.subscribe import SubscribeToStreaming
from exchangelib.util import MNS, TNS, add_xml_child, create_element

from mail.exchange.troubles import Stale

_NEWS = ("NewMailEvent", "CreatedEvent", "MovedEvent")
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as the server lists it; `received` is aware, None where the server gives no time. `raw` only if asked."""

    id: str
    size: int = 0
    received: datetime | None = None
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the inbox, and the state to ask from next time. `whole`: there is no more for now."""

    there: tuple[Listed, ...]
    gone: tuple[str, ...]
    state: str
    whole: bool


# ------------------------------------------------------------------ folders, named without asking the server for them


def inbox(account: Any) -> Any:
    """The mailbox's inbox."""
    return _well_known(account, Inbox)


def sent_items(account: Any) -> Any:
    """The mailbox's own Sent Items: of a shared mailbox the shared one's, not those of who is logged in."""
    return _well_known(account, SentItems)


def outbox(account: Any) -> Any:
    """Where a letter lies between the server's promise and its leaving."""
    return _well_known(account, Outbox)


def _well_known(account: Any, kind: Any) -> Any:
    owner = Mailbox(email_address=account.primary_smtp_address)
    root = Root(account=account, _distinguished_id=DistinguishedFolderId(id="root", mailbox=owner))
    named = DistinguishedFolderId(id=kind.DISTINGUISHED_FOLDER_ID, mailbox=owner)
    return kind(root=root, _distinguished_id=named)


class _Counting(GetFolder):  # type: ignore[misc]
    def _elems_to_objs(self, elements: Iterable[Any]) -> Iterable[Any]:
        return (each if isinstance(each, Exception) else _number(each, "TotalCount") for each in elements)


def count(account: Any, folder: Any) -> int:
    """How many letters lie in a folder; the cheapest way to try it."""
    fields = [_of_folder("total_count")]
    return int(_one(_Counting(account=account).call([folder], fields, ID_ONLY)))


class _Naming(FindFolder):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> tuple[str, str]:
        return _text(element, "DisplayName"), _id(element, "FolderId")


def subfolders(account: Any, folder: Any) -> dict[str, str]:
    """The ids of the folders just under one, by their names in lower case."""
    service = _Naming(account=account, page_size=_PAGE)
    found = _all(service.call([folder], {_of_folder("name")}, None, ID_ONLY, "Shallow", None, 0))
    return {name.casefold(): folder_id for name, folder_id in found}


class _Making(CreateFolder):  # type: ignore[misc]
    def _elems_to_objs(self, elements: Iterable[Any]) -> Iterable[Any]:
        return (each if isinstance(each, Exception) else _id(each, "FolderId") for each in elements)


def make_folder(account: Any, parent: Any, name: str) -> str:
    """Make a folder for letters under another; its id."""
    folder = Messages(name=name, folder_class="IPF.Note", root=parent.root)
    return str(_one(_Making(account=account).call(parent, [folder])))


# ------------------------------------------------------------------ letters


class _Listing(SyncFolderItems):  # type: ignore[misc]
    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        if (
            message.find(f"{{{MNS}}}SyncState") is None
        ):  # the library looks into it before it looks for an error
            return EWSAccountService._get_element_container(self, message, name)  # noqa: SLF001 - our own base
        return super()._get_element_container(message, name)

    def _elem_to_obj(self, element: Any) -> Listed | str | None:
        change = self.change_types_map[element.tag]
        if change == self.DELETE:
            return _id(element, "ItemId")
        return None if change == self.READ_FLAG_CHANGE else _listed(element[0])


def changes(account: Any, state: str, most: int = _PAGE) -> Changes:
    """What changed in the inbox since a state; since "", all that lies there. The library's folder objects remember a
    state of their own and take it when none is given: none is used here.
    """
    service = _Listing(account=account)
    fields = {_of_letter("size"), _of_letter("datetime_received"), _of_letter("datetime_created")}
    seen = _all(service.call(inbox(account), ID_ONLY, fields, state or None, None, most, None))
    return Changes(
        there=tuple(each for each in seen if isinstance(each, Listed)),
        gone=tuple(each for each in seen if isinstance(each, str)),
        state=service.sync_state or "",
        whole=bool(service.includes_last_item_in_range) or service.sync_state == state,
    )


class _Reading(GetItem):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> Listed:
        return _listed(element)


def about(account: Any, letter_id: str) -> Listed:
    """Size and time of one letter."""
    return _read(account, letter_id, "size", "datetime_received", "datetime_created")


def whole(account: Any, letter_id: str) -> Listed:
    """One letter with its bytes."""
    return _read(account, letter_id, "size", "datetime_received", "datetime_created", "mime_content")


def _read(account: Any, letter_id: str, *names: str) -> Listed:
    fields = [_of_letter(name) for name in names]
    found: Listed = _one(_Reading(account=account).call([ItemId(id=letter_id)], fields, ID_ONLY))
    return found


class _Outlining(GetItem):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> dict[str, str]:
        sender = element.find(f"{{{TNS}}}From/{{{TNS}}}Mailbox")
        return {
            "address": "" if sender is None else _text(sender, "EmailAddress"),
            "name": "" if sender is None else _text(sender, "Name"),
            "subject": _text(element, "Subject"),
            "message_id": _text(element, "InternetMessageId"),
            "text": _text(element, "TextBody"),
        }


def outline(account: Any, letter_id: str) -> dict[str, str]:
    """What the server can say of a letter that it cannot hand over."""
    fields = [_of_letter(name) for name in ("subject", "author", "message_id", "text_body")]
    found: dict[str, str] = _one(_Outlining(account=account).call([ItemId(id=letter_id)], fields, ID_ONLY))
    return found


def move(account: Any, letter_id: str, folder_id: str) -> None:
    """Move one letter. Its id is another from then on."""
    _one(MoveItem(account=account).call([ItemId(id=letter_id)], FolderId(id=folder_id)))


# ------------------------------------------------------------------ sending


class _Sending(CreateItem):  # type: ignore[misc]
    """Hands a letter over as bytes, and beside them what Exchange drops from bytes or may make anew."""

    def get_payload(
        self,
        items: Sequence[tuple[bytes, str, dict[str, str]]],
        folder: Any,
        message_disposition: str,
        send_meeting_invitations: str,  # noqa: ARG002 - the library's signature
    ) -> Any:
        payload = create_element("m:CreateItem", attrs={"MessageDisposition": message_disposition})
        payload.append(_folder_element(folder))
        letters = create_element("m:Items")
        letters.extend(_letter_element(*item) for item in items)
        payload.append(letters)
        return payload


def send(account: Any, raw: bytes, message_id: str, headers: dict[str, str]) -> None:
    """Send a letter, a copy of it kept in the mailbox's own Sent Items. `headers` go as properties of their own."""
    service = _Sending(account=account)
    _one(service.call([(raw, message_id, headers)], sent_items(account), "SendAndSaveCopy", "SendToNone"))


def _folder_element(folder: Any) -> Any:
    element = create_element("m:SavedItemFolderId")
    named = folder.to_id()
    inner = create_element("t:DistinguishedFolderId", attrs={"Id": named.id})
    owner = create_element("t:Mailbox")
    add_xml_child(owner, "t:EmailAddress", named.mailbox.email_address)
    inner.append(owner)
    element.append(inner)
    return element


def _letter_element(raw: bytes, message_id: str, headers: dict[str, str]) -> Any:
    letter = create_element("t:Message")
    add_xml_child(letter, "t:MimeContent", base64.b64encode(raw).decode("ascii"))
    for name, value in headers.items():
        named = {
            "DistinguishedPropertySetId": "InternetHeaders",
            "PropertyName": name,
            "PropertyType": "String",
        }
        extended = create_element("t:ExtendedProperty")
        extended.append(create_element("t:ExtendedFieldURI", attrs=named))
        add_xml_child(extended, "t:Value", value)
        letter.append(extended)
    add_xml_child(letter, "t:InternetMessageId", message_id)
    return letter


def was_sent(account: Any, message_id: str) -> bool:
    """Whether Sent Items holds a letter with this Message-ID, or the outbox, from which it is about to leave."""
    folders = [sent_items(account), outbox(account)]
    which = Restriction(Q(message_id=message_id), folders=folders, applies_to=Restriction.ITEMS)
    found = FindItem(account=account, page_size=1).call(
        folders, None, which, None, ID_ONLY, None, "Shallow", None, 1, 0
    )
    return bool(_all(found))


# ------------------------------------------------------------------ notices


def subscribe(account: Any) -> str:
    """Ask for notices of what arrives in the inbox; the subscription's id."""
    return str(_one(SubscribeToStreaming(account=account).call([inbox(account)], list(_NEWS))))


class Notices(GetStreamingEvents):  # type: ignore[misc]
    """Notices as they come."""

    def _elem_to_obj(self, element: Any) -> bool:
        return any(child.tag.endswith(_NEWS) for child in element)


def notices(account: Any, subscription: str, minutes: int) -> Iterable[bool]:
    """True for each notice of an arrival, until the server ends the stream after so many minutes."""
    return (bool(each) for each in Notices(account=account).call([subscription], minutes))


# ------------------------------------------------------------------ reading answers


def _all(answers: Iterable[Any]) -> list[Any]:
    """Every answer. The library hands some errors over as if they were answers."""
    found = list(answers)
    for each in found:
        if isinstance(each, Exception):
            raise each
    return [each for each in found if each is not None]


def _one(answers: Iterable[Any]) -> Any:
    found = _all(answers)
    if len(found) != 1:
        raise Stale  # an answer for another question
    return found[0]


def _listed(element: Any) -> Listed:
    received = _time(_text(element, "DateTimeReceived")) or _time(_text(element, "DateTimeCreated"))
    return Listed(_id(element, "ItemId"), _number(element, "Size"), received, _bytes(element))


def _bytes(element: Any) -> bytes:
    content = element.find(f"{{{TNS}}}MimeContent")
    try:
        return b"" if content is None or not content.text else base64.b64decode(content.text)
    except (binascii.Error, ValueError):
        return b""


def _text(element: Any, name: str) -> str:
    """The words in an element, "" where there are none or they are no characters at all (a lone half of a pair)."""
    child = element.find(f"{{{TNS}}}{name}")
    try:
        return "" if child is None else str(child.text or "")
    except UnicodeDecodeError:
        return ""


def _number(element: Any, name: str) -> int:
    text = _text(element, name)
    return int(text) if text.isdigit() else 0


def _id(element: Any, name: str) -> str:
    return str(element.find(f"{{{TNS}}}{name}").get("Id"))


def _time(text: str) -> datetime | None:
    """A time as servers write it: with fractions of a second or without, in UTC where no zone is named."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_letter(name: str) -> Any:
    return FieldPath(field=Message.get_field_by_fieldname(name))


def _of_folder(name: str) -> Any:
    return FieldPath(field=BaseFolder.get_field_by_fieldname(name))
