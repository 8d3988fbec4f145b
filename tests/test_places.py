"""Known hashes in half the bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import places
from bot.places import ordered, packed, unpacked

HASHES = st.lists(st.integers(0, (1 << 32) - 1), unique=True, max_size=300)


@given(HASHES.filter(bool), HASHES)
def test_hashes_are_found_where_they_stand_and_no_others_are(known: list[int], others: list[int]) -> None:
    hashes = np.array(known, np.uint32)
    begins, halves = packed(hashes[ordered(hashes)])
    stored = unpacked(begins, halves)
    assert sorted(stored.tolist()) == sorted(known)
    wanted = np.array([*known, *others], np.uint32)
    at, is_known = places.places(begins, halves, wanted)
    assert is_known.tolist() == np.isin(wanted, hashes).tolist()
    assert stored[at[is_known]].tolist() == wanted[is_known].tolist()


def test_many_are_looked_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_AT_A_TIME", 7)
    hashes = np.arange(0, 100_000, 3, dtype=np.uint32)
    at, is_known = places.places(*packed(hashes[ordered(hashes)]), np.arange(100, dtype=np.uint32))
    assert is_known.tolist() == [i % 3 == 0 for i in range(100)]
    assert hashes[ordered(hashes)][at[is_known]].tolist() == list(range(0, 100, 3))
