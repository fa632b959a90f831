"""Numbers of lines as people write them.

Belongs here: from what was written to the line that is meant, or to those that may be. Does not belong here: what a line
is (``seeds/form``).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_FEW = 5


def meant_line(written: str, lines: Sequence[str]) -> str | None:
    """The line that is meant, whatever the case of its letters and the blanks around it; ``None`` where there is none."""
    return next((line for line in lines if line.casefold() == written.strip().casefold()), None)


def nearest(written: str, lines: Sequence[str]) -> str:
    """A sentence that names the few lines nearest to what was written; where none is near, the first of them and how many there are."""
    wanted = written.strip().casefold()
    by_name = {line.casefold(): line for line in dict.fromkeys(lines)}
    begins = [name for name in by_name if wanted and (name.startswith(wanted) or wanted.startswith(f"{name}."))]
    near = list(dict.fromkeys([*difflib.get_close_matches(wanted, by_name, _FEW, 0.5), *begins]))[:_FEW]
    if near:
        return f"Nearest: {', '.join(by_name[name] for name in near)}."
    first = list(by_name.values())
    more = f" and {len(first) - _FEW} more" if len(first) > _FEW else ""
    return f"Lines there are: {', '.join(first[:_FEW])}{more}."
