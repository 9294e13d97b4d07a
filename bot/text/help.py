"""What `/moves` says of itself."""

from typing import Final

TITLE: Final = "What you can ask Managed Moves"

COMMANDS: Final = (
    ("/moves cases", "the open cases, oldest first"),
    ("/moves case MM-26-0007", "one case: stage, gaps, panel, deadline, and what can be done now"),
    ("/moves panel", "the next panel: its agenda, what is ready, on hold or incomplete"),
    ("/moves panel 2026-12-10", "the panel of that day"),
    ("/moves help", "this page"),
)

PRIVACY: Final = (
    "The channel shows references, schools, stages and dates only. Names stand behind *Details*, "
    "which only you see. Please do not write a pupil's name here."
)

UNKNOWN: Final = "I do not know that command. This is what I understand:"
"""Said before the help. What was typed is not repeated: it may hold a name."""
