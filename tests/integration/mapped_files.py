"""A municipality's own extract of dwellings, and the mapping that reads it: for tests of handing in.

Belongs here: one small mapping and files that fit it. Does not belong here: tests of mappings themselves.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from orchestration.settings import Settings

MAPPING = r"""version: 1
municipality: "1804"
extract: homes
title: Homes of Bodø
source: municipal
contract_version: 1
period: {pattern: 'homes_(?P<end>\d{8})\.csv', format: yyyyMMdd}
files:
  homes: {pattern: 'homes_\d{8}\.csv', format: csv, encoding: latin-1, delimiter: ";", decimal: ","}
  streets: {pattern: 'streets.*\.csv', format: csv, encoding: latin-1, delimiter: ";"}
entities:
  dwelling:
    file: homes
    lookups:
      street: {file: streets, key: {street: id}}
    exclude:
      - {name: garage, where: {column: kind, is: ["G"]}, why: "A garage is no dwelling"}
    fields:
      municipality_code: {constant: "1804"}
      dwelling_id: {column: id}
      unit_id: {column: id}
      address: {join: [street.name, number]}
      is_secret_address: {column: secret, values: {"J": "1", "N": "0"}}
      tenure_form: {constant: owned}
      tenure_kind: {constant: freehold}
      category: {column: kind, values: {"B": ordinary, "O": staffed_day}}
      is_wheelchair_accessible: {constant: "0"}
      monthly_rent_nok: {column: rent}
      acquired_date: {constant: "2001-01-01"}
target_groups:
  RUS: {label: "Rus; og \"psyk\"", form_2009: {code: "2", certainty: exact}, form_2020: {certainty: no_place}, valid_from: 2015-01-01}
"""
HOMES = "homes_20241231.csv"
STREETS = "streets.csv"


def homes(*rows: str) -> bytes:
    """A file of homes."""
    rows = rows or ("1;7;3 B;N;B;7500,50", "2;7;5;J;O;", "3;7;9;N;G;")
    return "\r\n".join(["id;street;number;secret;kind;rent", *rows]).encode("latin-1")


def streets() -> bytes:
    """The look-up of streets."""
    return "id;name\r\n7;Sjøgata\r\n".encode("latin-1")


def files() -> dict[str, bytes]:
    """All files of one extract: two homes, a garage and a street."""
    return {HOMES: homes(), STREETS: streets()}


def with_mapping(settings: Settings, folder: Path, text: str = MAPPING, name: str = "1804/homes.yml") -> Settings:
    """The same home with mappings of its own."""
    path = folder / "mappings" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return replace(settings, mappings=folder / "mappings")
