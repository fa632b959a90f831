"""Reasons of the gate in Norwegian, for the page that goes to a supplier: all those of rows, the most common refusals.

Belongs here: phrases that the gate writes and what they are in Norwegian. Does not belong here: the rules (``arrivals.rules``).
A phrase that is not known stays in English: a reason is never left out.
"""

from __future__ import annotations

import re

_PHRASES = (
    (r"the line must have (\d+) fields", r"linjen skal ha \1 felt"),
    (r"the line must have at least (\d+) characters", r"linjen skal ha minst \1 tegn"),
    (r"a quotation mark that is opened must be closed on the line", "et anførselstegn som åpnes, må lukkes på samme linje"),
    (r"the field is part of the key and must not be empty", "feltet er del av nøkkelen og kan ikke være tomt"),
    (r"the field must not be empty", "feltet kan ikke være tomt"),
    (r"must be a date as (.*)", lambda found: "skal være en dato på formen " + found[1].replace(" or ", " eller ").replace("Y", "Å")),
    (r"must be a whole number or one of ", "skal være et helt tall eller ett av "),
    (r"must be a whole number", "skal være et helt tall"),
    (r"must be a number with at most (\d+) decimals", r"skal være et tall med høyst \1 desimaler"),
    (r"must be a number with (a )?decimal point", "skal være et tall med desimalpunktum"),
    (r"must be a number with (a )?decimal comma", "skal være et tall med desimalkomma"),
    (r"must be a number", "skal være et tall"),
    (r", not below ([\d.]+)", r", ikke under \1"),
    (r", not above ([\d.]+)", r", ikke over \1"),
    (r"must be 0 or 1", "skal være 0 eller 1"),
    (
        r"must be 1 or 0 \(or true or false\); give other codes a meaning with values",
        "skal være 1 eller 0 (eller true eller false); andre koder må få en betydning i beskrivelsen (values)",
    ),
    (
        r"the code has no meaning in the mapping; add it to values, or correct the row",
        "koden har ingen betydning i beskrivelsen av uttrekket; legg den til der (values), eller rett raden",
    ),
    (r"the part that the mapping captures is not there", "den delen av teksten som skal brukes, finnes ikke"),
    (r"must have a part (\d+) between ", r"skal ha en del nummer \1 mellom "),
    (
        r"a cell holds an error \(such as #N/A\), a formula without a stored result or signs that no text has; write the value itself",
        "en celle inneholder en feil (som #N/A), en formel uten lagret resultat eller tegn som ikke er tekst; skriv selve verdien",
    ),
    (r" and '(.*)' between thousands", r" og «\1» mellom tusener"),
    (r" is not found in ", " finnes ikke i "),
    (r"the columns must all be filled, or all be empty", "kolonnene skal enten alle være fylt ut eller alle være tomme"),
    (r"must be one of ", "skal være en av "),
    (r"one of (.*) must be filled", r"en av \1 skal være fylt ut"),
    (r"must be a code of ", "skal være en kode i "),
    (r"must be a code that holds in the (.*) of the row, by ", r"skal være en kode som gjelder det året som står i \1, etter "),
    (
        r"must be a year of the delivery's period at whose end the municipality code was in use",
        "skal være et år i leveransens periode der kommunenummeret var i bruk ved utgangen av året",
    ),
    (r"must have the form ", "skal ha formen "),
    (
        r"must not hold a national id or DUF number; those belong in the id columns alone",
        "skal ikke inneholde fødselsnummer eller DUF-nummer; de hører bare hjemme i kolonnene for slike nummer",
    ),
    (r"must not hold the address of the row, which is secret", "skal ikke inneholde radens adresse, som er hemmelig"),
    (r"must be the municipality code of the supplier", "skal være leverandørens eget kommunenummer"),
    (r"must not lie before ", "skal ikke ligge før "),
    (r"the key \((.*)\) stands on an earlier line of the file", r"nøkkelen (\1) står på en tidligere linje i filen"),
)
_REFUSALS = (
    (r"the delivery: this does not hold: ", ""),
    (r"this does not hold: ", ""),
    (
        r"At most 5 % of the rows of a file \(or (\d+)\) are in quarantine",
        r"Høyst 5 % av radene i en fil (eller \1 rader) kan være i karantene",
    ),
    (
        r"At most half of the rows of a file \(or (\d+)\) have a national id that does not link",
        r"Høyst halvparten av radene i en fil (eller \1 rader) kan ha et fødselsnummer som ikke kobler",
    ),
    (r"The lines of one return have the same ", "Linjene i ett skjema har samme "),
    (r"A line stands in one file of a delivery alone", "En linje står bare i én fil av leveransen"),
    (r"(\d+) of (\d+) rows", r"\1 av \2 rader"),
    (
        r"; most often (\S+) \((\d+) rows\), first in (.*), line (\d+), field (\w*): ",
        r"; oftest \1 (\2 rader), først i \3, linje \4, felt \5: ",
    ),
    (r", line (\d+): ", r", linje \1: "),
    (r"the bytes are not (\S.*); save the file with the encoding (.*)", r"innholdet er ikke \1; lagre filen med tegnsettet \2"),
    (r"the file is empty", "filen er tom"),
    (r"the file has no header", "filen har ingen overskrift"),
    (r"missing column ", "mangler kolonnen "),
    (r"unknown column ([\d, ]+)", r"ukjent kolonne nummer \1"),
    (r"; the contract has ", "; avtalen har "),
    (
        r"the header has no \w+(?: \(it has .*?\))?; separate the columns with \w+ '(.)'",
        r"overskriften lar seg ikke dele; skill kolonnene med «\1»",
    ),
    (r"the record has (\d+) characters, the layout of (.*) has (\d+)", r"posten har \1 tegn, filbeskrivelsen for \2 har \3"),
    (
        r"must be the code of a municipality that exists on (\S+)",
        r"skal være kommunenummeret til en kommune som finnes \1",
    ),
    (r"field '(\w+)'", r"feltet «\1»"),
    (r"a link stands where a regular file should be", "en lenke står der en vanlig fil skulle vært"),
    (r"a directory stands where a regular file should be", "en mappe står der en vanlig fil skulle vært"),
    (
        r"the file has (\d+) bytes, the manifest says (\d+); send it again whole",
        r"filen har \1 byte, manifestet sier \2; send hele filen på nytt",
    ),
)
_NUMBERS = {"national_id": "fødselsnummer", "duf": "DUF-nummer"}
_STATUSES = {"missing": "{} mangler", "placeholder": "plassholder i stedet for {}", "invalid_check_digits": "{} med feil kontrollsiffer"}


def in_norwegian(reason: str) -> str:
    """A reason with every known phrase in Norwegian."""
    for english, norwegian in (*_REFUSALS, *_PHRASES):
        reason = re.sub(english, norwegian, reason)
    return reason


def status_in_norwegian(number: str, status: str) -> str:
    """Why a number of a person links to nobody."""
    return _STATUSES.get(status, "{} " + status.replace("_", " ")).format(_NUMBERS.get(number, number))
