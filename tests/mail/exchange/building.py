"""Elements of Exchange's XML, built briefly, and the answers that are made of them."""

import base64
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from lxml import etree

from tests.mail.exchange.mailstore import Folder, new_id
from tests.mail.exchange.schema import NAMES


def make(name: str, attributes: dict[str, str], *content: Any) -> Any:
    """An element by its prefixed name, with texts or elements in it; None is left out."""
    prefix, _, local = name.rpartition(":")
    element = etree.Element(f"{{{NAMES[prefix]}}}{local}" if prefix else local, attributes, nsmap=NAMES)
    for each in content:
        if isinstance(each, str):
            element.text = each
        elif each is not None:
            element.append(each)
    return element


def file_element(file_id: str, part: Message, *, whole: bool = False) -> Any:
    """An attached file, with its bytes or only its name."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return make(
        "t:FileAttachment",
        {},
        make("t:AttachmentId", {"Id": file_id}),
        make("t:Name", {}, str(part.get_filename())),
        make("t:ContentType", {}, part.get_content_type()),
        make("t:Size", {}, str(len(data))),
        make("t:Content", {}, base64.b64encode(data).decode()) if whole else None,
    )


def as_exchange_makes_it(element: Any) -> Any:
    """The letter that leaves: `Auto-Submitted` in the bytes is lost, header properties are kept."""
    raw = base64.b64decode(element.findtext("t:MimeContent", namespaces=NAMES))
    letter = message_from_bytes(raw, policy=policy.compat32.clone(linesep="\r\n"))
    del letter["Auto-Submitted"]
    for extended in element.findall("t:ExtendedProperty", NAMES):
        uri = extended.find("t:ExtendedFieldURI", NAMES)
        assert uri.get("DistinguishedPropertySetId") == "InternetHeaders"
        letter[uri.get("PropertyName")] = extended.findtext("t:Value", namespaces=NAMES)
    del letter["Message-ID"]
    letter["Message-ID"] = (
        element.findtext("t:InternetMessageId", namespaces=NAMES) or "<made@exchange.example>"
    )
    return letter


def response(operation: str, *messages: Any) -> Any:
    return make(f"m:{operation}Response", {}, make("m:ResponseMessages", {}, *messages))


def failed(operation: str, code: str) -> Any:
    return make(
        f"m:{operation}ResponseMessage",
        {"ResponseClass": "Error"},
        make("m:MessageText", {}, "It cannot be done."),
        make("m:ResponseCode", {}, code),
        make("m:DescriptiveLinkKey", {}, "0"),
        make(f"m:{_CONTAINERS[operation]}", {}) if operation in _CONTAINERS else None,
    )


_CONTAINERS = {
    "GetItem": "Items", "MoveItem": "Items", "CreateItem": "Items", "GetFolder": "Folders", "CreateFolder": "Folders",
    "GetAttachment": "Attachments",
}  # fmt: skip


def page(container: str, elements: list[Any], total: int) -> Any:
    attributes = {
        "TotalItemsInView": str(total),
        "IncludesLastItemInRange": "true",
        "IndexedPagingOffset": str(total),
    }
    return make("m:RootFolder", attributes, make(f"t:{container}", {}, *elements))


def streamed(status: str, *content: Any) -> Any:
    return response(
        "GetStreamingEvents",
        make(
            "m:GetStreamingEventsResponseMessage",
            {"ResponseClass": "Success"},
            make("m:ResponseCode", {}, "NoError"),
            *content,
            make("m:ConnectionStatus", {}, status) if status else None,
        ),
    )


def notice(subscription: str, folder: Folder) -> Any:
    event = make(
        "t:NewMailEvent",
        {},
        make("t:TimeStamp", {}, "2026-12-01T09:00:00Z"),
        make("t:ItemId", {"Id": new_id("letter"), "ChangeKey": "AQ=="}),
        make("t:ParentFolderId", {"Id": folder.id, "ChangeKey": "AQ=="}),
    )
    notification = make("t:Notification", {}, make("t:SubscriptionId", {}, subscription), event)
    return make("m:Notifications", {}, notification)
