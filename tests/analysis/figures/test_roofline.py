"""The roofline: its corners from the machine's two rates, and each measured rate a point below it with its number."""

from __future__ import annotations

import copy

import pytest
from measured import MEASURED

from analysis.figures.roofline import roofline
from analysis.speed.recorded import Benchmark


def benchmark(**changes):
    """A machine of 160 GFLOP/s and 20 GB/s: memory is the limit below 8 FLOP for each byte."""
    given = {**copy.deepcopy(MEASURED), "peak_gflops": 160.0, "copy_gigabytes_per_second": 20.0}
    return Benchmark.model_validate({**given, **changes})


def rate(intensity, gflops):
    return {"ms_per_model_epoch": 1.0, "gflops": gflops, "fraction_of_peak": 0.5, "flop_per_byte": intensity}


def at_depth(intensity, gflops):
    other_ways = {"torch_ms_per_model_epoch": 4.0, "autograd_ms_per_model_epoch": 9.0}
    return {**rate(intensity, gflops), **other_ways, "overhead": 0.1}


GIVEN = benchmark(
    depths={"5": at_depth(4.0, 50.0), "40": at_depth(6.0, 90.0)},
    widths={"16": rate(2.0, 30.0), "128": rate(32.0, 150.0)},
    batches={"16": rate(3.0, 20.0), "256": rate(3.5, 70.0)},
)


def points(line):
    return list(zip(*line.get_data(), strict=True))


@pytest.fixture(scope="module")
def axes():
    [axes] = roofline(GIVEN).figure().axes
    return axes


def test_the_roof_rises_with_the_memory_and_is_flat_at_the_peak(axes):
    # From half the least intensity to twice the greatest, with its ridge at 160 / 20.
    assert points(axes.lines[0]) == [(1, 20), (8, 160), (64, 160)]


@pytest.mark.parametrize(
    ("intensity", "corners"),
    [(0.5, [(0.25, 5), (1, 20), (1, 20)]), (100.0, [(50, 160), (50, 160), (200, 160)])],
)
def test_where_one_of_both_is_the_limit_everywhere_there_is_no_ridge(intensity, corners):
    given = benchmark(
        depths={"5": at_depth(intensity, 3.0)},
        widths={"16": rate(intensity, 3.0)},
        batches={"16": rate(intensity, 3.0)},
    )
    assert points(roofline(given).figure().axes[0].lines[0]) == corners


def test_each_rate_is_a_point_of_its_series(axes):
    _, depths, widths, batches = axes.lines
    assert points(depths) == [(4, 50), (6, 90)]
    assert points(widths) == [(2, 30), (32, 150)]
    assert points(batches) == [(3, 20), (3.5, 70)]
    assert len({line.get_marker() for line in axes.lines[1:]}) == 3
    assert {line.get_linestyle() for line in axes.lines[1:]} == {"None"}


@pytest.mark.slow
def test_what_is_the_studys_own_is_a_point_of_the_layers_only():
    given = benchmark(widths={"32": rate(3.0, 20.0), "64": rate(4.0, 30.0)}, batches={"64": rate(3.0, 20.0)})
    _, depths, widths, batches = roofline(given).figure().axes[0].lines
    assert (points(depths), points(widths), points(batches)) == ([(13.7, 96.5)], [(4, 30)], [])


def test_beside_each_point_stands_what_was_varied(axes):
    written = {text.xy: text.get_text() for text in axes.texts}
    assert written == {
        (4, 50): "5",
        (6, 90): "40",
        (2, 30): "16",
        (32, 150): "128",
        (3, 20): "16",
        (3.5, 70): "256",
    }


def test_the_legend_says_which_series_is_which_and_at_how_many_layers(axes):
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "matrix product, copy",
        "layers",
        "width, at 20 layers",
        "mini-batch, at 20 layers",
    ]


def test_both_axes_are_in_powers_of_two_and_the_slowest_rate_has_room_below(axes):
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.xaxis.get_transform().base == axes.yaxis.get_transform().base == 2
    assert axes.get_ylim()[0] == 10
    assert axes.get_xlabel() == "arithmetic intensity / (FLOP/byte)"
    assert axes.get_ylabel() == "GFLOP/s on one thread"
