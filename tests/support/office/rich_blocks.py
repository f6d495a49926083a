"""Blocks of rich text: written by hand, and any there may be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from docgen.list_numbers import NUMBERINGS
from storage.text import FORBIDDEN, clean_text

FILE = f"{5:064x}.jpg"


def item(text: str, level: int = 1, numbering: str = "1.", **more: Any) -> dict[str, Any]:
    return {"type": "item", "level": level, "numbering": numbering, "runs": text, **more}


def paragraph(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "paragraph", "runs": text, **more}


TEXTS = st.text(max_size=30)
PRINTABLE = TEXTS.filter(lambda text: not FORBIDDEN.search(clean_text(text)))
_CAPTION = st.text(alphabet="abc é&<", min_size=1, max_size=9).map(lambda text: f"x{text}")


def blocks_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Blocks of every sort, with these texts."""
    looks = dict.fromkeys(("bold", "italic", "underline"), st.booleans())
    runs = st.lists(st.fixed_dictionaries({"text": texts}, optional=looks), max_size=4)

    def table(width: int) -> st.SearchStrategy[dict[str, Any]]:
        row = st.lists(runs, min_size=width, max_size=width)
        rows = st.lists(row, min_size=1, max_size=3)
        return st.fixed_dictionaries({"type": st.just("table"), "rows": rows}, optional={"header": st.booleans()})

    numbered = {
        "level": st.integers(min_value=1, max_value=4),
        "numbering": st.sampled_from(NUMBERINGS),
        "continues": st.booleans(),
    }
    levels = {"level": st.integers(min_value=0, max_value=4)}
    photo = st.fixed_dictionaries({"file": st.just(FILE), "caption": _CAPTION})
    return st.lists(
        st.one_of(
            st.fixed_dictionaries({"type": st.just("paragraph"), "runs": runs}, optional=levels),
            st.fixed_dictionaries({"type": st.just("item"), "runs": runs}, optional=numbered),
            st.integers(min_value=1, max_value=3).flatmap(table),
            st.fixed_dictionaries({"type": st.just("image"), "photo": photo}),
        ),
        max_size=6,
    )
