"""The requests that we make about letters, as exchangelib's services with answers of our own (`mail.exchange.answers`)."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from exchangelib.attachments import AttachmentId
from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.properties import FolderId, ItemId
from exchangelib.restriction import Q, Restriction
from exchangelib.services import (
    CreateItem,
    FindItem,
    GetAttachment,
    GetItem,
    GetStreamingEvents,
    MoveItem,
    SyncFolderItems,
)
from exchangelib.services.common import EWSAccountService
from exchangelib.services.subscribe import SubscribeToStreaming
from exchangelib.util import MNS, add_xml_child, create_element

from mail.exchange.answers import (
    Changes,
    File,
    Listed,
    Outline,
    attached,
    everything,
    id_of,
    listed,
    one,
    outlined,
)
from mail.exchange.folders import inbox, outbox, sent_items

_NEWS = ("NewMailEvent", "CreatedEvent", "MovedEvent")
_PAGE = 200


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
            return id_of(element, "ItemId")
        return None if change == self.READ_FLAG_CHANGE else listed(element[0])


def changes(account: Any, state: str, most: int = _PAGE) -> Changes:
    """What changed in the inbox since a state; since "", all that lies there. The library's folder objects remember a
    state of their own and take it when none is given: none is used here.
    """
    service = _Listing(account=account)
    fields = {_of_letter("size"), _of_letter("datetime_received"), _of_letter("datetime_created")}
    seen = everything(service.call(inbox(account), ID_ONLY, fields, state or None, None, most, None))
    return Changes(
        there=tuple(each for each in seen if isinstance(each, Listed)),
        gone=tuple(each for each in seen if isinstance(each, str)),
        state=service.sync_state or "",
        whole=bool(service.includes_last_item_in_range) or service.sync_state == state,
    )


class _Reading(GetItem):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> Listed:
        return listed(element)


def about(account: Any, letter_id: str) -> Listed:
    """Size and time of one letter."""
    return _read(account, letter_id, "size", "datetime_received", "datetime_created")


def whole(account: Any, letter_id: str) -> Listed:
    """One letter with its bytes."""
    return _read(account, letter_id, "size", "datetime_received", "datetime_created", "mime_content")


def _read(account: Any, letter_id: str, *names: str) -> Listed:
    fields = [_of_letter(name) for name in names]
    found: Listed = one(_Reading(account=account).call([ItemId(id=letter_id)], fields, ID_ONLY))
    return found


class _Outlining(GetItem):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> Outline:
        return outlined(element)


def outline(account: Any, letter_id: str) -> Outline:
    """What the server can say of a letter that it cannot hand over."""
    fields = [_of_letter(name) for name in ("subject", "author", "message_id", "text_body", "attachments")]
    found: Outline = one(_Outlining(account=account).call([ItemId(id=letter_id)], fields, ID_ONLY))
    return found


class _Attaching(GetAttachment):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> File:
        return attached(element)


def file(account: Any, file_id: str) -> File:
    """One attached file with its bytes."""
    found: File = one(_Attaching(account=account).call([AttachmentId(id=file_id)], False, None, None, None))  # noqa: FBT003 - the library's signature
    return found


def move(account: Any, letter_id: str, folder_id: str) -> None:
    """Move one letter. Its id is another from then on."""
    one(MoveItem(account=account).call([ItemId(id=letter_id)], FolderId(id=folder_id)))


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
    one(service.call([(raw, message_id, headers)], sent_items(account), "SendAndSaveCopy", "SendToNone"))


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
    return bool(everything(found))


# ------------------------------------------------------------------ notices


def subscribe(account: Any) -> str:
    """Ask for notices of what arrives in the inbox; the subscription's id."""
    return str(one(SubscribeToStreaming(account=account).call([inbox(account)], list(_NEWS))))


class Notices(GetStreamingEvents):  # type: ignore[misc]
    """Notices as they come."""

    def _elem_to_obj(self, element: Any) -> bool:
        return any(child.tag.endswith(_NEWS) for child in element)


def notices(account: Any, subscription: str, minutes: int) -> Iterable[bool]:
    """True for each notice of an arrival, until the server ends the stream after so many minutes."""
    return (bool(each) for each in Notices(account=account).call([subscription], minutes))


def _of_letter(name: str) -> Any:
    return FieldPath(field=Message.get_field_by_fieldname(name))
