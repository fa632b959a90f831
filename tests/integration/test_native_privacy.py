"""What suppliers' own files hold of names, national ids and secret addresses goes no further than landing."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from orchestration.arrivals.manifest import read_manifest

NATIONAL_ID = re.compile(r"\b\d{2}[89]\d{8}\b")  # synthetic: month + 80
NAMES = re.compile(r"Leietaker \d+|Prøve")


def texts(path: Path) -> str:
    """Every value of a Parquet file as text."""
    with duckdb.connect() as connection:
        return "\n".join(str(row) for row in connection.execute("select * from read_parquet(?)", [str(path)]).fetchall())


def test_no_name_and_no_national_id_of_a_native_delivery_is_in_raw_or_quarantine(built_home) -> None:
    home, seen = built_home.settings, 0
    in_landing = ""
    for manifest in sorted(home.landing.glob("municipal/*/*/mapping.yml")):
        delivery_id = read_manifest(manifest.parent).delivery_id
        in_landing += "".join(path.read_bytes().decode("latin-1") for path in manifest.parent.glob("*.csv"))
        for path in [*home.raw.glob(f"municipal/{delivery_id}/*"), *(home.home / "quarantine").glob(f"municipal/{delivery_id}/*")]:
            text = texts(path) if path.suffix == ".parquet" else path.read_text(encoding="utf-8")
            assert (path.name, NATIONAL_ID.findall(text), NAMES.findall(text)) == (path.name, [], [])
            seen += 1
    assert seen > 30
    assert NATIONAL_ID.search(in_landing) and NAMES.search(in_landing)


def test_a_secret_address_of_a_native_delivery_is_masked(built_home) -> None:
    with built_home.connect() as connection:
        found = connection.execute(
            "select extract, count(*), count(address), count(postal_code) "
            "from raw.municipal__dwelling join raw.delivery using (delivery_id) "
            "where extract is not null and is_secret_address group by extract order by extract"
        ).fetchall()
    assert found == [
        ("boei", 2, 0, 0),
        ("contract", 2, 0, 0),
        ("fdvu", 2, 0, 0),
        ("fixed_width", 1, 0, 0),
        ("kobo_api", 1, 0, 0),
        ("parquet", 1, 0, 0),
    ]
