"""Folders: the well-known ones are named without asking the server for them, ours are looked for just under the inbox.

The library's own way (`inbox / "Processed"`) asks for every folder that Exchange knows, some fifty, and then for all others.
"""

from collections.abc import Iterable
from typing import Any

from exchangelib.fields import FieldPath
from exchangelib.folders import BaseFolder, Inbox, Messages, Outbox, Root, SentItems
from exchangelib.items import ID_ONLY
from exchangelib.properties import DistinguishedFolderId, Mailbox
from exchangelib.services import CreateFolder, FindFolder, GetFolder

from mail.exchange.answers import everything, id_of, number_of, one, text_of

_PAGE = 200


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
        return (each if isinstance(each, Exception) else number_of(each, "TotalCount") for each in elements)


def count(account: Any, folder: Any) -> int:
    """How many letters lie in a folder; the cheapest way to try it."""
    fields = [_of_folder("total_count")]
    return int(one(_Counting(account=account).call([folder], fields, ID_ONLY)))


class _Naming(FindFolder):  # type: ignore[misc]
    def _elem_to_obj(self, element: Any) -> tuple[str, str]:
        return text_of(element, "DisplayName"), id_of(element, "FolderId")


def subfolders(account: Any, folder: Any) -> dict[str, str]:
    """The ids of the folders just under one, by their names in lower case."""
    service = _Naming(account=account, page_size=_PAGE)
    found = everything(service.call([folder], {_of_folder("name")}, None, ID_ONLY, "Shallow", None, 0))
    return {name.casefold(): folder_id for name, folder_id in found}


class _Making(CreateFolder):  # type: ignore[misc]
    def _elems_to_objs(self, elements: Iterable[Any]) -> Iterable[Any]:
        return (each if isinstance(each, Exception) else id_of(each, "FolderId") for each in elements)


def make_folder(account: Any, parent: Any, name: str) -> str:
    """Make a folder for letters under another; its id."""
    folder = Messages(name=name, folder_class="IPF.Note", root=parent.root)
    return str(one(_Making(account=account).call(parent, [folder])))


def _of_folder(name: str) -> Any:
    return FieldPath(field=BaseFolder.get_field_by_fieldname(name))
