"""A mapping file is read as written, and every mistake in one is named with its line, its key and what would be right."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from orchestration.mappings.load import SCHEMA, load_mapping
from orchestration.mappings.model import Condition, LookUp, Period, Placement
from orchestration.settings import UserError

WHOLE = """\
version: 1
municipality: "5001"
extract: boei
title: Dump of BOEI
source: municipal
contract_version: 1
period: {pattern: '(?P<end>[0-9]{4}-[0-9]{2}-[0-9]{2})', format: yyyy-MM-dd}
files:
  units:
    pattern: 'Leieobjekt.*[.]csv'
    format: csv
    encoding: latin-1
    decimal: ","
    dates: ["dd.MM.yyyy", "dd.MM.yy"]
    century_from: 30
    empty: ["", "-", NULL]
  streets: {pattern: 'Gate[.]csv', format: csv, quote: none}
entities:
  dwelling:
    file: units
    lookups:
      street: {file: streets, key: {Gateadresse_ID: Gateadresse_ID}}
    exclude:
      - name: purpose_99
        where: {column: Formaal_ID, is: [99]}
        why: Purpose 99 is not counted
    fields:
      dwelling_id: {join: [Objekt_ID, Leie_ID], with: "-", pad: [4, 3]}
      unit_id: {column: Objekt_ID}
      address: {join: [street.GateNavn, Gatenr]}
      is_secret_address: {column: Hemmelig, values: {Ja: true, Nei: false}, when_empty: false}
      tenure_form: {column: Eierform, values: {1: owned, 02: rented_in}}
      tenure_kind: {constant: freehold}
      category: {constant: ordinary}
      is_wheelchair_accessible: {constant: false}
      monthly_rent_nok: {column: Aarsleie, divide: 12}
      acquired_date: {column: Fra}
target_groups:
  RUS: {label: Rusmisbruker, form_2009: {code: 2, certainty: exact}, form_2020: {certainty: unsplit}, valid_from: 2015-01-01}
