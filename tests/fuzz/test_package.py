"""Fuzz target one, the package: changed bytes of a zip end in a page or in a named refusal, never in another error."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from tests.fuzz.corpus import PARTS_OF_ALL, SEEDS, fuzzing, packed, parts, seed

WORDS = [
    b"",
    b"\x00" * 4,
    b"\xff" * 4,
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"../../etc/passwd",
    b"\xff\xfe",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b'Target="NULL"',
    b'TargetMode="External"',
    b"word\\document.xml",
]

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(WORDS), st.binary(max_size=6))),
    min_size=1,
    max_size=8,
)


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Bytes with stretches replaced: place (as a share of the whole), length taken out, bytes put in."""
    for place, taken, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


def ends_well(data: bytes) -> None:
    """The form is read, or refused by name."""
    with contextlib.suppress(forms.FormError):
        forms.page(data)


@pytest.mark.timeout(900)
@fuzzing
@given(name=st.sampled_from(SEEDS), changes=edits)
def test_any_change_of_the_archive_ends_well(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    """Headers, lengths, names, checksums and compressed data: anything may be wrong."""
    ends_well(edited(seed(name), changes))


@pytest.mark.timeout(900)
@fuzzing
@given(name=st.sampled_from(SEEDS), end=st.floats(0, 1), changes=edits)
def test_a_directory_that_lies_ends_well(
    name: str, end: float, changes: list[tuple[float, int, bytes]]
) -> None:
    """The last kilobytes hold the archive's directory: sizes, offsets and names that are not so."""
    data = seed(name)
    split = len(data) - int(end * 2000)
    ends_well(data[:split] + edited(data[split:], changes))


@pytest.mark.timeout(900)
@fuzzing
@given(
    name=st.sampled_from(SEEDS),
    part=st.sampled_from(PARTS_OF_ALL),
    changes=edits,
    gone=st.sets(st.sampled_from(PARTS_OF_ALL), max_size=2),
)
def test_a_part_of_any_bytes_ends_well(
    name: str, part: str, changes: list[tuple[float, int, bytes]], gone: set[str]
) -> None:
    """Parts that are absent, or are no XML, in an archive that is whole."""
    contents = {key: value for key, value in parts(name).items() if key not in gone}
    if part in contents:
        contents[part] = edited(contents[part], changes)
    ends_well(packed(contents))
