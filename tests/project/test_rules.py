"""The registry of rules: whole, true of the code, and shown by tests."""

import importlib
import re

import pytest

from bot.cli.rules import TESTS, page, shown_by
from store.protocol import load
from store.protocol.rulebook import names
from store.protocol.rules import RULES, Rule

DOCS = TESTS.parent / "docs" / "rules.md"
BY_KEY = {rule.key: rule for rule in RULES}


def test_every_rule_is_there_once_and_in_order() -> None:
    """R1 to R66."""
    assert [rule.number for rule in RULES] == list(range(1, 67))


def test_salford_has_r1_to_r48_and_southwark_the_rest() -> None:
    """The project's own index: R1 to R48 from the Salford document, R49 to R66 from the Southwark page."""
    assert {rule.document for rule in RULES[:48]} == {"Salford"}
    assert {rule.document for rule in RULES[48:]} == {"Southwark"}


def test_no_clause_is_cited_that_the_document_has_not() -> None:
    """Salford's clauses run 1.1, 1.2, 1.2.1, 1.4 (there is no 1.3), 2.1 to 2.8, 3.1 to 3.3, 4.1, 4.2."""
    numbered = {
        "1.1",
        "1.2",
        "1.2.1",
        "1.4",
        *(f"2.{n}" for n in range(1, 9)),
        "3.1",
        "3.2",
        "3.3",
        "4.1",
        "4.2",
    }
    clauses = {rule.clause.split()[0] for rule in RULES[:48]}
    assert clauses <= numbered | {"preamble", "note"}
    assert {re.sub(r"\d", "", rule.clause) for rule in RULES[48:]} == {"paragraph ", "last line"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_what_a_rule_names_is_in_the_code(rule: Rule) -> None:
    """Each `module:name` can be imported."""
    assert rule.where
    for place in rule.where:
        module, _, name = place.partition(":")
        assert hasattr(importlib.import_module(module), name), place


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_every_rule_is_named_by_a_test(rule: Rule) -> None:
    """By the name of the test (`test_r29_…`) or by the marker `rules("R29")`."""
    assert shown_by(TESTS).get(rule.key), rule.key


def test_no_test_names_a_rule_that_is_none() -> None:
    """A slip of the number would show a rule that nothing shows."""
    assert set(shown_by(TESTS)) <= set(BY_KEY)


def test_the_page_in_the_docs_is_made_from_the_registry() -> None:
    """Make it anew with `moves rules --markdown > docs/rules.md`."""
    assert DOCS.read_text(encoding="utf-8") == page(shown_by(TESTS))


@pytest.mark.parametrize("name", names())
def test_a_protocol_cites_a_rule_of_its_own_document_as_the_registry_does(name: str) -> None:
    """Salford's clauses for Salford's rules; what another document says is cited as guidance or as an own setting."""
    own = {"salford": range(1, 49), "southwark": range(49, 67)}.get(name, range(0))
    for cite in load(name).cites():
        rule = getattr(cite, "rule", "")
        if cite.document in ("salford", "southwark") and rule:
            assert cite.document == name
            assert int(rule[1:]) in own, (rule, cite.clause)