"""


def write(folder: Path, text: str, name: str = "5001/boei.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str, name: str = "5001/boei.yml") -> list[str]:
    """What is said about a file, a line each, without the path."""
    path = write(folder, text, name)
    with pytest.raises(UserError) as error:
        load_mapping(path)
    return [line.removeprefix(f"{path}, ").removeprefix(f"{path}: ") for line in str(error.value).splitlines()]


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1
    return WHOLE.replace(old, new)


def test_a_mapping_is_read_as_written(tmp_path: Path) -> None:
    mapping = load_mapping(write(tmp_path, WHOLE))

    assert (mapping.extract, mapping.municipality, mapping.source, mapping.deletions) == ("boei", "5001", "municipal", "full_snapshot")
    assert mapping.period == Period("(?P<end>[0-9]{4}-[0-9]{2}-[0-9]{2})", "yyyy-MM-dd")
    units, dwelling = mapping.file("units"), mapping.entity("dwelling")
    assert (units.encoding, units.decimal, units.century_from, units.empty) == ("latin-1", ",", 30, ("", "-", "NULL"))
    assert (units.delimiter, units.quote, mapping.file("streets").quote) == (";", '"', None)
    assert dwelling.lookups == (LookUp("street", "streets", (("Gateadresse_ID", "Gateadresse_ID"),)),)
    assert dwelling.exclude[0].where == (Condition("Formaal_ID", ("99",)),)
    assert dwelling.lookup_columns(dwelling.lookups[0]) == ("Gateadresse_ID", "GateNavn")
    fields = {f.name: f for f in dwelling.fields}
    assert (fields["dwelling_id"].separator, fields["dwelling_id"].pad, fields["address"].separator) == ("-", (4, 3), " ")
    assert fields["tenure_form"].values == (("1", "owned"), ("02", "rented_in"))
    assert fields["is_secret_address"].values == (("Ja", "true"), ("Nei", "false"))
    assert fields["monthly_rent_nok"].divide == Decimal(12)
    group = mapping.target_groups[0]
    assert (group.code, group.label, group.valid_from) == ("RUS", "Rusmisbruker", dt.date(2015, 1, 1))
    assert group.placements == (Placement("form_2009", "2", "exact"), Placement("form_2020", None, "unsplit"))


def test_codes_are_taken_as_written_and_not_as_yaml_takes_them(tmp_path: Path) -> None:
    """``No`` is a code and no boolean, ``0301`` is no octal number."""
    text = changed("values: {1: owned, 02: rented_in}", "values: {No: owned, 0301: rented_in, 1_0: owned}")
    fields = {f.name: f for f in load_mapping(write(tmp_path, text)).entity("dwelling").fields}
    assert fields["tenure_form"].values == (("No", "owned"), ("0301", "rented_in"), ("1_0", "owned"))


def test_a_mapping_of_a_system_names_no_municipality(tmp_path: Path) -> None:
    text = changed('municipality: "5001"\n', "")
    assert load_mapping(write(tmp_path, text, "boei_system/boei.yml")).municipality is None


CASES = [
    ("title: Dump of BOEI\n", "", "line 1: the key title is missing"),
    ("extract: boei", "extract: kobo", "line 3: extract: it must be the name of the file without .yml (boei)"),
    ('municipality: "5001"', 'municipality: "5002"', 'line 2: municipality: it must be the code that the folder is named after ("5001")'),
    ('municipality: "5001"', "municipality: 5001", "line 2: municipality: it must be text"),
    ("source: municipal", "source: municipel", "line 5: source: there is no contract municipel; did you mean 'municipal'?"),
    ("contract_version: 1", "contract_version: 7", "line 6: contract_version: the contract municipal has version 1"),
    ("    encoding: latin-1", "    encodng: latin-1", "line 12: files.units.encodng: there is no such key here; did you mean 'encoding'?"),
    ("encoding: latin-1", "encoding: latin1", "line 12: files.units.encoding: did you mean 'latin-1'?"),
    ("century_from: 30\n    ", "", "two-digit year: the file needs century_from"),
    ('"dd.MM.yyyy", "dd.MM.yy"', '"dd.mm.yyyy"', "line 14: files.units.dates: 'dd.mm.yyyy' is no form of a date"),
    ("    format: csv\n    enc", "    format: csv\n    sheet: 1\n    enc", "files.units.sheet: this key is for excel, not for csv"),
    ("file: units\n", "file: unit\n", "entities.dwelling.file: there is no file unit under files; did you mean 'units'?"),
    ("'Leieobjekt.*[.]csv'", "'Leieobjekt(.csv'", "line 10: files.units.pattern: not a regular expression that can be run"),
    ("      tenure_kind:", "      tenure_kynd:", "the contract has no field tenure_kynd in dwelling; did you mean 'tenure_kind'?"),
    ("constant: freehold", "constant: freeholt", "tenure_kind.constant: 'freeholt' is no code of tenure_kind; did you mean 'freehold'?"),
    ("1: owned, 02", "1: eid, 02", "line 32: entities.dwelling.fields.tenure_form.values.1: 'eid' is no code of tenure_form"),
    ("1: owned, 02", '1: "", 02', "tenure_form.values.1: tenure_form is required and must not be left empty"),
    ("      unit_id: {column: Objekt_ID}\n", "", "unit_id (bruksenhet-id) must be mapped: the contract requires it"),
    ("{column: Aarsleie, divide: 12}", "{column: Aarsleie, divide: 0}", "nothing can be divided by 0"),
    ("{column: Fra}", "{column: Fra, divide: 12}", "acquired_date.divide: acquired_date is no number"),
    ("{column: Fra}", "{column: Fra, constant: 2020-01-01}", "give exactly one of column, join, first_of, constant, period_end"),
    ("pad: [4, 3]", "pad: [4, 3, 2]", "dwelling_id.pad: it must be one number for each column (2)"),
    (
        "      is_secret_address: {column: Hemmelig, values: {Ja: true, Nei: false}, when_empty: false}\n",
        "",
        "is_secret_address must be mapped",
    ),
    ("{column: Hemmelig, values: {Ja: true, Nei: false}, when_empty: false}", "{constant: 0}", "a constant cannot tell which addresses"),
    ("code: 2,", "code: 22,", "target_groups.RUS.form_2009.code: form_2009 has no such code"),
    ("code: 2, certainty: exact", "certainty: exact", "target_groups.RUS.form_2009: certainty exact needs a code"),
    ("2015-01-01", "01.01.2015", "target_groups.RUS.valid_from: it must be a date as YYYY-MM-DD"),
    ("streets, key", "units, key", "a file is not looked up in itself"),
    (
        "key: {Gateadresse_ID:",
        "key: {street.GateNavn:",
        "the columns here must be those of the file itself, or of a look-up that stands above",
    ),
    ("[street.GateNavn, Gatenr]", "[Gatenr]", "no field uses a column of this look-up; write one as street.<column>"),
    ("is: [99]", "matches: '(?!x)'", "matches: not a regular expression that can be run"),
    ("where: {column: Formaal_ID, is: [99]}\n        ", "", "a filter needs where or unless"),
    ("{column: Formaal_ID, is: [99]}", "{column: Formaal_ID}", "the condition on Formaal_ID needs one of is, matches and empty"),
    ("{column: Formaal_ID, is: [99]}", "{colum: Formaal_ID, is: [99]}", "there is no such key here; did you mean 'column'?"),
    ("    file: units\n", "    file: units\n    file: units\n", "line 21: entities.dwelling.file: the key stands twice"),
    ("contract_version: 1\n", "contract_version: 1\ndeletions: changes\n", "deletions: changes needs the key deleted"),
]


@pytest.mark.parametrize(("old", "new", "said"), CASES, ids=[said[:60] for *_, said in CASES])
def test_a_mistake_is_named_with_its_line_and_what_would_be_right(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = mistakes(tmp_path, changed(old, new))
    assert any(said in line for line in found), found


def test_a_single_mistake_gives_a_single_complaint(tmp_path: Path) -> None:
    assert mistakes(tmp_path, changed("constant: freehold", "constant: freeholt")) == [
        "line 33: entities.dwelling.fields.tenure_kind.constant: 'freeholt' is no code of tenure_kind; did you mean 'freehold'?"
    ]


def test_a_draft_that_is_not_filled_in_says_where(tmp_path: Path) -> None:
    path = tmp_path / "draft.yml"
    text = WHOLE.replace("title: Dump of BOEI", "title: FILL_IN").replace(
        "streets: {pattern: 'Gate[.]csv', format: csv, quote: none}", "streets: FILL_IN"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_mapping(path)
    should = "still to be filled in; or take it out with the entity or file it belongs to"
    assert str(error.value) == f"{path}, line 4: title: {should}\n{path}, line 17: files.streets: {should}"


def test_an_extract_without_its_id_column_is_not_taken_in(tmp_path: Path) -> None:
    text = """\
