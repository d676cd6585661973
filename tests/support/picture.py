"""The picture of the README: a page of the report of the quick study, which says what words it shows.

`python tests/support/picture.py` makes it anew from out/report.pdf, after `python build.py --study quick`.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import typst
from layout import document_of
from pages import pages_of
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.keeping.files import CACHE

PICTURE = Path(__file__).parents[2] / "report" / "page.png"
CAPTION = "The largest gradient of each layer’s weights after"
DOTS = 80  # per inch


def shown(page: str) -> str:
    """The words of a page; its numbers may differ in the last digit where the processor is another."""
    return " ".join(re.findall(r"[^\W\d_]{2,}", page))


def words_of(out: Path) -> tuple[int, str]:
    """The page of a report that the README shows, from 0, and the words on it."""
    pages = pages_of(out / "report.pdf")
    number = next(number for number, page in enumerate(pages) if CAPTION in page and "Table" in page)
    return number, shown(pages[number])


def write(out: Path, picture: Path) -> None:
    """Draw the page of the quick study's report that lies in this folder."""
    number, words = words_of(out)
    document = document_of(CACHE / "typeset" / "quick.typ").encode()
    pages = typst.compile(document, root=out, ignore_system_fonts=True, format="png", ppi=DOTS)
    said = PngInfo()
    said.add_itxt("words", words)
    Image.open(BytesIO(pages[number])).convert("P", palette=Image.Palette.ADAPTIVE).save(
        picture, optimize=True, pnginfo=said
    )


if __name__ == "__main__":
    write(Path("out"), PICTURE)
