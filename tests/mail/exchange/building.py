"""Elements of Exchange's XML, built briefly."""

from typing import Any

from lxml import etree

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
