"""PDF documents, set by Typst: a text of ours with the values handed over apart, never pasted in.

Values travel as one JSON file that the template reads, so that nothing a person typed can be
taken for markup.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent / "templates"


def pdf(template: str, values: dict[str, Any]) -> bytes:
    """Return the PDF of a template of ``core/templates`` with ``values``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes((FOLDER / f"{template}.typ").read_bytes())
        (folder / "common.typ").write_bytes((FOLDER / "common.typ").read_bytes())
        text = json.dumps(values, ensure_ascii=False, default=str)
        (folder / "values.json").write_text(text, encoding="utf-8")
        content: bytes = typst.compile(str(folder / "main.typ"))
    return content
