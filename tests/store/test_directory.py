"""Schools and contacts: read from the council's lists, found exactly or not at all."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Directory, Loaded, Store
from store.names import number_key, person_key
from store.registers import read_contacts, read_schools

HEAD = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,EstablishmentStatus (name),OpenDate,CloseDate"
SCHOOLS = f"""{HEAD},Easting
999101,999,Westhaven,4101,Oakfield High School,Open,01-09-2009,,381200
999102,999,Westhaven,4102,St Brannoc’s RC Academy,Open,01-09-2009,,
999104,999,Westhaven,4104,The Weaver School,Open,,,
999109,998,Elsewhere,4104,Weaver,Open,,,
999190,999,Westhaven,4190,Eccleston Boys’ School,Closed,,31-08-2021,
999110,999,Westhaven,4101,Oakfield High School,Closed,,31-08-2009,
""".encode("cp1252")
CONTACTS = b"""urn,role,name,email
999101,headteacher,Priya Harper,Head@Oakfield.example
999101,office,,office@oakfield.example
999102,headteacher,Tomos Doyle,head@shared.example
999104,headteacher,Gethin Lowe,head.weaver@shared.example
999104,office,,weaver.office@gmail.com
,virtual school,,virtual.school@westhaven.example
"""


@pytest.fixture
def directory(store: Store) -> Directory:
    loaded = Directory(store)
    assert loaded.load_schools(SCHOOLS) == Loaded(6)
    assert loaded.load_contacts(CONTACTS) == Loaded(6)
    return loaded


def test_the_sample_lists_are_read_whole(store: Store) -> None:
    """The sample register has nine schools, one of them closed, and the contact list 27 lines."""
    samples = Path(__file__).parents[2] / "bot" / "demo"
    register, contacts = next(samples.rglob("gias-extract.csv")), next(samples.rglob("contacts.csv"))
    directory = Directory(store)
    assert directory.load_schools(register.read_bytes()) == Loaded(9)
    assert directory.load_contacts(contacts.read_bytes()) == Loaded(27)

    assert len(directory.schools()) == 8
    assert len(directory.schools(closed=True)) == 9
    closed = directory.school("999190")
    assert closed is not None
    assert (closed.name, closed.status, str(closed.closed)) == (
        "Eccleston Boys\N{RIGHT SINGLE QUOTATION MARK} School",
        "Closed",
        "2021-08-31",
    )
    oakfield = directory.find_school(number="999/4101")
    assert oakfield is not None
    assert (oakfield.urn, oakfield.roll, oakfield.easting, oakfield.is_open) == ("999101", 1080, 381200, True)
    head = directory.contact("head@oakfield.example")
    assert head is not None
    assert (head.urn, head.role, head.name) == ("999101", "headteacher", "Priya Harper")
    assert [each.email for each in directory.contacts("", "virtual school")] == [
        "virtual.school@westhaven.example"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Oakfield High School",
        "OAKFIELD HIGH SCHOOL",
        "  Oakfield  High ",
        "The Oakfield High School",
        "Oakfield High School.",
        "Oakfield-High School",
    ],
)
def test_a_school_is_found_however_its_name_is_written(directory: Directory, name: str) -> None:
    """Capitals, spaces, "The" and "School" do not matter; an open school goes before a closed one of that name."""
    found = directory.find_school(name=name)
    assert found is not None
    assert found.urn == "999101"


@pytest.mark.parametrize(
    "name",
    [
        "St Brannoc's RC Academy",
        "St. Brannoc’s R.C. Academy",
        "Saint Brannocs RC Academy",
        "ST BRANNOC`S RC ACADEMY",
    ],
)
def test_saints_and_apostrophes_do_not_matter(directory: Directory, name: str) -> None:
    """A typographic apostrophe, a straight one or none; "St", "St." or "Saint"."""
    found = directory.find_school(name=name)
    assert found is not None
    assert found.urn == "999102"


@pytest.mark.parametrize(
    "name", ["Oakfeld High School", "Oakfield", "Oakfield High Academy", "High School", "!"]
)
def test_a_school_is_never_guessed(directory: Directory, name: str) -> None:
    """A slip, a part of the name or another kind of school is not found."""
    assert directory.find_school(name=name) is None


def test_two_schools_of_one_name_are_not_chosen_between(directory: Directory) -> None:
    """ "Weaver" of two authorities: only together with the number is it one."""
    assert directory.find_school(name="Weaver School") is None
    found = directory.find_school(name="Weaver School", number="999 4104")
    assert found is not None
    assert found.urn == "999104"


@pytest.mark.parametrize("number", ["9994101", "999/4101", "999-4101", " 999 4101 ", "999101"])
def test_a_school_is_found_by_its_number(directory: Directory, number: str) -> None:
    """LAESTAB in each way it is written, or the URN; the closed predecessor with the same number is not meant."""
    found = directory.find_school(number=number)
    assert found is not None
    assert found.urn == "999101"


def test_name_and_number_that_disagree_find_nothing(directory: Directory) -> None:
    """A form that names one school and gives another's number is for a person."""
    assert directory.find_school(name="Oakfield High", number="999/4102") is None
    assert directory.find_school() is None


def test_a_closed_school_is_found_where_no_open_one_answers(directory: Directory) -> None:
    """Its status says so."""
    found = directory.find_school(name="Eccleston Boys' School")
    assert found is not None
    assert not found.is_open


def test_a_domain_finds_a_school_only_if_it_is_that_schools_alone(directory: Directory) -> None:
    """Not a trust's domain that two schools share, nor a public mail provider, nor the council's own."""
    found = directory.find_school(domain="OAKFIELD.example")
    assert found is not None
    assert found.urn == "999101"
    for domain in ("shared.example", "gmail.com", "westhaven.example", "nowhere.example"):
        assert directory.find_school(domain=domain) is None


def test_an_address_of_two_schools_is_nobodys(directory: Directory) -> None:
    """One office for two schools: which one writes is not to be told from the address."""
    both = CONTACTS + b"999102,office,,office@oakfield.example\n"
    directory.load_contacts(both)
    assert directory.contact("office@oakfield.example") is None
    assert len(directory.contacts(role="office")) == 3
    assert directory.contact("head@oakfield.example") is not None
    assert directory.contact("nobody@oakfield.example") is None


def test_loading_again_changes_nothing(directory: Directory) -> None:
    """The same lists again: the same rows, nothing removed, nothing twice."""
    before = (directory.schools(closed=True), directory.contacts())
    assert directory.load_schools(SCHOOLS) == Loaded(6)
    assert directory.load_contacts(CONTACTS) == Loaded(6)
    assert (directory.schools(closed=True), directory.contacts()) == before


def test_a_new_list_brings_schools_and_contacts_up_to_date(directory: Directory) -> None:
    """A new name and status replace the old; who has left the contact list may no longer write for a school."""
    directory.load_schools(SCHOOLS.replace(b"The Weaver School,Open", b"Weaver Academy,Closed"))
    weaver = directory.school("999104")
    assert weaver is not None
    assert (weaver.name, weaver.is_open) == ("Weaver Academy", False)

    without_head = CONTACTS.replace(b"999101,headteacher,Priya Harper,Head@Oakfield.example\n", b"")
    assert directory.load_contacts(without_head) == Loaded(5, removed=1)
    assert directory.contact("head@oakfield.example") is None


def test_bad_rows_are_named_and_the_rest_is_read(store: Store) -> None:
    """Each with its line and what is wrong; an empty or broken list removes nobody."""
    directory = Directory(store)
    bad = f"""{HEAD}
x,999,Westhaven,4101,No Number,Open,,
999101,999,Westhaven,4101,Oakfield High School,Open,,
999102,999,Westhaven,4102,,Open,,
999103,999,Westhaven,4103,Riverside,Open,2009-09-01,
""".encode()
    loaded = directory.load_schools(bad)
    assert loaded.rows == 1
    assert loaded.problems == (
        "line 2: 'x' is no URN",
        "line 4: the school has no name",
        "line 5: OpenDate is '2009-09-01', not a date such as 31-08-2021",
    )
    contacts = b"urn,role,name,email\n999101,office,,not an address\n999101,,,a@b.example\n999105,head,,h@c.example\n"
    loaded = directory.load_contacts(contacts)
    assert loaded.rows == 1
    assert loaded.problems == (
        "line 2: the contact has no usable e-mail address",
        "line 3: the contact has no role",
        "no school has the URN 999105",
    )
    for empty in (b"", b"urn,role,name,email\n", b"a,b\n1,2\n", bytes(100)):
        assert directory.load_contacts(empty).rows == 0
        assert len(directory.contacts()) == 1


def test_what_no_list_can_hold_ends_the_reading(store: Store) -> None:
    """A number that is none is named; a field too long for any list ends it, and what came before is read."""
    directory = Directory(store)
    extended = SCHOOLS.replace(b"381200", b"38-12").replace(b"Weaver,Open", b"W" * 200_000 + b",Open")
    loaded = directory.load_schools(extended)
    assert loaded.problems[0] == "line 2: Easting is '38-12', not a number"
    assert loaded.problems[1].endswith("nothing after it was read")
    assert [school.urn for school in directory.schools()] == ["999102", "999104"]
    bad_urn = b"urn,role,name,email\nOakfield,office,,o@oakfield.example\n"
    assert directory.load_contacts(bad_urn).problems == ("line 2: 'Oakfield' is no URN",)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: HEAD.encode() + b"\n" + tail))
def test_any_bytes_are_a_list_or_a_list_of_problems(data: bytes) -> None:
    """Whatever is given as a list, reading it ends in rows and sentences, never in an error."""
    for read in (read_schools, read_contacts):
        sheet = read(data)
        assert all(isinstance(problem, str) for problem in sheet.problems)


@given(st.lists(st.text(max_size=12), max_size=4), st.randoms())
def test_a_persons_key_does_not_depend_on_the_order_of_the_words(words: list[str], random: Random) -> None:
    """Surname first or last, in one box or in two: the same key."""
    shuffled = random.sample(words, len(words))
    assert person_key(" ".join(words)) == person_key(*shuffled)


def test_numbers_that_are_none_have_no_key() -> None:
    """Too short, too long, letters."""
    assert [number_key(text) for text in ("999410", "99941011", "999/41O1", "", "999//4101")] == [
        "",
        "",
        "",
        "",
        "9994101",
    ]


def test_r11_every_type_of_school_is_in_the_directory(store: Store) -> None:
    """R11: community schools and academies of the sample register, all found by number and one like the other."""
    samples = Path(__file__).parents[2] / "bot" / "demo"
    directory = Directory(store)
    directory.load_schools(next(samples.rglob("gias-extract.csv")).read_bytes())
    community, academy = directory.school("999101"), directory.school("999102")
    assert community is not None
    assert academy is not None
    assert (community.name, academy.name) == ("Oakfield High School", "St Brannoc's RC Academy")
    assert directory.find_school(number="999/4101") == community
    assert directory.find_school(number="999/4102") == academy
