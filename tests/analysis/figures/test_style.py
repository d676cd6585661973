"""The looks of activations: fixed for the report's own, distinct for all."""

import io
import re
import warnings

import matplotlib
import pytest
from matplotlib.figure import Figure

from analysis.figures.style import FIGURE_STYLE, colour, curves, looks, svg

OWN = ["relu", "tanh", "sigmoid", "lecun"]


def test_the_reports_own_activations_look_the_same_whatever_is_beside_them() -> None:
    assert looks(["mine", *reversed(OWN)])["tanh"] == looks(OWN)["tanh"]
    assert colour("tanh") == looks(["tanh"])["tanh"].colour


def test_all_activations_of_a_large_study_look_different() -> None:
    names = OWN + [f"user{i}" for i in range(18)]
    assert len(set(looks(names).values())) == len(names)
    assert len({look.colour for look in looks(OWN).values()}) == len(OWN)  # told apart by colour alone
    assert len({(look.marker, look.dash) for look in looks(OWN).values()}) == len(OWN)  # and without it


def test_the_reports_font_has_what_figures_say() -> None:
    with warnings.catch_warnings(), matplotlib.rc_context(FIGURE_STYLE):
        warnings.simplefilter("error")
        figure = Figure()
        axes = figure.subplots()
        axes.semilogy([-1.5, 3], [1e-6, 1e2])
        axes.set(title="tanh (n = 3), 97 %, a < b & c > d – e", ylabel=r"$\max_{ij} |\partial E|$")
        svg(figure)


def test_a_place_in_an_svg_is_within_a_hundredth_of_a_point_of_matplotlibs() -> None:
    figure = Figure()
    figure.subplots().plot([0.123456789, 1 / 3, 2 / 3], [1 / 7, 1e-3, 5.5], label="line")
    kept, whole = svg(figure).decode(), io.StringIO()
    figure.savefig(whole, format="svg", transparent=True)
    places = [
        [
            float(number)
            for path in re.findall(r' d="([^"]*)"', text)
            for number in re.findall(r"-?[\d.]+", path)
        ]
        for text in (kept, whole.getvalue())
    ]
    assert places[0] == pytest.approx(places[1], abs=0.01, rel=0)
    assert len(kept) < 0.8 * len(whole.getvalue())


def test_marks_of_a_curve_say_their_style_once() -> None:
    figure = Figure()
    figure.subplots().plot(range(40), range(40), "s", color="#123456")
    assert svg(figure).decode().count("#123456") < 5


def test_an_entry_of_the_legend_is_no_curve() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([], [], "o", label="squares")
    axes.plot([1, 2], [3, 4], label="line")
    assert [curve["label"] for curve in curves(figure)] == ["line"]
