"""``fjernlys check-delivery``: what must be mended, exactly, and nothing of it kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from arrival_deliveries import PERIOD, csv_bytes, deliver, files_of, line, settings_in, settings_with_klass, synthetic_id
from kostra_records import record

from orchestration.arrivals.gate import run_gate
from orchestration.handing_in.check_page import as_page
from orchestration.handing_in.check_report import write_report
from orchestration.handing_in.check_text import as_text
from orchestration.handing_in.checking import Problem, Unlinked, check
from orchestration.handing_in.plan import Said
from orchestration.kostra.registry import load_controls
from orchestration.settings import Settings, UserError

SAID = Said("1804", PERIOD[1])
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def _written(folder: Path, contents: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def _faulty() -> dict[str, bytes]:
    """Thirty dwellings, two with a wrong number of rooms, one with an id in a text; tenancies without and with a placeholder id."""
    rooms = {4: "x", 9: "99"}
    dwellings = [line("dwelling", dwelling_id=f"D{n}", room_count=rooms.get(n, "3")) for n in range(1, 30)]
    dwellings.append(line("dwelling", dwelling_id="D30", responsible_unit=f"{MARKUP} {synthetic_id(3)}"))
    ids = ["", "01818000100", synthetic_id(1)]
    tenancies = [line("tenancy", tenancy_id=f"T{n}", contract_holder_national_id=number) for n, number in enumerate(ids)]
    return files_of(
        "municipal", dwelling=csv_bytes("municipal", "dwelling", *dwellings), tenancy=csv_bytes("municipal", "tenancy", *tenancies)
    )


def _state(home: Path) -> dict[str, str]:
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(home.rglob("*")) if p.is_file()}


def test_rows_to_mend_are_told_by_file_field_rule_and_line(settings, tmp_path):
    report = check(settings, [_written(tmp_path / "in", _faulty())], SAID)
    (delivery,) = report.deliveries
    assert (report.verdict, report.exit_code, delivery.rows_to_mend) == ("accepted_with_rows_to_mend", 1, 3)
    number = "must be a whole number, not below 1, not above 20"
    no_id = "must not hold a national id or DUF number; those belong in the id columns alone"
    about = ("dwellings.csv", "dwelling")
    assert delivery.problems == (
        Problem(*about, "room_count", "antall rom", "R004", "Uleselig tall", "Unreadable number", number, 2, (5, 10)),
        Problem(
            *about,
            "responsible_unit",
            "ansvarlig enhet",
            "R010",
            "Fødselsnummer i feil felt",
            "National id in a wrong field",
            no_id,
            1,
            (31,),
        ),
    )
    assert delivery.unlinked == (
        Unlinked("tenancy", "contract_holder", "national_id", "missing", 1),
        Unlinked("tenancy", "contract_holder", "national_id", "placeholder", 1),
    )
    counts = {f.file_name: (f.line_count, f.header_count, f.accepted_count, f.quarantined_count) for f in delivery.files}
    assert counts["dwellings.csv"] == (31, 1, 27, 3) and counts["tenancies.csv"] == (4, 1, 3, 0)


def test_only_the_first_lines_are_listed_and_the_rest_counted(settings, tmp_path):
    report = check(settings, [_written(tmp_path / "in", _faulty())], SAID, first_lines=1)
    assert report.deliveries[0].problems[0].lines == (5,)
    assert "      2 rows: line 5 and 1 more\n" in as_text(report)
    assert '<div class="lines">5 og 1 til</div>' in as_page(report)


def test_nothing_is_kept_and_the_home_is_untouched(settings, tmp_path):
    before, key = _state(settings.home), settings.key_file
    check(settings, [_written(tmp_path / "in", _faulty())], SAID)
    assert _state(settings.home) == before and not key.exists() and not any(settings.aside.iterdir())


def test_a_home_without_classification_uses_the_projects_own(tmp_path):
    settings = settings_in(tmp_path)
    folder = _written(tmp_path / "in", files_of("municipal"))
    assert check(settings, [folder], SAID).exit_code == 0
    (delivery,) = check(settings, [folder], replace(SAID, municipality="1850")).deliveries
    assert (delivery.verdict, delivery.rule_id) == ("refused", "F011")
    assert delivery.reason == "manifest.json: field 'supplier' (1850) must be the code of a municipality that exists on 2024-12-31"


def test_a_refused_delivery_names_the_file_and_not_where_it_was_tried(settings, tmp_path):
    report = check(settings, [_written(tmp_path / "in", files_of("municipal", dwelling=b"one,two\n"))], SAID)
    (delivery,) = report.deliveries
    assert (report.verdict, report.exit_code, delivery.rule_id, delivery.title_rule_nb) == ("refused", 2, "F006", "Feil skilletegn")
    should = "the header has no semicolon (it has comma); separate the columns with semicolon ';'"
    assert delivery.reason == f"dwellings.csv, line 1: {should}"


def test_a_delivery_refused_for_its_rows_still_tells_which(settings, tmp_path):
    dwellings = [line("dwelling", dwelling_id=f"D{n}", tenure_form="eid" if n < 25 else "owned") for n in range(100)]
    report = check(
        settings, [_written(tmp_path / "in", files_of("municipal", dwelling=csv_bytes("municipal", "dwelling", *dwellings)))], SAID
    )
    (delivery,) = report.deliveries
    assert (delivery.verdict, [(p.rule_id, p.field_name, p.row_count) for p in delivery.problems]) == (
        "refused",
        [("R005", "tenure_form", 25)],
    )
    assert (delivery.rule_id, delivery.findings) == ("F015", ()), "the reason is told once"
    assert delivery.reason.startswith("the delivery: this does not hold: At most 5 % of the rows of a file")


def test_a_folder_with_its_manifest_is_checked_as_it_is(settings, tmp_path):
    folder = deliver(settings, "municipal", "1804", files_of("municipal"))
    assert check(settings, [folder], Said()).verdict == "accepted"
    run_gate(settings)
    assert check(settings, [folder], Said()).verdict == "accepted", "a delivery that is in raw can be checked again"
    (folder / "tenancies.csv").unlink()
    (folder / "tenancies.csv").symlink_to(tmp_path)
    (delivery,) = check(settings, [folder], Said()).deliveries
    assert (delivery.rule_id, delivery.reason) == ("F010", "tenancies.csv: a link stands where a regular file should be")
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert [d.rule_id for d in check(settings, [folder], Said()).deliveries] == ["F001"]


def test_the_number_of_rows_is_compared_with_the_suppliers_delivery_before(settings, tmp_path):
    many = [line("dwelling", dwelling_id=f"D{n}") for n in range(60)]
    deliver(settings, "municipal", "1804", files_of("municipal", dwelling=csv_bytes("municipal", "dwelling", *many)))
    run_gate(settings)
    said = Said("1804", PERIOD[1].replace(year=2025))
    (delivery,) = check(settings, [_written(tmp_path / "in", files_of("municipal"))], said).deliveries
    assert [(f.rule_id, f.action, f.row_count) for f in delivery.findings] == [("F016", "warn", 1)]
    assert delivery.verdict == "accepted"


def test_no_form_of_the_report_holds_a_value_or_what_a_file_wrote(settings, tmp_path):
    report = check(settings, [_written(tmp_path / "in", _faulty())], SAID)
    for text in (as_text(report), as_page(report), json.dumps(report.as_json())):
        assert synthetic_id(3) not in text and "01818000100" not in text and "alert" not in text and str(tmp_path) not in text


def test_what_stands_in_the_page_is_escaped(settings, tmp_path):
    report = check(settings, [_written(tmp_path / "in", _faulty())], SAID)
    delivery = report.deliveries[0]
    odd = replace(
        delivery,
        title_nb=MARKUP,
        supplier=MARKUP,
        reason=MARKUP,
        files=tuple(replace(f, file_name=MARKUP) for f in delivery.files),
        problems=tuple(replace(p, file_name=MARKUP, field_nb=MARKUP, reason=MARKUP, title_nb=MARKUP) for p in delivery.problems),
        unlinked=tuple(replace(u, entity=MARKUP, status=MARKUP) for u in delivery.unlinked),
    )
    page = as_page(replace(report, deliveries=(odd,)))
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_page_stands_alone_and_is_norwegian(settings, tmp_path):
    page = as_page(check(settings, [_written(tmp_path / "in", _faulty())], SAID))
    assert page.startswith('<!doctype html><html lang="nb">')
    assert all(word not in page for word in ("http", "src=", "url(", "@import"))
    for words in (
        "Godtatt, men noe må rettes",
        "3 rader må rettes",
        "skal være et helt tall, ikke under 1, ikke over 20",
        "fødselsnummer mangler",
    ):
        assert words in page


def test_the_report_is_written_whole_to_its_file(settings, tmp_path, capsys):
    report = check(settings, [_written(tmp_path / "in", files_of("municipal"))], SAID)
    write_report("json", tmp_path / "report.json")(report)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["verdict"] == "accepted"
    assert capsys.readouterr().out == f"Accepted: the report is in {tmp_path / 'report.json'}\n"
    for form, out, says in (("pdf", None, "--format: must be one of text, json, html."), ("text", tmp_path, "--out: ")):
        with pytest.raises(UserError, match=says):
            write_report(form, out)


def test_controls_of_kostra_are_told_by_record_errors_apart_from_what_to_look_at(settings, tmp_path):
    lines = [record("11F", 2025), record("11F", 2025, 1, ANTBU18="02"), record("11F", 2025, 2, BIDRAG="0700000", BIDRAG_JAN="0700000")]
    folder = _written(tmp_path / "in", {"11F_1804_2025.dat": b"\n".join(lines)})
    report = check(settings, [folder], Said("1804", PERIOD[1].replace(year=2025)))
    (delivery,) = report.deliveries
    assert report.exit_code == 1
    assert [(p.rule_id, p.title_nb, p.lines) for p in delivery.problems] == [("11F-K012", _title("11F-K012"), (2,))]
    assert [(p.rule_id, p.title_nb, p.lines) for p in delivery.remarks] == [("11F-K030", _title("11F-K030"), (3,))]
    assert not delivery.findings
    assert "Taken in, but to be looked at, by file\n  11F_1804_2025.dat (social_assistance)\n    11F-K030 " in as_text(report)
    assert "<h2>Tatt inn, men bør ses på</h2>" in as_page(report)


def _title(rule_id: str) -> str:
    return next(c.title_nb for c in load_controls() if c.rule_id == rule_id)
