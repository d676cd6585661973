"""The looks of activations: fixed for the report's own, distinct for all."""

import warnings

import matplotlib
from matplotlib.figure import Figure

from analysis.figures.style import FIGURE_STYLE, colour, looks, svg

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
