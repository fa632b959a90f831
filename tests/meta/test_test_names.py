"""Names of test modules: pytest imports them by name alone, so that two of one name cannot be collected together."""

from __future__ import annotations

from collections import Counter

from orchestration.settings import PROJECT_ROOT


def test_no_two_test_modules_have_one_name() -> None:
    names = Counter(path.name for path in (PROJECT_ROOT / "tests").rglob("test_*.py"))
    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []
