"""Tables of StatBank saved as text: the same cells whatever form they were saved in, and a line and a column for what cannot be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.sources.records import RecordProblem
from orchestration.sources.statbank_csv import read_description, read_table

HEAD = """
version: 1
table_id: "12008"
title: "12008: Boliger"
vintage: final
fetched_at: "2026-06-20T09:30:15"
licence: CC BY 4.0
credit: "Kilde: SSB"
url: https://www.ssb.no/statbank/table/12008
"""
WIDE = """
dimensions:
  Region: {role: geo, column: region, text: code_and_label}
  ContentsCode: {role: metric, column: statistikkvariabel, codes: {"Boliger per 1 000": "KOSper", "Andel": "KOSandel"}}
  Tid: {role: time}
figures: {headings: '(?P<Tid>[0-9]{4})'}
units: {KOSandel: {unit: prosent, decimals: 1}}
"""
LONG = """
dimensions:
  Tid: {role: time, column: år}
  ContentsCode: {role: metric, column: innhold}
  Region: {role: geo, column: region}
figures: {column: verdi}
"""


def described(tmp_path: Path, text: str) -> dict:
    path = tmp_path / "table.yml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_description(path)


def cells(tmp_path: Path, form: str, content: str, encoding: str = "utf-8") -> dict[tuple[str, ...], tuple[str | None, str | None]]:
    """Figure and symbol by the codes of Region, ContentsCode and Tid."""
    table = read_table(content.encode(encoding), described(tmp_path, form))
    order = [[d.name for d in table.dimensions].index(name) for name in ("Region", "ContentsCode", "Tid")]
    return {tuple(codes[i] for i in order): (figure, symbol) for codes, figure, symbol in table.cells()}


EXPECTED = {
    ("1804", "KOSper", "2023"): ("23", None),
    ("1804", "KOSper", "2024"): (None, ":"),
    ("1804", "KOSandel", "2023"): ("1046.5", None),
    ("1804", "KOSandel", "2024"): ("0", None),
}
TITLE = '"12008: Boliger, etter region, statistikkvariabel og år"\n\n'


@pytest.mark.parametrize(
    ("form", "content", "encoding"),
    [
        (
            WIDE + 'decimal: ","',
            TITLE + 'region;statistikkvariabel;2023;2024\n"1804 Bodø";"Boliger per 1 000";23;:\n"1804 Bodø";"Andel";1\u00a0046,5;0\n',
            "latin-1",
        ),
        (WIDE, "statistikkvariabel,region,2024,2023\r\nAndel,1804 Bodø,0,1046.5\r\nBoliger per 1 000,1804 Bodø,:,23\r\n", "utf-8-sig"),
        (WIDE, '"region"\t"statistikkvariabel"\t"2023"\t"2024"\n1804\tBoliger per 1 000\t23\t":"\n\n1804\tAndel\t1046.5\t0\n', "utf-8"),
        (
            LONG + 'decimal: ","',
            "region;innhold;år;verdi\n1804;KOSper;2023;23\n1804;KOSper;2024;:\n1804;KOSandel;2024;0\n1804;KOSandel;2023;1046,5\n",
            "latin-1",
        ),
        (
            """
dimensions:
  Region: {role: geo, constant: "1804"}
  ContentsCode: {role: metric}
  Tid: {role: time, column: år}
