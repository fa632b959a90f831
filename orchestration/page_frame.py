"""The frame that static pages share: one file without script, font or anything fetched.

Belongs here: head and style. Does not belong here: what a page says.
"""

from __future__ import annotations

import html

_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1f24; }
h1, h2, h3 { font-weight: 600; } table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
a { color: #0b57d0; } li { margin: .4rem 0; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.passed { color: #116329; } .failed { color: #a40e26; font-weight: 600; } td.passed, td.failed { white-space: nowrap; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3; } th, td { border-color: #30363d; }
  .passed { color: #3fb950; } .failed { color: #ff7b72; } a { color: #79c0ff; } }
"""


def page(title: str, body: str, language: str = "en", style: str = _STYLE) -> str:
    """A whole page; ``body`` is HTML, the title is text. ``style`` replaces the common one on pages that are made for paper."""
    title = html.escape(title)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )
