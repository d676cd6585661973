"""Figures of activations: curves by torch's functions and autograd, gaps and circles at kinks, bars of ranges."""

from __future__ import annotations

import math

import matplotlib.colors
import numpy as np
import pytest
import torch

from analysis.figures.functions import activation_functions, atlas
from analysis.figures.style import looks
from derivations import Activation, Derivation, activations, derive, differentiate, parse, v
from derivations.derivation import Known

BESIDE = 5  # the axis ends here, and bars of ranges stand to its right
TORCH = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
    "hardtanh": torch.nn.functional.hardtanh,
}
CUBE = derive(Activation("cube", v**3, "cube"))
PARABOLA = derive(Activation("parabola", parse("v - exp(v)"), "parabola"))  # f' in (-oo, 1)
JUMP = derive(Activation("jump", parse("v/2 + Heaviside(v - 1)"), "jump"))
TANH = activations["tanh"]
UNPROVEN = Derivation(TANH, known=Known(differentiate(TANH.expression), unproven="time was up"))


def derived(*names):
    return [derive(activations[name]) for name in names]


def curves(axes):
    """The lines through more than two points over the axis."""
    return [line for line in axes.lines if line.get_marker() == "None" and len(line.get_xdata()) > 2]


def circles(axes, beside=False):
    """Height -> whether it is filled, of the circles over the axis or of those at the bars."""
    return {
        round(float(y), 6): matplotlib.colors.to_hex(line.get_markerfacecolor()) != "#ffffff"
        for line in axes.lines
        if line.get_marker() == "o"
        for x, y in np.asarray(line.get_xydata(), float)
        if (x > BESIDE) == beside
    }


def bars(axes):
    """The lower and the upper end of each bar."""
    return [
        tuple(line.get_ydata())
        for line in axes.lines
        if line.get_marker() == "None" and min(line.get_xdata()) > BESIDE
    ]


def values(name, points):
    """f and f' by torch."""
    at = torch.tensor(points, requires_grad=True)
    f = TORCH[name](at)
    [slope] = torch.autograd.grad(f.sum(), at)
    return f.detach().numpy(), slope.numpy()


@pytest.mark.parametrize("name", TORCH)
def test_curves_are_f_and_its_slope_from_minus_five_to_five(name):
    left, right = activation_functions(derived(name)).figure().axes
    for axes, which in ((left, 0), (right, 1)):
        for line in curves(axes):
            x, y = line.get_data()
            assert y == pytest.approx(values(name, x)[which], abs=1e-12)
        x = np.concatenate([line.get_xdata() for line in curves(axes)])
        assert np.all(np.diff(x) > 0)
        assert np.diff(x).max() < 0.06
        assert (x[0], x[-1]) == pytest.approx((-5, 5), abs=0.06)


def test_the_slope_has_a_gap_at_a_kink_and_both_limits_are_hollow():
    left, right = activation_functions(derived("relu")).figure().axes
    assert [line.get_xdata().max() < 0 for line in curves(right)] == [True, False]
    assert curves(right)[1].get_xdata().min() > 0
    assert circles(right) == {0: False, 1: False}
    assert len(curves(left)) == 1
    assert circles(left) == {}


def test_the_slope_has_a_gap_at_each_of_several_kinks():
    _, right = activation_functions(derived("hardtanh")).figure().axes
    assert [set(line.get_ydata()) for line in curves(right)] == [{0}, {1}, {0}]
    below, inside, above = (line.get_xdata() for line in curves(right))
    assert below[-1] < -1 < inside[0] < inside[-1] < 1 < above[0]
    [*places] = (line.get_xdata()[0] for line in right.lines if len(line.get_xdata()) == 2)
    assert places[:2] == [-1, 1]


def test_the_bar_of_a_range_has_a_filled_circle_at_an_end_that_is_attained_and_a_hollow_one_at_another():
    _, right = activation_functions(derived("sigmoid")).figure().axes
    assert bars(right) == [(0, 0.25)]
    assert circles(right, beside=True) == {0: False, 0.25: True}
    _, right = activation_functions(derived("softplus")).figure().axes
    assert bars(right) == [(0, 1)]
    assert circles(right, beside=True) == {0: False, 1: False}


