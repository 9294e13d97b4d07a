"""What a referral must say (R26): each line of the table in docs/fields.md, and each state of an answer."""

import pytest

from store.protocol import assess, load
from store.protocol.case import Fact, FactState, Gap, GapKind, Level, Referral
from store.protocol.completeness import is_complete, school_can_close
from tests.store.protocol.given import ANSWERS, BLANK, answered, referral, salford, state

# The table, typed from docs/fields.md: field, level when blank, rule, source.
TABLE = [
    ("pupil.dob", "must", "R26", "Salford 3.1 Referral"),
    ("pupil.year_group", "must", "R26", "Salford 3.1 Referral"),
    ("home_school.name", "must", "R26", "Salford 3.1 Referral"),
    ("home_school.contact", "must", "R26", "Salford 3.1 Referral"),
    ("pupil.upn", "should", "R26", "Salford 3.1 Referral"),
    ("pupil.address", "should", "R26", "Salford 3.1 Referral"),
    ("pupil.sex", "should", "R26", "Salford 3.1 Referral"),
    ("move.reason", "must", "R26", "Salford 3.1 Referral"),
    ("move.best_interests", "must", "R7", "Salford 1.1"),
    ("preparation.behaviour_policy", "must", "R22", "Salford 3.1 Provision prior to referral"),
    ("preparation.senco", "must", "R23", "Salford 3.1 Provision prior to referral"),
    ("preparation.early_help", "must", "R25", "Salford 3.1 Provision prior to referral"),
    ("record.attendance", "must", "R26", "Salford 3.1 Referral"),
    ("record.suspensions", "should", "R13", "Salford 2.3"),
    ("record.risk_of_exclusion", "should", "R13", "Salford 2.3"),
    ("pupil.looked_after", "must", "R1", "Salford preamble"),
    ("send.ehcp", "must", "R56", "national guidance: the plan is amended by its own process"),
    ("parent.agrees", "must", "R55", "national guidance: voluntary, agreed by all"),
    ("parent.views", "must", "R63", "national guidance: the family's views"),
    ("pupil.views", "must", "R63", "national guidance: the pupil's views"),
    ("parent.informed_by", "should", "R57", "national guidance: parents are not pressured"),
    ("move.preference1", "should", "R44", "Salford 3.2"),
    ("signoff.headteacher", "must", "R14", "Salford 2.4"),
    ("signoff.headteacher_date", "must", "R26", "Salford 2.4"),
]


def gaps(said: Referral, *, crisis: bool = False) -> list[Gap]:
    return list(assess(said, salford(), crisis=crisis))


def kinds(said: Referral) -> list[tuple[str, str, str]]:
    return [(gap.field, gap.level.value, gap.kind.value) for gap in gaps(said)]


def test_a_complete_referral_has_no_gap() -> None:
    """R26: everything answered."""
    assert gaps(referral()) == []


@pytest.mark.parametrize(("field", "level", "rule", "source"), TABLE)
def test_r26_a_blank_answer_is_a_gap_with_its_rule_and_source(
    field: str, level: str, rule: str, source: str
) -> None:
    """R26: each line of the table, left blank on its own, is the one gap found, and says who asks for it."""
    (gap,) = gaps(referral(without=(field,)))
    assert (gap.field, gap.level, gap.kind) == (field, level, GapKind.MISSING)
    assert (gap.rule, gap.source) == (rule, source)


def test_the_label_and_section_of_their_own_form_are_kept() -> None:
    """A gap is asked for in the words of the school's form."""
    blank = Fact(state=FactState.BLANK, label="D.O.B.", section="1. The pupil")
    (gap,) = gaps(referral({"pupil.dob": blank}))
    assert (gap.label, gap.section) == ("D.O.B.", "1. The pupil")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("blank", "missing"),
        ("placeholder", "missing"),
        ("default_left", "missing"),
        ("ambiguous", "unclear"),
        ("not_applicable", "unclear"),
        ("see_attached", "attachment"),
        ("unreadable", "unreadable"),
    ],
)
def test_each_state_of_an_answer_has_its_kind_of_gap(name: str, kind: str) -> None:
    """What the form reader could not take as an answer is a gap of the kind that tells why."""
    assert kinds(referral({"parent.views": state(name)})) == [("parent.views", "must", kind)]


