"""Words of `moves protocol` and `moves rules`: how a protocol and the registry of rules are told to people."""

from typing import Final

PROTOCOL: Final = "Check or show a protocol: what an authority's document asks for, as data."
CHECK: Final = "Check a protocol FILE: every mistake, with its key and what to do."
SHOW: Final = "Show a protocol readably, each setting with its source: a shipped NAME or a FILE."
RULES: Final = (
    "List every rule, R1 to R66: what the document says, what the bot does, where, and which tests show it."
)
NAME: Final = "A shipped protocol (salford, southwark, norfolk) or a file."
FILE: Final = "A protocol file (.toml)."
MARKDOWN: Final = "Print the page docs/rules.md."

SOUND: Final = "{file} is sound: {title}, {key}, from {start}."
UNKNOWN_FIELD: Final = "{file}: {where} asks for {field!r}, which is no field. {hint}"
DID_YOU_MEAN: Final = "Did you mean {near!r}?"
SEE_FIELDS: Final = "The fields are listed in docs/fields.md."

END_OF_DAY: Final = "end of day"
YES: Final = "yes"
NO: Final = "no"
IN_FORCE: Final = "in force"
FROM_ON: Final = "from {start}"
BETWEEN: Final = "{start} to {end}"
VERSION: Final = "version"
SOURCE: Final = "source"
DOCUMENTS: Final = "Documents"
REFERRAL: Final = "What a referral must say"
CITED: Final = "What is not a setting, and where it comes from"
ONLY_DATA: Final = "{title} (kept as data; nothing obeys it yet)"

SECTIONS: Final = {
    "vocabulary": "What things are called",
    "panel": "Panel",
    "deadline": "Deadline",
    "panel_reminder": "Reminder of a panel",
    "deadline_reminder": "Reminder of a deadline",
    "hold": "Gates",
    "exclusion": "Children outside this protocol",
    "agreement": "Who must agree",
    "placement": "Placement",
    "reviews": "Reviews",
    "extension": "Extension",
    "failure_notice": "Notice of a failure",
    "follow_up": "Follow-up",
    "credit": "Credit",
    "exemption": "Exemptions",
    "off_site_direction": "Off-site direction",
    "prompts": "How soon somebody is reminded, in school days",
    "ranking": "Ranking of schools",
    "paper": "Papers that come with a referral",
    "retention": "How long a case is kept",
    "template": "Letters of its own",
}
"""The parts of a protocol in the order in which they are shown."""
DATA_ONLY: Final = frozenset({"ranking", "paper", "retention", "template"})

PAGE: Final = """# Rules

Every rule of the two source documents: what the document says, what the bot does about it, where in the code, and which
tests show it. Made by `moves rules --markdown`; do not edit it by hand. R-numbers are this project's own index. What an
authority is quoted is in its own protocol (`moves protocol show`): never another authority's document.
"""
ROW_HEAD: Final = (
    "| rule | source | the document says | the bot does | where | tests |\n|---|---|---|---|---|---|"
)
LATER: Final = "Not yet: {later}"
RULE_HEADINGS: Final = ("Rule", "Source", "The document says", "The bot does", "Tests")
