"""The words of the gate in Norwegian: none of the row rules' reasons is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.rules import row_rules
from orchestration.handing_in.reasons_nb import in_norwegian
from orchestration.mappings.load import load_mapping
from orchestration.mappings.rows import MappedRows
from orchestration.settings import PROJECT_ROOT

_ENGLISH = re.compile(r"\b(must|the|not|be|with|of|or|one|line)\b")


@pytest.mark.parametrize(
    ("english", "norwegian"),
    [
        ("must be a whole number, not below 1, not above 20", "skal være et helt tall, ikke under 1, ikke over 20"),
        ("leie: must be a number with a decimal comma", "leie: skal være et tall med desimalkomma"),
        ("must be one of a, b", "skal være en av a, b"),
        (
            "the delivery: this does not hold: At most 5 % of the rows of a file (or 20) are in quarantine; a.csv: 25 of 100 rows; "
            "most often R005 (25 rows), first in a.csv, line 2, field tenure_form: must be one of owned, rented_in",
            "Høyst 5 % av radene i en fil (eller 20 rader) kan være i karantene; a.csv: 25 av 100 rader; "
            "oftest R005 (25 rader), først i a.csv, linje 2, felt tenure_form: skal være en av owned, rented_in",
        ),
        (
            "dwellings.csv, line 1: the header has no semicolon (it has comma); separate the columns with semicolon ';'",
            "dwellings.csv, linje 1: overskriften lar seg ikke dele; skill kolonnene med «;»",
        ),
        (
            "a.csv, line 12: the bytes are not UTF-8; save the file with the encoding UTF-8",
            "a.csv, linje 12: innholdet er ikke UTF-8; lagre filen med tegnsettet UTF-8",
        ),
        (
            "11F.dat, line 2: the record has 324 characters, the layout of 11F 2025 has 338",
            "11F.dat, linje 2: posten har 324 tegn, filbeskrivelsen for 11F 2025 har 338",
        ),
        ("something nobody has translated", "something nobody has translated"),
    ],
)
def test_known_phrases_are_put_into_norwegian_and_others_kept(english: str, norwegian: str):
    assert in_norwegian(english) == norwegian


def _left_in_english(reason: str, names: Iterable[str]) -> bool:
    told = in_norwegian(reason)
    for name in sorted(names, key=len, reverse=True):
        told = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", told)
    return _ENGLISH.search(told) is not None


def test_every_reason_of_the_shipped_mappings_is_norwegian():
    paths = sorted((PROJECT_ROOT / "mappings").glob("*/*.yml"))
    assert len(paths) > 5
    for path in paths:
        mapping = load_mapping(path)
        contract = load_contracts()[mapping.source]
        for entity in mapping.entities:
            lookups = tuple(mapping.file(k.file) for k in entity.lookups)
            rows = MappedRows(mapping.file(entity.file), entity, entity.own_columns(), lookups, contract.file(entity.entity))
            plain = row_rules(rows.fields, rows.contract.grain, rows.contract, 7, True)
            codes = [code for f in rows.fields for code in f.codes]
            for rule in rows.rules(plain):
                assert not _left_in_english(rule.reason, [*entity.columns, *codes, "and"]), rule.reason


def test_every_reason_of_every_contract_is_norwegian():
    fields = [(file, f) for contract in load_contracts().values() for file in contract.files for f in file.fields]
    assert len(fields) > 50
    for file, field in fields:
        for rule in row_rules((field,), file.grain, file, 7, True):
            assert not _left_in_english(rule.reason, field.codes), rule.reason
