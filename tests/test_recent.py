from bot.recent import Recent


def test_the_longest_unused_goes() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_what_is_missing_is_made_once() -> None:
    recent: Recent[str, list[int]] = Recent()
    recent.setdefault("a", list).append(1)
    recent.setdefault("a", list).append(2)
    assert "a" in recent
    assert recent.pop("a") == [1, 2]
    assert recent.pop("a") is None
