"""A server on this machine that answers like Statistics Norway's interfaces, well or badly as a test wants.

Belongs here: the habits of PxWebApi 2 and Klass. Does not belong here: what a test expects.

``faults`` holds what happens to the next calls, in order; ``None`` is an ordinary answer. Names and error bodies are facts about the
interfaces; figures are made up.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from urllib.parse import parse_qs, urlsplit

REGIONS = ("EAK", "0301", "1804", "4601", "5001")
CONTENTS = {"KOSboliger": ("boliger", 0), "KOSandel": ("prosent", 1)}
YEARS = ("2022", "2023", "2024", "2025")
SYMBOLS = {("1804", "KOSandel", "2023"): ":", ("EAK", "KOSandel", "2025"): "..", ("4601", "KOSboliger", "2022"): "."}

Fault = Callable[[BaseHTTPRequestHandler], bool]


def error_body(title: str, status: int) -> bytes:
    """An error as PxWebApi 2 words it."""
    return json.dumps({"type": "Parameter error", "title": title, "status": status}).encode()


def answers(status: int, body: bytes = b"", **headers: str) -> Fault:
    """The next call gets this."""

    def send(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response_only(status)  # without the Date of this machine
        for name, value in {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        return True

    return send


def stops_in_the_middle(handler: BaseHTTPRequestHandler) -> bool:
    """More bytes are told than come."""
    answers(200, b'{"version": "2.0", "cl', Content_Length="5000")(handler)
    handler.close_connection = True
    return True


def says_nothing(seconds: float) -> Fault:
    """No answer for a while."""

    def wait(handler: BaseHTTPRequestHandler) -> bool:
        handler.server.stopped.wait(seconds)
        handler.close_connection = True
        return True

    return wait


def table(codes: dict[str, tuple[str, ...]], updated: str, table_id: str) -> dict:
    """A table in JSON-stat 2 with made-up figures for these codes."""
    cells = list(product(*codes.values()))
    value: list[int | float | None] = []
    status = {}
    for number, cell in enumerate(cells):
        if symbol := SYMBOLS.get(cell):
            status[str(number)] = symbol
        region, contents, year = cell
        figure = int("0" + "".join(c for c in region if c.isdigit())) + int(year)
        value.append(None if symbol else figure / 10 if contents == "KOSandel" else figure)
    body = {
        "version": "2.0",
        "class": "dataset",
        "label": f"{table_id}: Tall, etter region, statistikkvariabel og år",
        "source": "Statistisk sentralbyrå",
        "updated": updated,
        "role": {"time": ["Tid"], "geo": ["KOKkommuneregion0000"], "metric": ["ContentsCode"]},
        "id": list(codes),
        "size": [len(c) for c in codes.values()],
        "dimension": {name: dimension(name, own) for name, own in codes.items()},
        "extension": {"px": {"tableid": table_id}},
        "value": value,
    }
    return {**body, "status": status} if status else body


def dimension(name: str, codes: tuple[str, ...]) -> dict:
    category: dict = {"index": {c: i for i, c in enumerate(codes)}, "label": {c: f"navn på {c}" for c in codes}}
    if name == "ContentsCode":
        units = {c: CONTENTS.get(c, ("kr", 0)) for c in codes}
        category["unit"] = {c: {"base": base, "decimals": decimals} for c, (base, decimals) in units.items()}
    return {"label": name, "category": category, "extension": {"elimination": False}}


@dataclass
class SsbServer:
    """The server's state: what it holds, what it was asked, and what goes wrong next."""

    url: str = ""
    updated: str = "2026-06-15T06:00:00Z"
    config: dict = field(default_factory=lambda: {"maxDataCells": 800_000, "maxCallsPerTimeWindow": 0, "timeWindow": 0})
    headers: dict[str, str] = field(default_factory=dict)
    variables: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"KOKkommuneregion0000": REGIONS, "ContentsCode": tuple(CONTENTS), "Tid": YEARS}
    )
    real_limit: int = 800_000
    faults: list[Fault | None] = field(default_factory=list)
    calls: list[tuple[str, str, dict | None]] = field(default_factory=list)

    def statbank(self, handler: BaseHTTPRequestHandler, path: str, query: dict, body: dict | None) -> None:
        if path == "config":
            return self.ok(handler, self.config)
        if path.startswith("codelists/agg_"):
            return self.ok(handler, {"id": path[10:], "values": [{"code": "K-1804"}, {"code": "K-5001"}]})
        table_id = path.split("/")[1]
        if table_id not in ("12008", "12134"):
            return self.refuse(handler, "Non-existent table", 404)
        if path.endswith("/metadata"):
            body = table(self.variables, self.updated, "12008")
            body["dimension"]["KOKkommuneregion0000"]["extension"]["codelists"] = [
                {"id": "agg_X054", "label": "Uttrekk for Kommuner 2024-"}
            ]
            return self.ok(handler, {k: v for k, v in body.items() if k not in ("value", "status")})
        chosen = {item["variableCode"]: item["valueCodes"] for item in body["selection"]}
        if set(chosen) != set(self.variables):
            return self.refuse(handler, "Missing selection for mandantory variable", 400)
        if any(len(set(codes)) != len(codes) for codes in chosen.values()):
            return answers(500)(handler)
        listed = {item["variableCode"] for item in body["selection"] if "codelist" in item}
        if any(code not in self.variables[name] for name, codes in chosen.items() if name not in listed for code in codes):
            return self.refuse(handler, "Non-existent value", 400)
        if math.prod(map(len, chosen.values())) > self.real_limit:
            return self.refuse(handler, "Too many cells selected", 400)
        codes = {name: tuple(c for c in own if c in chosen[name]) or tuple(chosen[name]) for name, own in self.variables.items()}
        return self.ok(handler, table(codes, self.updated, table_id))

    def klass(self, handler: BaseHTTPRequestHandler, path: str, query: dict) -> None:
        _, number, what = path.split("/")
        if number not in ("131", "104"):
            return answers(404, json.dumps({"error": "Not Found", "message": f"Classification not found with id {number}"}).encode())(
                handler
            )
        first, end = query["from"], query.get("to")
        code = {
            "code": "5001",
            "parentCode": None,
            "level": "1",
            "name": "Trondheim - Tråante",
            "shortName": "",
            "notes": "Linje 1\nlinje 2",
        }
        valid = {"validFrom": None, "validTo": None, "validFromInRequestedRange": first, "validToInRequestedRange": end}
        both = {
            "sourceCode": "50",
            "sourceName": "Trøndelag",
            "targetCode": "5001",
            "targetName": "Trondheim",
            "validFrom": first,
            "validTo": end,
        }
        change = {"oldCode": "1601", "oldName": "Trondheim", "newCode": "5001", "newName": "Trondheim", "changeOccurred": "2018-01-01"}
        new = {"oldCode": None, "oldName": None, "newCode": "1580", "newName": "Haram", "changeOccurred": "2024-01-01"}
        self.ok(
            handler,
            {
                "codes": {"codes": [{**code, **valid}, {**code, **valid, "code": "0301", "name": "Oslo"}]},
                "changes": {"codeChanges": [change, new]},
                "corresponds": {"correspondenceItems": [both]},
            }[what],
        )

    def ok(self, handler: BaseHTTPRequestHandler, body: dict) -> None:
        answers(200, json.dumps(body, ensure_ascii=False).encode(), **self.headers)(handler)

    def refuse(self, handler: BaseHTTPRequestHandler, title: str, status: int) -> None:
        """The answer is 400 whatever the body says."""
        answers(400, error_body(title, status))(handler)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(length)) if length else None
        address = urlsplit(handler.path)
        self.calls.append((handler.command, handler.path, body))
        fault = self.faults.pop(0) if self.faults else None
        if fault and fault(handler):
            return
        if len(handler.path) > 2100:
            answers(404, b"<html><h1>404</h1></html>", Content_Type="text/html")(handler)
            return
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path.startswith("/api/pxwebapi/v2/"):
            self.statbank(handler, address.path.removeprefix("/api/pxwebapi/v2/"), query, body)
        else:
            self.klass(handler, address.path.removeprefix("/api/klass/v1/"), query)


def serve() -> tuple[SsbServer, Callable[[], None]]:
    """Start a server; returns it and what stops it."""
    state = SsbServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.handle(self)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.stopped = threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"

    def stop() -> None:
        server.stopped.set()
        server.shutdown()
        server.server_close()

    return state, stop
