"""Handing in and trying out extracts with a mapping: the mapping found, the day read, the target groups sent along."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import mapped_files
import pytest
from arrival_deliveries import RECEIVED, files_of, settings_in, settings_with_klass
from mapped_files import HOMES, MAPPING, STREETS, with_mapping

from orchestration.arrivals.gate import run_gate
from orchestration.handing_in.check_page import as_page
from orchestration.handing_in.checking import check
from orchestration.handing_in.deliver import deliver
from orchestration.handing_in.plan import Said
from orchestration.settings import Settings, UserError

SAID = Said("1804", received_at=RECEIVED)
ROWS = [
    {"local_group_code": "RUS", "local_label_nb": 'Rus; og "psyk"', "scheme": "form_2009", "scheme_code": "2", "certainty": "exact"},
    {"local_group_code": "RUS", "local_label_nb": 'Rus; og "psyk"', "scheme": "form_2020", "scheme_code": "", "certainty": "no_place"},
]


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_mapping(settings_with_klass(tmp_path, tmp_path_factory), tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return _written(tmp_path / "export", mapped_files.files())


def _written(folder: Path, contents: dict[str, bytes]) -> list[Path]:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _groups(folder: Path) -> list[dict[str, str]]:
    with (folder / "local_groups.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=";"))
    return [{k: row[k] for k in ROWS[0]} for row in rows]


def test_an_extract_goes_with_its_mapping_and_its_groups_through_the_gate(settings, files):
    groups, homes = deliver(settings, files, SAID)
    assert homes.folder.name == f"2024-12-31_homes_{homes.manifest.content_sha256[:12]}"
    assert (homes.manifest.extract, [f.name for f in homes.manifest.files]) == ("homes", [HOMES, STREETS, "mapping.yml"])
    assert (homes.folder / "mapping.yml").read_text(encoding="utf-8") == MAPPING
    assert (groups.manifest.source, _groups(groups.folder)) == ("group_mapping", ROWS)
    result = run_gate(settings)
    assert not result.refused
    counts = {f.file_name: (f.accepted_count, f.quarantined_count, f.excluded_by_rule) for r in result.accepted for f in r.files}
    assert counts == {"local_groups.csv": (2, 0, {}), HOMES: (2, 0, {"X002 garage": 1}), STREETS: (0, 0, {"X001": 1})}


def test_groups_that_count_already_are_not_sent_again(settings, files, tmp_path):
    deliver(settings, files, SAID)
    next_year = _written(tmp_path / "2025", {"homes_20251231.csv": mapped_files.homes(), STREETS: mapped_files.streets()})
    said = replace(SAID, received_at=dt.datetime(2026, 1, 15))
    assert [p.manifest.source for p in deliver(settings, next_year, said)] == ["municipal"], "they wait in landing"
    assert not run_gate(settings).refused
    again = _written(tmp_path / "2026", {"homes_20251230.csv": mapped_files.homes(), STREETS: mapped_files.streets()})
    assert [p.manifest.source for p in deliver(settings, again, said)] == ["municipal"], "they are in raw"


def test_changed_groups_keep_those_that_another_extract_or_a_person_sent(settings, files, tmp_path):
    by_hand = _written(tmp_path / "by_hand", files_of("group_mapping"))
    deliver(settings, by_hand, replace(SAID, period_end=dt.date(2024, 12, 31)))
    run_gate(settings)
    groups, _ = deliver(settings, files, SAID)
    assert [(r["local_group_code"], r["scheme"]) for r in _groups(groups.folder)] == [
        ("A", "form_2009"),
        ("RUS", "form_2009"),
        ("RUS", "form_2020"),
    ]
    changed = with_mapping(settings, tmp_path, MAPPING.replace('code: "2"', 'code: "3"'))
    groups, _ = deliver(changed, files, SAID)
    assert [r["scheme_code"] for r in _groups(groups.folder)] == ["2", "3", ""], "A keeps 2, RUS is 3 now"


def test_an_older_snapshot_does_not_make_its_groups_older_than_those_that_count(settings, files, tmp_path):
    deliver(settings, files, SAID)
    old = _written(tmp_path / "old", {"homes_20201231.csv": mapped_files.homes(), STREETS: mapped_files.streets()})
    changed = with_mapping(settings, tmp_path, MAPPING.replace('code: "2"', 'code: "3"'))
    groups, homes = deliver(changed, old, replace(SAID, received_at=dt.datetime(2021, 1, 15)))
    assert (str(homes.manifest.period_end), str(groups.manifest.period_end)) == ("2020-12-31", "2024-12-31")
    assert groups.manifest.received_at == RECEIVED


def test_the_mapping_may_be_named_by_extract_folder_or_path(settings, files, tmp_path):
    path = tmp_path / "mappings" / "1804" / "homes.yml"
    for name in ("homes", "1804/homes", str(path)):
        placed = deliver(settings, files, replace(SAID, mapping=name), dry_run=True)
        assert placed[-1].manifest.extract == "homes"
    assert deliver(settings, files, replace(SAID, municipality=None), dry_run=True)[-1].manifest.supplier == "1804"


@pytest.mark.parametrize(
    ("said", "names", "says"),
    [
        (SAID, [HOMES], "no mapping fits exactly these files.\n1804/homes: also needed: streets (named as streets.*\\.csv)."),
        (SAID, [HOMES, STREETS, "letter.txt"], "no mapping's patterns and no contract's names fit these files"),
        (replace(SAID, mapping="homes"), [HOMES, STREETS, "letter.txt"], "no pattern of the mapping fits letter.txt"),
        (replace(SAID, mapping="homes"), [HOMES, STREETS, "streets_2.csv"], "more than one file is named as streets"),
        (replace(SAID, mapping="homse"), [HOMES, STREETS], "there is no mapping 'homse' in"),
        (replace(SAID, municipality="5001"), [HOMES, STREETS], "no mapping's patterns"),
        (replace(SAID, municipality="5001", mapping="1804/homes"), [HOMES, STREETS], "the mapping is that of 1804, not of 5001"),
        (replace(SAID, period_end=dt.date(2024, 1, 1)), [HOMES, STREETS], "2024-01-01 is not the day in the file name, 2024-12-31"),
        (replace(SAID, mapping="homes", source="municipal"), [HOMES, STREETS], "not both: a mapping names its source"),
    ],
)
def test_what_does_not_fit_is_said(settings, tmp_path, said: Said, names: list[str], says: str):
    files = _written(tmp_path / "export", dict.fromkeys(names, b"x"))
    with pytest.raises(UserError) as error:
        deliver(settings, files, said)
    assert says in str(error.value)


def test_a_systems_mapping_is_not_asked_for_files_named_as_the_contract_names_them(settings, tmp_path):
    text = MAPPING.replace('municipality: "1804"\n', "").replace(r"homes_\d{8}\.csv", r"dwellings\.csv").replace("streets.*", "tenancies")
    with_mapping(settings, tmp_path, text.replace("extract: homes", "extract: plain"), "plain/plain.yml")
    files = _written(tmp_path / "export", files_of("municipal"))
    (placed,) = deliver(settings, files, replace(SAID, period_end=dt.date(2024, 12, 31)))
    assert placed.manifest.extract is None


def test_an_extract_is_checked_in_the_suppliers_own_words(tmp_path):
    settings = with_mapping(settings_in(tmp_path), tmp_path)
    rows = ("1;7;3;N;B;7500,50", "2;7;5;X;B;", "3;8;9;N;B;", "4;7;9;N;B;12.5", "5;7;1;N;G;")
    files = _written(tmp_path / "export", {HOMES: mapped_files.homes(*rows), STREETS: mapped_files.streets()})
    groups, homes = check(settings, files, Said("1804")).deliveries
    assert (groups.source, groups.verdict, homes.verdict) == ("group_mapping", "accepted", "accepted_with_rows_to_mend")
    assert [(p.rule_id, p.field_name, p.lines, p.reason) for p in homes.problems] == [
        ("R004", "monthly_rent_nok", (5,), "rent: must be a number with decimal comma"),
        ("R011", "is_secret_address", (3,), "secret: the code has no meaning in the mapping; add it to values, or correct the row"),
        ("R012", "address", (4,), "street.name, number: street is not found in streets"),
    ]
    page = as_page(check(settings, files, Said("1804")))
    for words in (
        "<td>X002 garage</td>",
        "rent: skal være et tall med desimalkomma",
        "street finnes ikke i streets",
        "Utelatt etter avtale",
    ):
        assert words in page


def test_a_refused_extract_tells_the_file_and_column(tmp_path):
    settings = with_mapping(settings_in(tmp_path), tmp_path)
    files = _written(tmp_path / "export", {HOMES: b"id;street\r\n1;7\r\n", STREETS: mapped_files.streets()})
    homes = check(settings, files, Said("1804")).deliveries[-1]
    assert (homes.rule_id, homes.title_rule_nb) == ("F007", "Kolonne mangler")
    assert homes.reason.startswith(f"{HOMES}, line 1: ") and "number" in homes.reason
