"""A contract as a page for suppliers: ``docs/contracts/<source>.md``, and the list of these pages.

Belongs here: contracts as Markdown. Does not belong here: JSON Schema and example values (``contract_schemas``).
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.arrivals.contract_schemas import example_row, is_required, labels_of, schema_name
from orchestration.arrivals.contracts import Contract, Field, FileContract

_WRITTEN = "<!-- Written from contracts/{name}; run `python -m orchestration.arrivals.contract_tables` after changing it. -->"
_SUPPLIERS = {"municipality": "the municipality (its four-digit code)"}


def contract_list(contracts: Sequence[Contract]) -> str:
    """Table of all sources with links to their pages."""
    rows = [
        f"| [`{c.source}`](contracts/{c.source}.md) | {c.title_nb} | {_supplier(c)} | {c.version} | {_in_table(files)} |"
        for c, files in ((c, ", ".join(map(_name, c.files))) for c in contracts)
    ]
    return "\n".join(["| source | kilde | supplier | version | files |", "|---|---|---|---|---|", *rows])


def contract_page(contract: Contract) -> str:
    """The page of one source."""
    lines = [
        _WRITTEN.format(name=f"{contract.source}.v{contract.version}.yml"),
        f"# {contract.title_nb} (`{contract.source}`)",
        "",
        "What a delivery is and how it is sent: [Deliver data](../deliver-data.md).",
        "",
        f"- contract version: {contract.version}",
        f"- supplier: {_supplier(contract)}",
        f"- form of the files: {_form_of_files(contract)}",
    ]
    if contract.period:
        lines.append(f"- a delivery holds: {contract.period}")
    return "\n".join([*lines, "", *(_file(contract, f) for f in contract.files)]).rstrip("\n") + "\n"


def _supplier(contract: Contract) -> str:
    if isinstance(contract.supplier, str):
        return _SUPPLIERS.get(contract.supplier, contract.supplier)
    return ", ".join(f"`{name}`" for name in contract.supplier)


def _form_of_files(contract: Contract) -> str:
    form = contract.format
    encoding = {"utf-8": "UTF-8", "latin-1": "ISO 8859-1 (Latin-1)"}.get(form.get("encoding"), "UTF-8 or ISO 8859-1")
    kinds = {
        "delimited": f"columns separated by `{form.get('delimiter')}`",
        "fixed_width": "positions",
        "statbank": "as StatBank gives it",
        "json_stat": "JSON-stat 2 as PxWebApi answers it, or text (CSV) that `table.yml` describes",
        "klass": "JSON as Klass answers it",
    }
    return f"{kinds[form['kind']]}, {encoding}"


def _name(file: FileContract) -> str:
    return f"`{file.names}`"


def _file(contract: Contract, file: FileContract) -> str:
    key = ", ".join(f"`{name}`" for name in file.grain) or "none"
    left_out = " The file may be left out of a delivery." if file.optional else ""
    lines = [
        f"## {file.title_nb}: {_name(file)}",
        "",
        f"Key (no two rows of a file have the same): {key}. JSON Schema of a row: "
        f"[`{schema_name(contract, file)}`](../../contracts/schema/{schema_name(contract, file)}).{left_out}",
        "",
    ]
    if file.layouts:
        return "\n".join([*lines, *_positions(file)])
    lines += ["| column | felt | form | unit | required | meaning |", "|---|---|---|---|---|---|"]
    rows = [(f"`{f.name}`", f.nb, field_form(f), f.unit or "", _demand(f, file), f.description) for f in file.fields]
    lines += [f"| {' | '.join(map(_in_table, row))} |" for row in rows]
    lines += [f"\n`{o.not_before}` must not lie before `{o.than}`." for o in file.order]
    lines += [f"\nAt least one of {', '.join(f'`{name}`' for name in names)} must be filled." for names in file.either]
    lines += [f"\n`{k.field}` must be a code of `seeds/{k.seed}` that holds in the `{k.year}` of the row." for k in file.listed]
    if file.year_held:
        lines.append(f"\n`{file.year_held}` must be a year of the delivery's period at whose end the municipality code was in use.")
    return "\n".join([*lines, "", *_code_tables(file), *_example(contract, file)])


def _in_table(text: str) -> str:
    """Text in a cell of a table, where a bar would end the cell."""
    return text.replace("|", r"\|")


def _demand(field: Field, file: FileContract) -> str:
    return "yes" if is_required(field, file) else "the column may be left out" if field.optional else ""


def field_form(field: Field) -> str:
    """What a field holds, in a few words."""
    if field.codes:
        return f"one of {len(field.codes)} codes, below" if any(labels_of(field).values()) else ", ".join(field.codes)
    if field.pii == "national_id":
        return "eleven digits"
    if field.pii == "duf":
        return "twelve digits"
    if field.pattern:
        return f"`{field.pattern}`"
    names = {"date": "date YYYY-MM-DD", "integer": "whole number", "boolean": "0 or 1", "text": "text"}
    limits = "–".join(str(limit) for limit in (field.min, field.max) if limit is not None)
    return f"{names.get(field.type, field.type)} {limits}".strip()


def _code_tables(file: FileContract) -> list[str]:
    """One line for each list of codes with labels, with the columns that use it."""
    lists: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for f in file.fields:
        labels = labels_of(f)
        if any(labels.values()):
            lists.setdefault(tuple(labels.items()), []).append(f.name)
    if not lists:
        return []
    rows = [
        f"| {', '.join(f'`{name}`' for name in names)} | {'<br>'.join(f'`{code}` {label}' for code, label in labels)} |"
        for labels, names in lists.items()
    ]
    return ["| column | codes |", "|---|---|", *rows, ""]


def _example(contract: Contract, file: FileContract) -> list[str]:
    if contract.format["kind"] != "delimited":
        return []
    row = example_row(file)
    delimiter = contract.format["delimiter"]
    values = delimiter.join("" if value is None else str(value) for value in row.values())
    return ["Example (made up):", "", "```text", delimiter.join(row), values, "```", ""]


def _positions(file: FileContract) -> list[str]:
    """Fields of a position file with their places in each year; a field that is not read is marked so."""
    years = sorted(file.layouts)
    places = {year: {f.name: f"{f.first}–{f.last}" for f in file.layouts[year].fields} for year in years}
    names = dict.fromkeys(f.name for year in reversed(years) for f in file.layouts[year].fields)
    lengths = ", ".join(f"{year}: {file.layouts[year].record_length}" for year in years)
    rows = []
    for name in names:
        year = max(y for y in years if name in places[y])
        read = file.layout_fields(year).get(name)
        column = f"`{read.name}`" if read else "not kept"
        codes = f"{len(read.codes)} codes" if read and read.codes else {"date": read.date_pattern}.get(read.type, read.type) if read else ""
        rows.append(f"| {name} | {column} | {codes} | {' | '.join(places[y].get(name, '') for y in years)} |")
    return [
        f"Record length in characters: {lengths}. A column shows the positions of the field in that year's layout, first–last, "
        "counted from 1; codes are in `reference/kostra_layouts/kostra_file_codelists.csv`.",
        "",
        f"| felt | column | form | {' | '.join(map(str, years))} |",
        f"|---|---|---|{'---|' * len(years)}",
        *rows,
        "",
    ]
