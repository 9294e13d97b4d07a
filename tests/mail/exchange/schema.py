"""Microsoft's schema of the Exchange web services, as a judge of requests and answers."""

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMES = {"s": SOAP, "m": MESSAGES, "t": TYPES, "e": ERRORS}

FOLDER = Path(__file__).parents[4] / "shared" / "ews-schema"
"""Beside the project's root. It is no part of the project."""

_XS = "{http://www.w3.org/2001/XMLSchema}"


class _Extended(etree.Resolver):
    """Gives the types a folder that Exchange has learnt since the schema was written."""

    def resolve(self, url: str | None, public_id: str | None, context: Any) -> Any:
        if not (url or "").endswith("types.xsd"):
            return None
        types = etree.parse(str(FOLDER / "types.xsd"))
        path = f"{_XS}simpleType[@name='DistinguishedFolderIdNameType']/{_XS}restriction"
        names = types.getroot().find(path)
        assert names is not None
        etree.SubElement(names, f"{_XS}enumeration", value="usercuratedcontacts")
        return self.resolve_string(
            etree.tostring(types).decode(), context, base_url=str(FOLDER / "types.xsd")
        )


@cache
def schema() -> Any:
    """The compiled schema; None where its folder is absent."""
    if not (FOLDER / "messages.xsd").is_file():
        return None
    parser = etree.XMLParser()
    parser.resolvers.add(_Extended())
    return etree.XMLSchema(etree.parse(str(FOLDER / "messages.xsd"), parser))


def faults(element: Any) -> str:
    """What the schema finds wrong with an element, "" when nothing, or when there is no schema here."""
    judge = schema()
    alone = etree.fromstring(etree.tostring(element))
    if judge is None or judge.validate(alone):
        return ""
    return "; ".join(f"{fault.line}: {fault.message}" for fault in judge.error_log)
