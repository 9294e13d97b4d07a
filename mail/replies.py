"""What a person wrote now: a reply without the letters under it and without the signature.

The libraries for this were measured on hostile text: mail-parser-reply 1.36 had not finished "On On On …" (150 KB) after
five minutes, quotequail needs lxml, the rest are unmaintained. This one looks at each line a few times and no more. It
serves display and looking for words; the whole text is always kept beside it.
"""

import re

_QUOTED = re.compile(r"\s{0,3}>")
_HEADER_BLOCK = re.compile(r"\s*\*?(From|Sent|To|Cc|Date|Subject)\s*:\*?\s", re.IGNORECASE)
_FROM = re.compile(r"\s*\*?From\s*:", re.IGNORECASE)
_DIVIDER = re.compile(
    r"\s*(-{2,}\s*(Original Message|Forwarded message|Original Appointment)\s*-{2,}|_{20,}|Begin forwarded message:)\s*",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(r"\s*On\b.{0,300}", re.IGNORECASE)
_ATTRIBUTION_END = re.compile(r".{0,300}\bwrote:\s*", re.IGNORECASE)
_SIGNATURE = re.compile(r"--\s?|Sent from my \w{2,20}.{0,40}|Get Outlook for (iOS|Android).{0,60}")
_FOOTER = re.compile(
    r"\s*(This (e-?mail|message)( and any| \(including| is (intended|confidential))|The information (contained )?in this e-?mail"
    r"|CONFIDENTIALITY NOTICE|Please consider the environment|Disclaimer\b)",
    re.IGNORECASE,
)
_LINES_OF_A_HEADER_BLOCK = 3
_LONGEST_LINE = 2_000


def written_now(text: str) -> str:
    """The new words of a letter. Where nothing is left (a bare forward, an answer between the lines), all of it."""
    lines = text.split("\n")
    cut = next((number for number in range(len(lines)) if _history_starts(lines, number)), len(lines))
    new = _without_signature([line for line in lines[:cut] if not _QUOTED.match(line)])
    kept = "\n".join(new).strip()
    return kept or text.strip()


def _history_starts(lines: list[str], number: int) -> bool:
    line = lines[number][:_LONGEST_LINE]
    if _DIVIDER.fullmatch(line):
        return True
    if _FROM.match(line):
        block = lines[number : number + 6]
        return sum(bool(_HEADER_BLOCK.match(each)) for each in block) >= _LINES_OF_A_HEADER_BLOCK
    return _is_attribution(lines, number)


def _is_attribution(lines: list[str], number: int) -> bool:
    """Whether "On Monday … X wrote:" starts here, which mail programs break over up to three lines."""
    if not _ATTRIBUTION_START.fullmatch(lines[number]):
        return False
    return any(_ATTRIBUTION_END.fullmatch(line) for line in lines[number : number + 3])


def _without_signature(lines: list[str]) -> list[str]:
    cut = next(
        (n for n, line in enumerate(lines) if _SIGNATURE.fullmatch(line) or _FOOTER.match(line)), len(lines)
    )
    return lines[:cut]
