"""The inbox: files that suppliers drop are handed in when they are whole, and moved to ``taken``. Nothing is ever deleted.

Belongs here: which files are taken together, and why others wait. Does not belong here: recognising one delivery (``plan``), copying
(``placing``), moving (``moves``) and what people are told (``inbox_status``).

A run that is killed takes nothing twice and loses nothing: what is in landing already is known by its content, and moves are noted first.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from orchestration.handing_in import archive
from orchestration.handing_in.inbox_status import write_status
from orchestration.handing_in.moves import finish_moves, move_away
from orchestration.handing_in.names import delivered_name, folder_problem, name_problem, shown
from orchestration.handing_in.placing import Placed, new_aside, place, remove_leftovers
from orchestration.handing_in.plan import Said, mapped_delivery, plan
from orchestration.handing_in.recognise import Found, contracts_naming, find_mappings, fit, period_end
from orchestration.handing_in.watching import TAKEN, Look, Stat, fingerprint, look
from orchestration.settings import Settings, UserError, make_folder

SETTLE_SECONDS = 10.0
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_NO_DAY = "no day stands in the file names: put the files in a folder named after the day they describe, such as 2025-12-31"


@dataclass(frozen=True)
class Taken:
    """Files of one municipality that were handed in, and what became of them."""

    municipality: str
    names: tuple[str, ...]
    placed: tuple[Placed, ...]


@dataclass
class Pass:
    """What one pass over the inbox did. ``waiting`` says for each path below the inbox why it waits."""

    taken: list[Taken] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Set:
    """Files that make one delivery, and how they were recognised (``None``: by the names of a contract)."""

    names: tuple[str, ...]
    found: Found | None
    day: dt.date | None


def take_in(settings: Settings, before: Look, now: Look) -> Pass:
    """One pass: hand in what did not change between the two looks and is complete."""
    result = Pass(waiting=dict(now.odd))
    pools: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in now.files:
        pools[(path.partition("/")[0], str(PurePosixPath(path).parent))].append(path)
    for (municipality, _), paths in sorted(pools.items()):
        arriving = [p for p in paths if before.files.get(p) != now.files[p]]
        for path in paths:
            if arriving:
                result.waiting[path] = "is still arriving" if path in arriving else "waits until the other files beside it have arrived"
        if not arriving:
            _Pool(settings, municipality, {settings.inbox / p: now.files[p] for p in paths}, result).take()
    for municipality in now.municipalities:
        write_status(settings, municipality, result.waiting)
    return result


def run_once(settings: Settings, settle_seconds: float | None = None) -> Pass:
    """Two looks some seconds apart, and one pass."""
    with _alone(settings):
        before = look(settings.inbox)
        if before.files:
            time.sleep(SETTLE_SECONDS if settle_seconds is None else settle_seconds)
        return take_in(settings, before, look(settings.inbox))


def watch(settings: Settings, tell: Callable[[Pass], None], settle_seconds: float = SETTLE_SECONDS) -> None:
    """Pass after pass until the process is ended. Where nothing changed, neither files nor mappings, nothing is done."""
    with _alone(settings):
        before, handled = look(settings.inbox), ""
        while True:
            time.sleep(settle_seconds)
            now = look(settings.inbox)
            state = fingerprint(settings, before, now)
            if state != handled:
                tell(take_in(settings, before, now))
                handled = state
            before = now


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process at a time takes from the inbox; the operating system drops the lock when it ends."""
    make_folder(settings.inbox, 0o700)
    make_folder(settings.aside, 0o700)
    handle = os.open(settings.aside / "inbox.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"Another process takes in files from {settings.inbox} already.") from None
        remove_leftovers(settings)
        finish_moves(settings)
        yield
    finally:
        os.close(handle)


class _Pool:
    """Files that lie beside each other and have all arrived."""

    def __init__(self, settings: Settings, municipality: str, files: dict[Path, Stat], result: Pass):
        self.settings, self.municipality, self.files, self.result = settings, municipality, files, result
        self.folder = next(iter(files)).parent

    def take(self) -> None:
        """Hand in every complete set; say of the others why they wait."""
        paths = self._well_named()
        archives = [p for p in paths if p.suffix.casefold() == ".zip"]
        for path in archives:
            self._take_archive(path)
        plain = {delivered_name(p.name): p for p in paths if p not in archives}
        if len(plain) < len(paths) - len(archives):
            self._wait([p for p in paths if p not in archives], "two names differ only in how their letters are written")
            return
        day = self._day_in(self.folder.name)
        sets, waiting = find_sets(self.settings, self.municipality, tuple(plain), day)
        for name, reason in waiting.items():
            self._wait([plain[name]], reason)
        for chosen in sets:
            originals = [plain[name] for name in chosen.names]
            with self._waiting_on_error(originals):
                self._done(originals, self._hand_in(chosen, originals))

    def _take_archive(self, path: Path) -> None:
        """All files of an archive, or none."""
        aside = new_aside(self.settings)
        try:
            with self._waiting_on_error([path]):
                files = {p.name: p for p in archive.unpack(path, aside)}
                day = self._day_in(path.name) or self._day_in(self.folder.name)
                sets, waiting = find_sets(self.settings, self.municipality, tuple(files), day)
                if waiting:
                    name, reason = next(iter(waiting.items()))
                    raise UserError(f"{shown(name)} in it: {reason}")
                placed = [p for chosen in sets for p in self._hand_in(chosen, [files[name] for name in chosen.names])]
                self._done([path], placed)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _hand_in(self, chosen: _Set, paths: Sequence[Path]) -> list[Placed]:
        said = Said(self.municipality, chosen.day)
        handed = mapped_delivery(self.settings, chosen.found, paths, said) if chosen.found else plan(self.settings, paths, said)
        return [place(self.settings, one) for one in handed]

    def _done(self, originals: Sequence[Path], placed: Sequence[Placed]) -> None:
        manifest = placed[-1].manifest
        name = f"{manifest.period_end.isoformat()}_{manifest.extract or manifest.source}_{manifest.content_sha256[:12]}"
        move_away(self.settings, {p: self.files[p] for p in originals}, self.settings.inbox / self.municipality / TAKEN / name)
        self.result.taken.append(Taken(self.municipality, tuple(p.name for p in originals), tuple(placed)))

    def _well_named(self) -> list[Path]:
        below = self.folder.relative_to(self.settings.inbox / self.municipality)
        if problem := folder_problem(below.name) if below.parts else None:
            self._wait(self.files, problem)
            return []
        good = []
        for path in self.files:
            if problem := name_problem(path.name):
                self._wait([path], problem)
            else:
                good.append(path)
        return good

    def _day_in(self, name: str) -> dt.date | None:
        for text in _DAY.findall(name):
            with contextlib.suppress(ValueError):
                return dt.date.fromisoformat(text)
        return None

    def _wait(self, paths: Sequence[Path] | dict[Path, Stat], reason: str) -> None:
        for path in paths:
            self.result.waiting[path.relative_to(self.settings.inbox).as_posix()] = reason

    @contextlib.contextmanager
    def _waiting_on_error(self, paths: Sequence[Path]) -> Iterator[None]:
        try:
            yield
        except UserError as error:
            self._wait(paths, str(error))
        except PermissionError:
            self._wait(paths, "may not be read or moved by the user that takes it in")


def find_sets(settings: Settings, municipality: str, names: Sequence[str], day: dt.date | None) -> tuple[list[_Set], dict[str, str]]:
    """Files that make deliveries, and for the others why they wait. A file that two mappings want is given to neither."""
    mappings, wrong = find_mappings(settings, municipality)
    sets = [s for found in mappings for s in _of_mapping(found, names, day)]
    claims = {name: [s for s in sets if name in s.names] for name in names}
    ready, waiting = [], {}
    for one in sets:
        rivals = sorted({s.found.name for name in one.names for s in claims[name]})
        if len(rivals) > 1:
            reason = f"the patterns of {' and '.join(rivals)} fit; make them differ, or use fjernlys deliver --mapping"
        else:
            reason = fit(one.found.mapping, one.names).problem() or ("" if one.day else _NO_DAY)
            reason = f"{one.found.name}: {reason}" if reason else ""
        if reason:
            waiting |= dict.fromkeys(one.names, reason)
        else:
            ready.append(one)
    rest = [name for name in names if not claims[name]]
    sources = {name: [c.source for c in contracts_naming([name]) if c.supplier == "municipality"] for name in rest}
    for name in rest:
        if not sources[name]:
            hint = f"; a mapping cannot be read: {wrong[0].splitlines()[0]}" if wrong else ""
            waiting[name] = f"no mapping's pattern and no contract's name fits it{hint}"
    for source in sorted({source for found in sources.values() for source in found}):
        own = tuple(name for name in rest if source in sources[name])
        if day is None:
            waiting |= dict.fromkeys(own, _NO_DAY)
        else:
            ready.append(_Set(own, None, day))
    return ready, waiting


def _of_mapping(found: Found, names: Sequence[str], day: dt.date | None) -> list[_Set]:
    """The files that a mapping's patterns fit, one set for each day that the names tell."""
    own = found.names(names)
    days = {name: period_end(found.mapping, name) for name in own}
    told = sorted({d for d in days.values() if d})
    if len(told) < 2:
        return [_Set(tuple(own), found, told[0] if told else day)] if own else []
    if not all(days.values()):  # whose day is it that the others do not tell?
        return [_Set(tuple(own), found, None)]
    return [_Set(tuple(name for name in own if days[name] == d), found, d) for d in told]