def test_a_question_that_their_form_does_not_have_is_asked_for_and_never_a_bar() -> None:
    """A missing question is no omission of the school's: should, not must."""
    said = referral({"pupil.views": state("question_not_found")})
    assert kinds(said) == [("pupil.views", "should", "not asked")]
    assert is_complete(assess(said, salford()))


def test_a_question_their_form_does_not_have_is_asked_for_once() -> None:
    """What was asked in plain words already is not asked again."""
    said = referral({"pupil.views": state("question_not_found")})
    assert assess(said, salford(), asked=("pupil.views",)) == ()


def test_a_doubtful_answer_is_unclear() -> None:
    """A mark that a person must confirm is no answer yet, be it a Yes or a No."""
    for value in (True, False):
        said = referral({"parent.agrees": answered(value, sure=False)})
        assert kinds(said) == [("parent.agrees", "must", "unclear")]


def test_r55_the_parents_no_refuses() -> None:
    """R55, R57: No is an answer, and nothing the school is to fill in."""
    (gap,) = gaps(referral({"parent.agrees": answered(value=False)}))
    assert (gap.kind, gap.level) == (GapKind.REFUSED, Level.MUST)
    assert not school_can_close(gap)


def test_r55_words_instead_of_yes_or_no_are_unclear() -> None:
    """R55: "Yes, but…" is for a person to read."""
    assert kinds(referral({"parent.agrees": answered("Yes, but not yet")})) == [
        ("parent.agrees", "must", "unclear")
    ]


@pytest.mark.parametrize("field", ["pupil.looked_after", "send.ehcp"])
def test_r1_r56_care_and_plan_are_answered_either_way(field: str) -> None:
    """R1, R56: Yes and No are both answers."""
    assert gaps(referral({field: answered(value=True)})) == []
    assert gaps(referral({field: answered(value=False)})) == []


def test_a_single_name_box_does_for_surname_and_forename() -> None:
    """R26: pupil.name, or surname and forename."""
    not_found = dict.fromkeys(("pupil.surname", "pupil.forename"), state("question_not_found"))
    assert gaps(referral(not_found)) == []
    assert kinds(referral({**not_found, "pupil.name": BLANK})) == [("pupil.name", "must", "missing")]


def test_the_blank_one_of_two_name_boxes_is_named() -> None:
    """R26: the gap points at the box that is empty."""
    said = referral(without=("pupil.forename", "pupil.name"))
    assert kinds(said) == [("pupil.forename", "must", "missing")]


def test_the_referrer_does_for_the_contact() -> None:
    """R26: referrer or contact."""
    said = referral({"signoff.referrer": answered("Owen Quigley")}, without=("home_school.contact",))
    assert gaps(said) == []


def test_any_preference_is_a_preference_and_so_is_none() -> None:
    """R44: the second box alone will do, and a family may have no preference."""
    assert gaps(referral({"move.preference2": answered("X")}, without=("move.preference1",))) == []
    assert gaps(referral({"move.preference1": state("not_applicable")})) == []


@pytest.mark.parametrize("field", ["preparation.early_help", "record.suspensions"])
def test_not_applicable_answers_only_where_the_protocol_says_so(field: str) -> None:
    """R25 "where appropriate", and "none" for suspensions."""
    assert gaps(referral({field: state("not_applicable")})) == []


def test_r7_the_reason_may_speak_of_best_interests() -> None:
    """R7: move.best_interests, or the reason says it."""
    said = {"move.reason": answered("A move is in her Best Interests because she is alone here.")}
    assert gaps(referral(said, without=("move.best_interests",))) == []


def test_see_attached_is_an_answer_when_something_was_attached() -> None:
    """The document that came with it is looked at by a person."""
    said = {"pupil.views": state("see_attached")}
    assert gaps(referral(said, other_documents=True)) == []


def test_the_sign_off_date_serves_where_their_form_has_no_date_of_the_headteachers() -> None:
    """R26: an undated headteacher's line with one date for the whole form; else that date is somebody else's."""
    other = {"signoff.date": answered("2026-11-20")}
    assert gaps(referral({**other, "signoff.headteacher_date": state("question_not_found")})) == []
    assert kinds(referral(other, without=("signoff.headteacher_date",))) == [
        ("signoff.headteacher_date", "must", "missing")
    ]


