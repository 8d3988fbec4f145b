"""Where hashes of 32 bits stand among the known ones, which take 16 bits each.

A table of buckets by the upper half of a hash; in each, the lower halves. Hashes are first multiplied by an odd number
(Knuth, "The Art of Computer Programming", vol. 3, 6.4), which spreads them evenly over the buckets and loses nothing.
"""

import numpy as np
from numpy.typing import NDArray

_SPREAD, _BACK = np.uint32(2654435761), np.uint32(244002641)
"""Factors that undo each other modulo 2^32."""

_HALF = 16
_BUCKETS = 1 << _HALF
_AT_A_TIME = 10_000
"""Of how many hashes the buckets are looked through together: training has millions."""

Hashes = NDArray[np.uint32]


def ordered(hashes: Hashes) -> NDArray[np.intp]:
    """The order in which different `hashes` (g) are packed (g)."""
    return (hashes * _SPREAD).argsort()


def packed(hashes: Hashes) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Where each bucket of `hashes` (g, one at least; they are `ordered`) begins, and last where all end (65,537), and
    the lower halves (g)."""
    spread = hashes * _SPREAD
    begins = (spread >> _HALF).searchsorted(np.arange(_BUCKETS + 1)).astype(np.uint32)
    return begins, spread.astype(np.uint16)


def unpacked(begins: NDArray[np.uint32], halves: NDArray[np.uint16]) -> Hashes:
    """The hashes (g) that were `packed`."""
    upper = np.arange(_BUCKETS, dtype=np.uint32).repeat(np.diff(begins))
    return np.asarray((upper << _HALF | halves) * _BACK, np.uint32)


def places(
    begins: NDArray[np.uint32], halves: NDArray[np.uint16], wanted: Hashes
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each of `wanted` (m) stands among the `packed`, and whether it is one of them (m)."""
    parts = [_places(begins, halves, wanted[i : i + _AT_A_TIME]) for i in range(0, max(len(wanted), 1), _AT_A_TIME)]
    if len(parts) == 1:
        return parts[0]
    at, known = zip(*parts, strict=True)
    return np.concatenate(at), np.concatenate(known)


def _places(
    begins: NDArray[np.uint32], halves: NDArray[np.uint16], wanted: Hashes
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    spread = wanted * _SPREAD
    bucket = spread >> _HALF
    begin, end = begins[bucket], begins[bucket + np.uint32(1)]
    looked = begin[:, None] + np.arange((end - begin).max(initial=1), dtype=np.uint32)
    same = halves.take(looked, mode="clip") == spread.astype(np.uint16)[:, None]
    same &= looked < end[:, None]
    first = same.argmax(axis=1)
    return begin + first, same[np.arange(len(same)), first]