def test_a_range_of_single_values_is_a_filled_circle_for_each():
    _, right = activation_functions(derived("relu")).figure().axes
    assert bars(right) == [(0, 0), (1, 1)]
    assert circles(right, beside=True) == {0: True, 1: True}


def test_functions_stand_below_each_other_with_their_names_and_colours():
    names = ["tanh", "relu", "sigmoid"]
    axes = activation_functions(derived(*names)).figure().axes
    assert [panel.get_ylabel() for panel in axes[::2]] == ["tanh", "ReLU", "sigmoid"]
    for name, *row in zip(names, axes[::2], axes[1::2], strict=True):
        colours = {line.get_color() for panel in row for line in curves(panel)}
        assert colours == {looks(names)[name].colour}
    assert axes[0].get_title() == "$f(v)$"
    assert axes[1].get_title().startswith("$f'(v)$")
    assert [panel.get_xlabel() for panel in axes] == ["", "", "", "", "$v$", "$v$"]


def test_what_is_not_proven_has_no_bar():
    for figure in (activation_functions([UNPROVEN]), atlas([UNPROVEN])):
        panel = next(axes for axes in reversed(figure.figure().axes) if axes.get_visible())
        assert curves(panel)
        assert bars(panel) == []
        assert circles(panel, beside=True) == {}


@pytest.mark.parametrize("drawn", [activation_functions, atlas])
def test_a_bar_without_bounds_reaches_the_edge_of_its_panel(drawn):
    panel = next(axes for axes in reversed(drawn([CUBE]).figure().axes) if axes.get_visible())
    [(low, high)] = bars(panel)
    assert (low, high) == pytest.approx((0, panel.get_ylim()[1]))
    assert circles(panel, beside=True) == {0: True}
    panel = next(axes for axes in reversed(drawn([PARABOLA]).figure().axes) if axes.get_visible())
    [(low, high)] = bars(panel)
    assert (low, high) == pytest.approx((panel.get_ylim()[0], 1))
    assert circles(panel, beside=True) == {1: False}


# The atlas


def shown(figure):
    return [axes for axes in figure.axes if axes.get_visible()]


def test_the_atlas_has_a_panel_for_each_function_and_no_others_are_seen():
    names = ["tanh", "relu", "sigmoid", "softplus", "hardtanh"]
    figure = atlas(derived(*names)).figure()
    assert [axes.get_title() for axes in shown(figure)] == [activations[name].title for name in names]
    assert len(figure.axes) == 8


def test_in_the_atlas_f_is_thin_and_its_slope_thick_and_both_are_right():
    for name, axes in zip(TORCH, shown(atlas(derived(*TORCH)).figure()), strict=True):
        f, *slopes = curves(axes)
        assert f.get_ydata() == pytest.approx(values(name, f.get_xdata())[0], abs=1e-12)
        for slope in slopes:
            assert slope.get_ydata() == pytest.approx(values(name, slope.get_xdata())[1], abs=1e-12)
            assert slope.get_linewidth() > f.get_linewidth()


def test_a_panel_of_the_atlas_shows_the_whole_of_its_range_up_to_twenty():
    [tanh] = shown(atlas(derived("tanh")).figure())
    assert tanh.get_ylim() == pytest.approx((-1.2, 2.2))
    [wide] = shown(atlas([derive(Activation("wide", 7 * parse("tanh(v)") - 3 * v, "wide"))]).figure())
    assert wide.get_ylim() == pytest.approx((-3.2, 4.2))
    [cube] = shown(atlas([CUBE]).figure())
    assert cube.get_ylim() == pytest.approx((-1.2, 20.2))


def test_what_is_taller_than_its_panel_is_cut_off_at_its_edge():
    [panel] = shown(atlas([derive(Activation("steep", 50 * parse("tanh(v)"), "steep"))]).figure())
    assert bars(panel) == [(0, 50)]
    assert all(line.get_clip_on() for line in panel.lines)


def test_a_jump_has_hollow_circles_where_the_slope_goes_on():
    [panel] = shown(atlas([JUMP]).figure())
    assert circles(panel) == {0.5: False}
    assert math.isclose(curves(panel)[1].get_xdata().max(), 1, abs_tol=0.05)