def test_the_headteacher_named_on_the_form_has_not_signed_it() -> None:
    """R14: "signature or name" means the sign-off's, not the name of the head in the school's address."""
    said = referral(without=("signoff.headteacher",))
    assert said.value("home_school.headteacher") == "Gethin Lowe"
    assert kinds(said) == [("signoff.headteacher", "must", "missing")]


def test_r24_each_intervention_without_an_outcome_is_named() -> None:
    """R24: "recorded with outcomes": every row has one; the gap names the row."""
    rows = (
        {"what": "Mentoring", "outcome": ""},
        {"what": "Report card", "outcome": "No change"},
        {"what": None, "start": "2026-03-01", "outcome": "–"},
        {"what": "", "outcome": None},
    )
    found = gaps(referral(interventions=rows))
    assert [(gap.kind, gap.detail) for gap in found] == [("no outcome", "Mentoring"), ("no outcome", "row 3")]
    assert all((gap.field, gap.level, gap.rule) == ("interventions", "must", "R24") for gap in found)


def test_r24_no_intervention_at_all_is_missing() -> None:
    """R24: at least one row, where their form has the list."""
    assert kinds(referral(interventions=())) == [("interventions", "must", "missing")]


def test_r24_a_form_without_the_list_is_asked_for_it() -> None:
    """R24: where their form does not ask, should."""
    said = Referral(facts=referral().facts, definition="sample")
    assert kinds(said) == [("interventions", "should", "not asked")]


def test_r24_interventions_see_attached() -> None:
    """R24: a list that says "see attached" is an attachment to ask for, or to look at."""
    said = {"interventions": state("see_attached")}
    assert kinds(referral(said, interventions=())) == [("interventions", "must", "attachment")]
    assert gaps(referral(said, interventions=(), other_documents=True)) == []


def test_r21_a_crisis_softens_the_evidence_before_referral_and_nothing_else() -> None:
    """R21: "unless in response to a crisis": provision prior to referral only; never consent or the care question."""
    evidence = {
        "preparation.behaviour_policy",
        "preparation.senco",
        "preparation.early_help",
        "interventions",
    }
    everything = Referral(
        facts=dict.fromkeys(ANSWERS, BLANK), lists={"interventions": ()}, definition="sample"
    )
    calm = {gap.field for gap in gaps(everything) if gap.level is Level.MUST}
    crisis = {gap.field for gap in gaps(everything, crisis=True) if gap.level is Level.MUST}
    assert calm - crisis == evidence
    assert evidence <= {gap.field for gap in gaps(everything, crisis=True)}


def test_a_scan_is_never_evidence_that_something_is_missing() -> None:
    """What a scan seems to lack we could not read: the officer looks, the school is not told it left it out."""
    facts = dict.fromkeys(ANSWERS, BLANK) | {"pupil.dob": state("question_not_found")}
    scan = Referral(facts=facts, lists={"interventions": ({"what": "x", "outcome": ""},)}, evidence=False)
    found = gaps(scan)
    assert {gap.kind for gap in found} == {GapKind.UNREADABLE}
    assert not any(map(school_can_close, found))
    assert not is_complete(tuple(found))


@pytest.mark.parametrize("facts", [{}, dict.fromkeys(ANSWERS, state("question_not_found"))])
def test_a_form_of_which_nothing_was_read_is_neither_complete_nor_missing_anything(
    facts: dict[str, Fact],
) -> None:
    """An unknown form has no questions that we know of: a person looks, and it is not ready for a panel."""
    found = gaps(Referral(facts=facts))
    assert {gap.kind for gap in found} == {GapKind.UNREADABLE}
    assert not is_complete(tuple(found))


@pytest.mark.parametrize("name", ["southwark", "norfolk"])
def test_other_authorities_are_never_quoted_salford(name: str) -> None:
    """Each file cites its own document and national guidance only."""
    protocol = load(name)
    found = assess(Referral(facts=dict.fromkeys(ANSWERS, BLANK), definition="sample"), protocol)
    assert found
    assert not any("Salford" in gap.source for gap in found)


def test_r61_southwark_cites_its_own_page() -> None:
    """R61, R55: the same gap under another protocol has another source."""
    blank = referral(without=("move.best_interests", "signoff.headteacher"))
    found = {gap.field: (gap.rule, gap.source) for gap in assess(blank, load("southwark"))}
    assert found == {
        "move.best_interests": ("R61", "Southwark protocol, paragraph 4"),
        "signoff.headteacher": ("R55", "Southwark protocol, paragraph 4"),
    }
