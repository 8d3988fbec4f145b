"""A table that keeps what was used last and lets go of the rest, so that memory stays bounded."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

KEPT = 10_000
"""How many entries a table keeps, unless it is told otherwise."""


class Recent(Generic[K, V]):
    """At most `kept` entries; the longest unused go."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """What is kept under `key`, if anything."""
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: K, value: V) -> None:
        """Keep `value` under `key`, in place of what was there."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._kept:
            self._entries.popitem(last=False)

    def setdefault(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under `key`, made where nothing is."""
        if key not in self._entries:
            self.put(key, make())
        self._entries.move_to_end(key)
        return self._entries[key]

    def values(self) -> Iterable[V]:
        """All that is kept."""
        return self._entries.values()

    def change(self, changed: Callable[[V], V]) -> None:
        """Keep what `changed` makes of each value in its place, without counting that as a use."""
        for key, value in self._entries.items():
            self._entries[key] = changed(value)

    def pop(self, key: K) -> V | None:
        """What was kept under `key`, if anything; it is no longer."""
        return self._entries.pop(key, None)
