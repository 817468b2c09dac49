"""Results that all sessions share are bounded: those used longest ago go first."""

from __future__ import annotations

from genoviz.ui.frame.shared import SharedResults


def test_what_was_used_longest_ago_is_dropped() -> None:
    kept = SharedResults(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
