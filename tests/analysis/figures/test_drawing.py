"""Drawings: drawn once for the same data, again for other data, and the same bytes each time."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from analysis.figures.drawing import blank, styled
from derivations import activations, derive


@styled
def line(frame, name="a", derived=()):
    figure = blank(3, 2)
    figure.subplots().plot(frame["x"], frame["y"], label=name)
    drawn.append(name)
    return figure


drawn: list[str] = []
FRAME = pl.DataFrame({"x": [1, 2, 3], "y": [0.1, 0.2, 0.3]})


@pytest.fixture(autouse=True)
def nothing_drawn():
    drawn.clear()


def test_the_same_drawing_is_drawn_once(tmp_path):
    first = line(FRAME).svg(tmp_path)
    assert line(FRAME).svg(tmp_path) == first
    assert drawn == ["a"]
    assert first[1] == 3
    assert b"curve-0-0" in first[0]


@pytest.mark.parametrize(
    "other",
    [
        lambda: line(FRAME.with_columns(y=pl.col("y") + 1e-15)),
        lambda: line(FRAME.rename({"y": "z"}).with_columns(y=pl.col("z"))),
        lambda: line(FRAME, name="b"),
        lambda: line(FRAME, derived=[derive(activations["tanh"])]),
    ],
)
def test_other_data_are_drawn_again(tmp_path, other):
    line(FRAME).svg(tmp_path)
    other().svg(tmp_path)
    assert len(drawn) == 2


def test_a_drawing_shows_itself_in_a_notebook(tmp_path):
    assert line(FRAME)._repr_svg_().encode() == line(FRAME).svg(tmp_path)[0]


def test_what_can_not_be_told_apart_is_refused():
    with pytest.raises(TypeError, match="can't depend on a object"):
        line(FRAME, derived=object())


@pytest.mark.slow
def test_figures_that_are_stored_need_no_matplotlib():
    code = "import sys, analysis.figures.functions, analysis.speed.recorded; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
