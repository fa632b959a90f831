"""A zip archive of files, taken apart safely.

Belongs here: what may be in an archive and getting it out within limits. Does not belong here: what the files are.

An archive is judged before anything of it is unpacked, and what it says about sizes is not trusted while unpacking.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from orchestration.handing_in.names import delivered_name, name_problem, shown
from orchestration.settings import UserError

MAX_FILES = 200
MAX_BYTES = 20 * 1024**3
MAX_RATIO = 200
_SMALL = 10 * 1024**2  # so little is never a bomb
_CHUNK = 1024**2
_OLD_NAMES = "cp865"  # Nordic letters in archives that do not say that their names are UTF-8, as Windows packs them
_MADE_BY_SYSTEMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpack(archive: Path, folder: Path, max_bytes: int = MAX_BYTES) -> list[Path]:
    """Files of an archive, in a folder that exists and is empty. Folders in the archive are left out of the names."""
    name = shown(archive.name)
    try:
        with zipfile.ZipFile(archive, metadata_encoding=_OLD_NAMES) as package:
            entries = [e for e in package.infolist() if not e.is_dir() and not _is_made_by_system(e.filename)]
            _judge(name, entries, max_bytes)
            return [_unpacked(name, package, entry, folder) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, RuntimeError, ValueError) as error:
        raise UserError(f"{name}: the archive cannot be taken apart ({type(error).__name__}); pack it again as .zip.") from None


def _is_made_by_system(name: str) -> bool:
    return name.startswith(_MADE_BY_SYSTEMS[0]) or PurePosixPath(name).name in _MADE_BY_SYSTEMS


def _judge(archive: str, entries: list[zipfile.ZipInfo], max_bytes: int) -> None:
    if not entries:
        raise UserError(f"{archive}: the archive holds no files.")
    if len(entries) > MAX_FILES:
        raise UserError(f"{archive}: the archive holds {len(entries)} files; at most {MAX_FILES} are taken.")
    seen: set[str] = set()
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        problem = name_problem(delivered_name(path.name))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            problem = "a name leads out of the archive"
        elif stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            problem = "a link or device stands where a file should be"
        elif entry.flag_bits & 1:
            problem = "the archive has a password; send it without one"
        elif path.name.casefold().endswith(".zip"):
            problem = "an archive in the archive; pack the files themselves"
        elif path.name.casefold() in seen:
            problem = "two files have the same name"
        if problem:
            raise UserError(f"{archive}: {shown(path.name)}: {problem}.")
        seen.add(path.name.casefold())
    large = sum(e.file_size for e in entries)
    if large > max_bytes or any(e.file_size > max(_SMALL, MAX_RATIO * e.compress_size) for e in entries):
        raise UserError(f"{archive}: unpacked the archive is larger than is taken ({max_bytes // 1024**2} MB), or packed too tightly.")


def _unpacked(archive: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> Path:
    target = folder / delivered_name(PurePosixPath(entry.filename.replace("\\", "/")).name)
    left = entry.file_size
    with package.open(entry) as source, target.open("xb") as copy:
        while block := source.read(_CHUNK):
            left -= len(block)
            if left < 0:
                raise UserError(f"{archive}: a file is larger than the archive says.")
            copy.write(block)
    return target
