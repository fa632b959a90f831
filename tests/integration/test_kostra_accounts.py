"""Each control of KOSTRA accounts: a line or a file that breaks it is found, a file that adds up is not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import deliver, settings_with_klass
from kostra_records import account_line

from orchestration.arrivals.gate import run_gate
from orchestration.kostra.registry import controls_of

YEAR = 2025
Changes = dict[str, str]

LINES: dict[str, list[Changes]] = {
    "K003": [{"skjema": "0M", "kontoklasse": "3"}],
    "K004": [{"aargang": "2024"}],
    "K005": [{"kvartal": "4"}],
    "K006": [{"region": "500100"}],
    "K009": [{"kontoklasse": "2"}],
    "K014": [{"belop": "     1,5"}],
    "K015": [{"funksjon_kapittel": "261"}, {"funksjon_kapittel": "261"}],
    "K020": [{"funksjon_kapittel": "841"}],
    "K025": [{"art_sektor": "512"}],
    "K030": [{"art_sektor": "285"}],
    "K035": [{"art_sektor": "920"}],
    "K040": [{"kontoklasse": "0", "funksjon_kapittel": "860"}],
    "K045": [{"kontoklasse": "0", "funksjon_kapittel": "100"}],
    "K050": [{"kontoklasse": "0", "art_sektor": "114"}],
    "K055": [{"kontoklasse": "0", "art_sektor": "650"}],
    "K060": [{"kontoklasse": "0", "art_sektor": "729"}],
    "K065": [{"art_sektor": "980"}, {"funksjon_kapittel": "899", "art_sektor": "020"}],
    "K070": [{"art_sektor": "530"}],
    "K075": [{"art_sektor": "871"}],
    "K080": [{"art_sektor": "800"}],
    "K081": [{"funksjon_kapittel": "850", "art_sektor": "010"}],
}
NEARLY: dict[str, list[Changes]] = {
    "K005": [{"kvartal": " "}],
    "K015": [{"funksjon_kapittel": "254"}, {"funksjon_kapittel": "254", "belop": "        0"}],
    "K020": [{"kontoklasse": "0", "funksjon_kapittel": "841"}, {"funksjon_kapittel": "841", "belop": "        0"}],
    "K025": [{"kontoklasse": "0", "art_sektor": "512"}],
    "K040": [{"funksjon_kapittel": "860"}],
    "K050": [{"art_sektor": "114"}],
    "K060": [{"kontoklasse": "0", "art_sektor": "729", "funksjon_kapittel": "841"}],
    "K065": [{"art_sektor": "980", "funksjon_kapittel": "899"}],
    "K070": [{"art_sektor": "530", "funksjon_kapittel": "880"}],
    "K075": [{"art_sektor": "871", "funksjon_kapittel": "800"}],
    "K080": [{"art_sektor": "800", "funksjon_kapittel": "840"}],
    "K081": [{"art_sektor": "810", "funksjon_kapittel": "850"}],
}

Account = tuple[str, str, str, str]
# Form, class, function, type: amounts that add up.
WHOLE: dict[Account, int] = {
    ("0A", "1", "265", "010"): 1000,
    ("0A", "1", "265", "590"): 50,
    ("0A", "1", "860", "990"): -50,
    ("0A", "1", "800", "870"): -700,
    ("0A", "1", "840", "800"): -350,
    ("0A", "1", "880", "570"): 50,
    ("0A", "0", "265", "230"): 150,
    ("0A", "0", "880", "970"): -50,
    ("0A", "0", "265", "700"): -100,
}
SHEET: dict[Account, int] = {
    ("0B", "2", "10", "000"): 500,
    ("0B", "2", "21", "320"): 300,
    ("0B", "2", "5990", "000"): -800,
    ("0B", "2", "9100", "000"): 40,
    ("0B", "2", "9999", "000"): -40,
}
SUMS: dict[str, dict[Account, int]] = {
    "K085": WHOLE | {("0A", "0", "265", "230"): 0},
    "K090": WHOLE | {("0A", "0", "880", "970"): 0, ("0A", "0", "265", "700"): 0},
    "K095": WHOLE | {("0A", "0", "265", "230"): 181},
    "K100": WHOLE | {("0A", "1", "265", "010"): -200},
    "K105": WHOLE | {("0A", "1", "800", "870"): 1000},
    "K110": WHOLE | {("0A", "1", "265", "010"): 1031},
    "K115": SHEET | {("0B", "2", "10", "000"): -300},
    "K120": SHEET | {("0B", "2", "5990", "000"): 800},
    "K125": SHEET | {("0B", "2", "10", "000"): 511},
    "K126": WHOLE | {("0A", "1", "120", "298"): 11},
    "K127": WHOLE | {("0A", "0", "120", "298"): 30, ("0A", "0", "120", "798"): -41},
    "K130": WHOLE | {("0A", "1", "800", "870"): 0},
    "K135": WHOLE | {("0A", "1", "840", "800"): 0},
    "K140": WHOLE | {("0A", "1", "880", "570"): 81},
    "K145": WHOLE | {("0A", "1", "860", "990"): -50, ("0A", "1", "860 ", "990"): 50},
    "K150": WHOLE | {("0A", "1", "265", "590"): 50, ("0A", "1", "261", "590"): -50},
    "K155": WHOLE | {("0A", "1", "265", "590"): 81},
    "K160": WHOLE | {("0A", "1", "870", "590"): 1},
    "K165": WHOLE | {("0A", "1", "265", "990"): -1},
    "K170": WHOLE | {("0A", "0", "290", "230"): 31},
    "K175": WHOLE | {("0A", "1", "290", "010"): -31},
    "K180": {("0C", "0", "465", "230"): 31},
    "K185": {("0C", "1", "465", "010"): 31},
    "K190": SHEET | {("0B", "2", "9999", "000"): -9},
}
SUPPLIERS = ("1804", "1806", "1811", "1812", "1813", "1815", "1816", "1818", "1820", "1822", "1824", "1825", "1826", "1827", "1828")
SUPPLIERS += ("1832", "1833", "1834", "1835", "1836", "1837", "1838", "1839", "1840", "1841", "1845", "1848")


def accounts(region: str, amounts: dict[Account, int]) -> tuple[str, bytes]:
    """A file with one line for each amount, and its name."""
    form = next(iter(amounts))[0]
    lines = [
        account_line(YEAR, region=f"{region}00", skjema=f, kontoklasse=c, funksjon_kapittel=function, art_sektor=t, belop=f"{amount:9d}")
        for (f, c, function, t), amount in amounts.items()
    ]
    return f"{form}_V{YEAR}_K0_R{region}00.dat", b"\n".join(lines)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[tuple[str, str], set[int | None]], dict[tuple[str, str], set[int]]]:
    """Lines found by file and control, and the lines of each case, in one run of the gate."""
    settings = settings_with_klass(tmp_path_factory.mktemp("accounts"), tmp_path_factory)
    lines, places = [account_line(YEAR, funksjon_kapittel="242")], {}
    for kind, table in (("breaks", LINES), ("nearly", NEARLY)):
        for control, records in table.items():
            for number, changes in enumerate(records):
                own = {"funksjon_kapittel": f"{100 + len(lines) + number:d}"} if control in ("K003", "K004", "K006", "K009", "K014") else {}
                lines.append(account_line(YEAR, **(own | changes)))
                places.setdefault((kind, control), set()).add(len(lines))
    files = {"1804": {f"0A_V{YEAR}_K0_R180400.dat": b"\n".join(lines)}}
    files["1806"] = dict([accounts("1806", WHOLE), accounts("1806", SHEET)])
    oslo = ("K126", "K127")
    rest = iter(SUPPLIERS[2:])
    for control, amounts in SUMS.items():
        if control not in oslo:
            region = next(rest)
            name, content = accounts(region, amounts)
            files[region] = {name: content}
            places["file", control] = name
    both = SUMS["K126"] | SUMS["K127"]
    name, content = accounts("0301", both)
    files["0301"] = {name: content}
    places |= {("file", control): name for control in oslo}
    signed = [
        account_line(YEAR, skjema="0B", region="184800", kontoklasse="2", funksjon_kapittel="5900", art_sektor="000", belop="      -10")
    ]
    signed += [
        account_line(YEAR, skjema="0B", region="184800", kontoklasse="2", funksjon_kapittel="5970", art_sektor="000", belop="       10")
    ]
    files["1848"] = {f"0B_V{YEAR}_K0_R184800.dat": b"\n".join(signed)}
    for supplier, content in files.items():
        deliver(settings, "kostra_accounts", supplier, content, (dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)), dt.datetime(YEAR + 1, 1, 20))
    run_gate(settings)
    found: dict[tuple[str, str], set[int | None]] = {}
    for name in ("rows", "controls"):
        query = f"SELECT file_name, rule_id, line_number FROM '{settings.quarantine}/*/*/{name}.parquet'"
        for file_name, rule_id, line in duckdb.sql(query).fetchall():
            found.setdefault((file_name, rule_id.removeprefix("REG-")), set()).add(line)
    return found, places


@pytest.mark.parametrize("control", LINES)
def test_a_line_that_breaks_a_control_is_found(control: str, result: tuple) -> None:
    found, places = result
    here = found[f"0A_V{YEAR}_K0_R180400.dat", control]
    assert here >= places["breaks", control]
    assert not here & ({1} | places.get(("nearly", control), set()))


@pytest.mark.parametrize("control", SUMS)
def test_a_file_that_does_not_add_up_is_found_and_one_that_does_is_not(control: str, result: tuple) -> None:
    found, places = result
    assert found[places["file", control], control] == {None}
    assert not any((f"{form}_V{YEAR}_K0_R180600.dat", control) in found for form in ("0A", "0B"))


def test_a_chapter_with_the_wrong_sign_is_found(result: tuple) -> None:
    assert result[0][f"0B_V{YEAR}_K0_R184800.dat", "K016"] == {1}


def test_all_controls_of_accounts_are_tried() -> None:
    tried = {*LINES, *SUMS, "K016"}
    assert tried == {c.control for c in controls_of("REG") if c.scope != "layout"}


def test_the_sample_of_statistics_norway(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its figures are altered, so that its sums do not agree; no line is kept back."""
    settings = settings_with_klass(tmp_path, tmp_path_factory)
    name = "0A_V2019_K4_R040200_OK.dat"
    content = (Path(__file__).parent / "data" / name).read_bytes()
    deliver(settings, "kostra_accounts", "0402", {name: content}, (dt.date(2019, 1, 1), dt.date(2019, 12, 31)))
    assert run_gate(settings).rows_quarantined == 0
    found = duckdb.sql(
        f"SELECT rule_id, count(line_number), any_value(detail) FROM '{settings.quarantine}/*/*/controls.parquet' GROUP BY 1"
    )
    assert sorted(found.fetchall()) == [("REG-K095", 0, "113385"), ("REG-K110", 0, "35838"), ("REG-K170", 0, "97")]