figures: {headings: '(?P<ContentsCode>KOS.*)'}
""",
            "år,KOSper,KOSandel\n2023,23,1046.5\n2024,:,0\n",
            "utf-8",
        ),
    ],
    ids=["wide latin-1 semicolon comma", "wide other order crlf", "wide tab", "long semicolon", "contents in the headings"],
)
def test_one_table_in_many_forms(tmp_path: Path, form: str, content: str, encoding: str) -> None:
    assert cells(tmp_path, form, content, encoding) == EXPECTED


@pytest.mark.parametrize("symbol", [".", "..", "...", ":", "-"])
def test_a_symbol_is_never_a_figure_and_an_empty_cell_has_neither(tmp_path: Path, symbol: str) -> None:
    found = cells(tmp_path, LONG, f"region;innhold;år;verdi\n1804;A;2023;{symbol}\n1804;A;2024;\n1806;A;2023;0\n")
    assert found == {
        ("1804", "A", "2023"): (None, symbol),
        ("1804", "A", "2024"): (None, None),
        ("1806", "A", "2023"): ("0", None),
        ("1806", "A", "2024"): (None, None),  # no line has it: no figure, and no 0
    }


def test_what_is_measured_has_its_text_and_its_unit(tmp_path: Path) -> None:
    table = read_table(b"region,statistikkvariabel,2023\n1804,Andel,1.5\n", described(tmp_path, WIDE))
    metric = table.dimension("ContentsCode")
    assert (table.geo, table.time, table.metric, metric.labels["KOSandel"], metric.units["KOSandel"]) == (
        "Region",
        "Tid",
        "ContentsCode",
        "Andel",
        ("prosent", 1),
    )
    assert list(table.values) == [Decimal("1.5")]


HEADER = "region,statistikkvariabel,2023,2024\n"


@pytest.mark.parametrize(
    ("form", "content", "rule", "line", "reason"),
    [
        (
            WIDE,
            HEADER + "1804,Andel,46;5,1\n",
            "F033",
            2,
            "column '2023': is neither a figure nor a sign of StatBank; write",
        ),
        (WIDE, HEADER + "1804,Andel,1,?\n", "F033", 2, "column '2024': is neither a figure"),
        (WIDE, 'region;statistikkvariabel;2023\n1804;Andel;"46,5"\n', "F033", 2, "or say decimal in table.yml"),
        (WIDE, HEADER + "1804,Andel,1,2\n1804,Andel,1,2\n", "F033", 3, "column '2023': the cell stands on line 2 already"),
        (WIDE, HEADER + "1804,Andel,1\n", "F033", 2, "the line has 3 columns, the header has 4"),
        (WIDE, HEADER + '1804,"Andel,1,2\n', "F033", 2, "the line has 2 columns, the header has 4"),
        (WIDE, HEADER + ",Andel,1,2\n", "F033", 2, "Region is empty; every figure needs it"),
        (WIDE, HEADER + "1804,Andelen,1,2\n", "F034", 2, "the text of ContentsCode is not among its codes in table.yml"),
        (WIDE, "kommune,statistikkvariabel,2023\n", "F007", None, "no line has the columns region, statistikkvariabel"),
        (WIDE, "region,statistikkvariabel,Sum\n1804,Andel,1\n", "F008", 1, "column 3 does not follow figures.headings"),
        (WIDE, "region,statistikkvariabel\n1804,Andel\n", "F007", 1, "no column follows figures.headings"),
        (WIDE, "region,statistikkvariabel,2023,2023\n1804,Andel,1,1\n", "F008", 1, "the column 2023 stands more than once"),
        (LONG, "region;innhold;år;alder;verdi\n1804;A;2023;80;1\n", "F008", 1, "column 4 is in no dimension of table.yml"),
        (WIDE, HEADER, "F004", None, "has no lines below its header"),
    ],
)
def test_what_cannot_be_read_is_told_by_line_and_column(
    tmp_path: Path, form: str, content: str, rule: str, line: int | None, reason: str
) -> None:
    with pytest.raises(RecordProblem) as caught:
        cells(tmp_path, form, content)
    assert (caught.value.rule_id, caught.value.line) == (rule, line)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (WIDE.replace("role: geo, ", "role: place, "), "table.yml, line 12: dimensions.Region.role: 'place' is not one of"),
        (WIDE.replace("(?P<Tid>", "("), "dimensions.Tid: must have column, constant or a group of its name in figures.headings"),
        (WIDE.replace("(?P<Tid>", "(?P<Year>"), "figures.headings: the group Year must be one of the dimensions"),
        (WIDE.replace("{4})'", "{4}'"), "figures.headings: must be a regular expression"),
        (WIDE.replace("role: time", "role: geo"), "only one dimension may have the role geo"),
        (WIDE + "vintage: preliminary", "the key stands twice"),
    ],
)
def test_a_wrong_description_is_told_by_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RecordProblem) as caught:
        described(tmp_path, text)
    assert caught.value.rule_id == "F034"
    assert reason in caught.value.reason


def test_a_table_far_larger_than_its_lines_is_refused(tmp_path: Path) -> None:
    lines = "".join(f"{i};c{i};y{i};1\n" for i in range(101))
    with pytest.raises(RecordProblem, match="F034 would make 1030301 cells of 101 figures"):
        cells(tmp_path, LONG, "region;innhold;år;verdi\n" + lines)
