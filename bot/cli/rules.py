"""`moves rules`: the registry of rules, with the tests that name each where the tests are at hand."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import store
from bot.cli import console
from bot.text import protocol as words
from store.protocol.rules import RULES, Rule

TESTS = Path(store.__file__).parents[1] / "tests"
"""Where the tests are in a checkout; an installed product has none, and lists none."""
_NAMED = re.compile(r"test_((?:r\d+_)+)")


def listing() -> None:
    """Print the rules as a table."""
    tests = shown_by(TESTS)
    rows = [
        (rule.key, rule.source, rule.says, _does(rule), str(len(tests.get(rule.key, ())))) for rule in RULES
    ]
    console.table(words.RULE_HEADINGS, rows)


def as_json() -> None:
    """Print the rules for another program."""
    tests = shown_by(TESTS)
    console.as_json([_data(rule, tests.get(rule.key, [])) for rule in RULES])


def markdown() -> None:
    """Print the page `docs/rules.md`."""
    print(page(shown_by(TESTS)), end="")  # noqa: T201 - the program's output, not to be wrapped


def page(tests: Mapping[str, list[str]]) -> str:
    """The page of the rules, given the tests that name each."""
    rows = "\n".join(_row(rule, tests.get(rule.key, [])) for rule in RULES)
    return f"{words.PAGE}\n{words.ROW_HEAD}\n{rows}\n"


@cache
def shown_by(folder: Path) -> dict[str, list[str]]:
    """The tests that name each rule, by their name (`test_r29_…`) or by the marker `rules("R29")`, in order."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for name, keys in _named(ast.parse(path.read_text("utf-8"))):
            for key in keys:
                found.setdefault(key, []).append(f"{path.relative_to(folder).as_posix()}::{name}")
    return found


def _named(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            match = _NAMED.match(node.name)
            keys = {key.upper() for key in match[1].strip("_").split("_")} if match else set()
            yield node.name, keys | {key for each in node.decorator_list for key in _marked(each)}


def _marked(decorator: ast.expr) -> Iterator[str]:
    match decorator:
        case ast.Call(func=ast.Attribute(attr="rules"), args=args):
            yield from (str(each.value) for each in args if isinstance(each, ast.Constant))


def _row(rule: Rule, tests: list[str]) -> str:
    where = "<br>".join(f"`{name}`" for name in rule.where)
    shown = "<br>".join(f"`{name}`" for name in tests)
    return f"| {rule.key} | {rule.source} | {rule.says} | {_does(rule)} | {where} | {shown} |"


def _does(rule: Rule) -> str:
    return f"{rule.does} {words.LATER.format(later=rule.later)}" if rule.later else rule.does


def _data(rule: Rule, tests: list[str]) -> dict[str, Any]:
    return {
        "rule": rule.key,
        "document": rule.document,
        "clause": rule.clause,
        "says": rule.says,
        "does": rule.does,
        "where": list(rule.where),
        "later": rule.later,
        "tests": tests,
    }
