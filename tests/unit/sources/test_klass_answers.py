"""Answers of Klass: rows in the words of the contract, whatever the interface calls its fields today."""

from __future__ import annotations

import json

import pytest

from orchestration.sources.klass import COLUMNS, NoCodes, read_rows


def rows(entity: str, file_name: str, body: object) -> list[dict]:
    return [dict(zip(COLUMNS[entity], row, strict=True)) for row in read_rows(entity, file_name, json.dumps(body).encode())]


def test_codes_with_the_days_they_are_valid_in_what_was_asked_for() -> None:
    code = {
        "code": "0301",
        "parentCode": None,
        "level": "1",
        "name": "Oslo - Oslove",
        "shortName": "",
        "validFrom": None,
        "notes": "I 1980\nble",
    }
    ranged = {**code, "code": "5001", "level": 1, "validFromInRequestedRange": "2020-01-01", "validFrom": "2018-01-01"}
    assert rows("code", "codes_131.json", {"codes": [code, ranged]}) == [
        {
            "classification_id": "131",
            "code": "0301",
            "parent_code": None,
            "level": "1",
            "name": "Oslo - Oslove",
            "short_name": None,
            "valid_from": None,
            "valid_to": None,
        },
        {
            "classification_id": "131",
            "code": "5001",
            "parent_code": None,
            "level": "1",
            "name": "Oslo - Oslove",
            "short_name": None,
            "valid_from": "2020-01-01",
            "valid_to": None,
        },
    ]


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("codeChanges", {"oldCode": None, "newCode": "1580", "newName": "Haram", "changeOccurred": "2024-01-01"}),
        ("changes", {"toCode": "1580", "toName": "Haram", "changeDate": "2024-01-01"}),
    ],
)
def test_changes_under_their_names_of_now_and_others(name: str, item: dict) -> None:
    assert rows("code_change", "changes_131.json", {name: [item]}) == [
        {
            "classification_id": "131",
            "change_date": "2024-01-01",
            "from_code": None,
            "from_name": None,
            "to_code": "1580",
            "to_name": "Haram",
            "change": ">1580",
        }
    ]


def test_correspondences_name_both_classifications() -> None:
    item = {"sourceCode": "50", "sourceName": "Trøndelag", "targetCode": "5001", "targetName": "Trondheim", "validFrom": "2018-01-01"}
    (row,) = rows("correspondence", "correspondence_104_131.json", {"correspondenceItems": [item]})
    assert (row["classification_id"], row["target_classification_id"]) == ("104", "131")
    assert row["pair"] == "50>5001"
    assert (row["source_code"], row["target_code"], row["valid_from"], row["valid_to"]) == ("50", "5001", "2018-01-01", None)


@pytest.mark.parametrize(
    ("file_name", "content", "message"),
    [
        ("codes.json", b'{"codes": []}', "the name of the file must have the form"),
        ("codes_131.json", b'{"codes": [', "it is no JSON in UTF-8, or it was cut"),
        ("codes_131.json", b"\xff", "it is no JSON in UTF-8, or it was cut"),
        ("codes_131.json", b'{"other": []}', "it is no object with the list codes"),
        ("codes_131.json", b"[]", "it is no object with the list codes"),
        ("codes_131.json", b'{"codes": [{"code": {"a": 1}}]}', "the field code holds more than one value"),
        ("codes_131.json", b'{"codes": [1]}', "it is no object with the list codes"),
    ],
)
def test_what_is_no_answer_is_told(file_name: str, content: bytes, message: str) -> None:
    with pytest.raises(NoCodes, match=message):
        read_rows("code", file_name, content)
