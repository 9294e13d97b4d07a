"""The registry of rules, R1 to R66: `moves rules` prints it and `docs/rules.md` is made from it."""

from store.protocol.rule import Rule
from store.protocol.rules_of_salford import OF_SALFORD
from store.protocol.rules_of_salford_process import OF_SALFORD_PROCESS
from store.protocol.rules_of_southwark import OF_SOUTHWARK

__all__ = ["RULES", "Rule"]

RULES: tuple[Rule, ...] = (*OF_SALFORD, *OF_SALFORD_PROCESS, *OF_SOUTHWARK)
"""Every rule, by number. An authority is never quoted another's document: what its own protocol cites is in its file."""
