"""A corrected form joins what the first one said, and a blank never replaces an answer (R26)."""

import pytest

from store.protocol.case import Fact, FactState, Pupil, Referral
from store.protocol.merging import merge
from store.protocol.pupils import Identity, compare, refresh
from tests.store.protocol.given import BLANK, answered, referral, state


def test_a_new_answer_replaces_an_old_one_and_is_listed() -> None:
    """The ids of the answers that changed are told, in order."""
    newer = referral({"record.attendance": answered(91.0), "pupil.views": answered("I changed my mind.")})
    merged, changed = merge(referral(), newer)
    assert merged.value("record.attendance") == 91.0
    assert changed == ("pupil.views", "record.attendance")


def test_the_same_form_again_changes_nothing() -> None:
    """Nothing is listed as changed."""
    assert merge(referral(), referral()) == (referral(), ())


@pytest.mark.parametrize("name", ["blank", "placeholder", "default_left", "unreadable", "question_not_found"])
def test_what_says_nothing_never_replaces_an_answer(name: str) -> None:
    """The first form's answer stands."""
    merged, changed = merge(referral(), referral({"pupil.views": state(name)}))
    assert merged.value("pupil.views") == referral().value("pupil.views")
    assert changed == ()


def test_a_filled_blank_is_a_change() -> None:
    """What was missing and now is there."""
    merged, changed = merge(referral(without=("pupil.dob",)), referral())
    assert merged.value("pupil.dob") == "2015-03-02"
    assert changed == ("pupil.dob",)


def test_an_answer_to_a_question_that_the_first_form_did_not_have_joins_it() -> None:
    """The second form asks more."""
    merged, changed = merge(Referral(), Referral(facts={"pupil.dob": answered("2015-03-02")}))
    assert (merged.value("pupil.dob"), changed) == ("2015-03-02", ("pupil.dob",))


def test_an_answer_that_contradicts_an_earlier_one_stands_even_if_it_is_unclear() -> None:
    """Both boxes ticked on the newer form: a person must look, the older Yes does not hide it."""
    merged, changed = merge(referral(), referral({"parent.agrees": state("ambiguous")}))
    assert merged.facts["parent.agrees"].state is FactState.AMBIGUOUS
    assert changed == ("parent.agrees",)


def test_a_doubtful_reading_of_the_same_answer_does_not_unsettle_it() -> None:
    """A Yes that was sure stays sure when the correction repeats it in pencil."""
    merged, _ = merge(referral(), referral({"parent.agrees": answered(value=True, sure=False)}))
    assert merged.facts["parent.agrees"].sure


def test_the_label_of_the_first_form_is_kept_where_the_second_lacks_the_question() -> None:
    """A gap is still asked for in words that the school has seen."""
    known = Referral(facts={"pupil.dob": Fact(state=FactState.BLANK, label="D.O.B.")})
    merged, _ = merge(known, Referral(facts={"pupil.dob": state("question_not_found")}))
    assert merged.facts["pupil.dob"].label == "D.O.B."


def test_a_blank_outcome_never_replaces_an_outcome() -> None:
    """Rows are matched by what was done; blanks of the newer row are filled from the older one."""
    older = referral(interventions=({"what": "Mentoring", "start": "2026-03-04", "outcome": "Helped."},))
    newer = referral(
        interventions=(
            {"what": "Mentoring", "start": "2026-03-04", "outcome": ""},
            {"what": "Counselling", "start": "2026-03-01", "outcome": "Began."},
        )
    )
    merged, changed = merge(older, newer)
    assert [row["outcome"] for row in merged.lists["interventions"]] == ["Helped.", "Began."]
    assert changed == ("interventions",)


def test_an_empty_list_never_replaces_rows() -> None:
    """The list of the first form stands."""
    merged, changed = merge(referral(), referral(interventions=({"what": "", "outcome": None},)))
    assert merged.lists == referral().lists
    assert changed == ()


def test_a_scan_as_correction_makes_nothing_missing_certain() -> None:
    """The scan may hold what was missing: the officer looks."""
    merged, _ = merge(referral(without=("pupil.dob",)), Referral(evidence=False))
    assert merged.evidence is False
    assert merged.facts["pupil.dob"] == BLANK


def test_a_pupils_particulars_are_brought_up_to_date() -> None:
    """A blank never replaces what was known of a pupil."""
    known = Pupil(surname="Ravensworth", forename="Ottoline", year_group=7)
    newer = Pupil(surname="Ravensworth", upn="X999410419749", year_group=8)
    assert refresh(known, newer) == Pupil(
        surname="Ravensworth", forename="Ottoline", year_group=8, upn="X999410419749"
    )


ONE = Pupil(surname="Ravensworth", forename="Ottoline", dob="2015-03-02", upn="X999410419749")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Pupil(upn="x 999410419749"), Identity.SAME),
        (Pupil(name="ottoline ravensworth", dob="2015-03-02"), Identity.SAME),
        (Pupil(name="Ravensworth, Ottoline Mae", dob="2015-03-02"), Identity.SAME),
        (Pupil(name="Óttoline Ravensworth", dob="2015-03-02", upn="Q999410818273"), Identity.SAME),
        (Pupil(upn="X999410419749", dob="2015-02-03"), Identity.SAME),
        (Pupil(upn="X999410419749", name="Perdita Winterbourne"), Identity.CONFLICT),
        (Pupil(name="Ottoline Ravensworth", dob="2014-03-02"), Identity.CONFLICT),
        (Pupil(name="Perdita Winterbourne", dob="2015-03-02"), Identity.CONFLICT),
        (Pupil(upn="Q999410818273"), Identity.OTHER),
        (Pupil(name="Perdita Winterbourne", upn="Q999410818273"), Identity.OTHER),
        (Pupil(name="Ottoline Ravensworth"), Identity.COMPATIBLE),
        (Pupil(name="Ottoline"), Identity.COMPATIBLE),
        (Pupil(), Identity.COMPATIBLE),
    ],
)
def test_the_same_pupil_by_number_or_by_name_and_date_of_birth(other: Pupil, expected: Identity) -> None:
    """A slip in the number or the date is not another child; where what both say disagrees, a person is asked."""
    assert compare(ONE, other) is expected
    assert compare(other, ONE) is expected