version: 1
municipality: "5001"
extract: boei
title: Members
source: municipal
contract_version: 1
files: {people: {pattern: people.csv, format: csv}}
entities:
  household_member:
    file: people
    fields:
      household_id: {column: h}
      member_number: {column: n}
      birth_year: {column: b}
      sex: {column: s, values: {K: f, M: m}}
      from_date: {column: d}
"""
    missing = "person_national_id (fødselsnummer) must be mapped: an extract without its id column is not taken in"
    assert mistakes(tmp_path, text) == [f"line 11: entities.household_member.fields: {missing}"]
    constant = text + '      person_national_id: {constant: ""}\n'
    assert "an id comes from a column as it is" in mistakes(tmp_path, constant)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file must hold keys"),
        ("- a\n- b\n", "line 1: the file must hold keys"),
        ("version: 1\n  title: x\n", "line 2: not YAML"),
        ("a: &x [1]\nb: *x\n", "line 2: references (*x) are not read"),
        ("a: !!python/object:os.system {}\n", "there is no such key here"),
        ("[" * 5000, "line 1: nested too deep"),
        ("a: 'open\n", "not YAML"),
    ],
)
def test_what_is_no_mapping_is_said_to_be_none(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistakes(tmp_path, text)[0]


def test_bytes_that_are_no_text_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    path.write_bytes(b"title: \xf8\n")
    with pytest.raises(UserError, match="not UTF-8"):
        load_mapping(path)
    with pytest.raises(UserError, match="there is no such file"):
        load_mapping(tmp_path / "none.yml")


def test_the_published_schema_is_a_schema_and_describes_every_key() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    wanting = []

    def visit(place: str, node: object) -> None:
        for key, body in node.get("properties", {}).items() if isinstance(node, dict) else ():
            if "description" not in body:
                wanting.append(f"{place}.{key}")
        for key, body in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            visit(f"{place}.{key}", body)

    visit("", schema)
    assert wanting == []
