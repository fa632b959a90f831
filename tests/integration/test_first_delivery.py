"""The first delivery as the page for suppliers tells it: each command answers what stands there."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from arrival_deliveries import settings_in, synthetic_id

from orchestration.handing_in.check_text import as_text
from orchestration.handing_in.checking import check
from orchestration.handing_in.deliver import deliver, told
from orchestration.handing_in.inbox import run_once
from orchestration.handing_in.inbox_status import lines
from orchestration.handing_in.plan import Said
from orchestration.onboarding.onboard import onboard
from orchestration.settings import PROJECT_ROOT, Settings, UserError

PAGE = (PROJECT_ROOT / "docs" / "deliver-data.md").read_text(encoding="utf-8")
HOMES, TENANCIES = "boliger_20251231.csv", "leieforhold_20251231.csv"
SAID = Said("5001", received_at=dt.datetime(2026, 1, 21, 14, 10, 14))
_TENURES = (
    ("Eid", "Selveid"),
    ("Eid", "Borettslag"),
    ("Eid", "Selveid"),
    ("Innleid", "Innleie privat"),
    ("Tilvisning", "Tilvisningsavtale"),
)
_CATEGORIES = ("Ordinær", "Ordinær", "Tilrettelagt", "Døgnbemannet")


def _homes() -> bytes:
    """180 dwellings; the number of rooms of one is no number."""
    found = ["Bolignr;Bruksenhet;Gateadresse;Postnr;Hemmelig adresse;Eierform;Eierformtype;Boligkategori;Rom;BRA;Rullestol;Forvalter"]
    found[0] += ";Månedsleie;Disponert fra"
    for n in range(1, 181):
        tenure, kind = _TENURES[n % 5]
        place = f"{1000 + n};H0{1 + n % 4}0{1 + n % 3};Møllevegen {n};{7010 + n % 30};{'J' if n % 37 == 0 else 'N'}"
        rooms = "3 rom" if n == 57 else str(1 + n % 4)
        use = f"{tenure};{kind};{_CATEGORIES[n % 4]};{rooms};{38 + n % 50},5;{'Ja' if n % 3 else 'Nei'};Bolig {'Øst' if n % 2 else 'Vest'}"
        found.append(f"{place};{use};{6000 + n * 11},50;{1 + n % 28:02d}.{1 + n % 12:02d}.{1995 + n % 25}")
    return ("\r\n".join(found) + "\r\n").encode("latin-1")


def _tenancies() -> bytes:
    """162 tenancies; one ends before it begins, seven have no national id."""
    found = ["Leieforholdnr;Bolignr;Husstandnr;Fødselsnr;Kontraktstype;Innflyttet;Utflyttet;Hjemmel;Tildelt av"]
    for n in (n for n in range(1, 181) if n % 10):
        ended = f"15.11.{2017 if n == 66 else 2025}" if n % 6 == 0 else ""
        who = f"L{n};{1000 + n};H{n};{'' if n % 23 == 0 else synthetic_id(n)}"
        when = f"{'Tidsubestemt' if n % 3 == 0 else 'Treårig'};{1 + n % 28:02d}.{1 + n * 7 % 12:02d}.{2018 + n % 7};{ended}"
        law = ("HOL", "Sosialtjenesteloven", "Ingen")[n % 3]
        found.append(f"{who};{when};{law};{'Boligkontor' if n % 2 else 'Helse- og velferdskontor'}")
    return ("\r\n".join(found) + "\r\n").encode("latin-1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "mappings").mkdir()
    return replace(settings_in(tmp_path), mappings=tmp_path / "mappings")


def _answer(command: str) -> str:
    """What the page says that a command answers."""
    found = re.search(rf"```\n\$ fjernlys {re.escape(command)}[^\n]*\n(.*?)```", PAGE, re.DOTALL)
    assert found, command
    return found[1].strip()


def _without_sizes(text: str) -> str:
    """Sizes and content hash change with every word of the draft's comments."""
    return re.sub(r"\d+ bytes|_[0-9a-f]{12}", "#", text)


def _fill_in(mapping: Path) -> None:
    """What step 3 says, done to the draft; the fields are those of the page."""
    draft = mapping.read_text(encoding="utf-8")
    draft = draft.replace("'Innleie privat': FILL_IN", "'Innleie privat': private_rental")
    for line in re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1].splitlines():
        name = line.strip().partition(":")[0]
        draft = re.sub(rf"\n      (# )?{name}:[^\n]*", f"\n{line}", draft)
    mapping.write_text(draft, encoding="utf-8")


def test_the_page_is_true_from_the_sample_to_the_delivery_and_the_inbox(settings: Settings, tmp_path: Path):
    def shown(text: str) -> str:
        return re.sub(rf"{re.escape(str(tmp_path))}/(home/)?", "", text).strip()

    for name, content in ((HOMES, _homes()), (TENANCIES, _tenancies())):
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / HOMES, tmp_path / TENANCIES]

    assert shown(onboard(settings, files, "municipal", "5001", None).report) == _answer("onboard")
    with pytest.raises(UserError, match="still to be filled in"):
        check(settings, files, SAID)
    _fill_in(settings.mappings / "5001" / "boliger.yml")
    assert as_text(check(settings, files, SAID)).strip() == _answer("check-delivery")

    files[0].write_bytes(_homes().replace(b"3 rom", b"3"))
    files[1].write_bytes(_tenancies().replace(b"15.11.2017", b"15.11.2025"))
    assert check(settings, files, SAID).exit_code == 0
    (placed,) = deliver(settings, files, SAID)
    assert _without_sizes(shown("\n".join(told(placed)))) == _without_sizes(_answer("deliver"))

    inbox = settings.inbox / "5001"
    inbox.mkdir(parents=True)
    (inbox / "boliger_20261030.csv").write_bytes(_homes())
    assert "\n".join(lines(run_once(settings, 0.0))) == _answer("inbox")
