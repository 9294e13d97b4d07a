"""What our own mail server found out about the sender's domain (RFC 8601). No other server is believed."""

import re

from mail.headers import Headers
from mail.letter import Address, Authenticity

_RESULT = re.compile(r"\s*dmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def authenticity(headers: Headers, sender: Address, trusted_server: str) -> Authenticity:
    """The DMARC verdict of the configured server on this sender.

    Only the topmost header of that server counts: those below it came with the letter and may say anything. A verdict
    on another domain than the sender's is none.
    """
    for value in headers.raw("Authentication-Results") if trusted_server else ():
        statements = without_comments(value).split(";")
        server = statements[0].split()[:1]
        if server and server[0].strip('"').lower() == trusted_server.lower():
            return _verdict(statements[1:], sender)
    return Authenticity.NONE


def _verdict(statements: list[str], sender: Address) -> Authenticity:
    found = [(match, statement) for statement in statements if (match := _RESULT.match(statement))]
    if not found:
        return Authenticity.NONE
    results = {match[1].lower() for match, _ in found}
    if "fail" in results:
        return Authenticity.FAIL
    domains = {
        domain.lower().rpartition("@")[2] for _, text in found for domain in _HEADER_FROM.findall(text)
    }
    vouched = results == {"pass"} and sender.domain != "" and domains <= {sender.domain}
    return Authenticity.PASS if vouched else Authenticity.NONE


def without_comments(value: str) -> str:
    """The value without its (comments), which may nest and may hold anything; quoted text stays."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
        elif character == ")" and depth and not quoted:
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)
