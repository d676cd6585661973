"""What the benchmark has measured, read back and validated."""

from __future__ import annotations

import json

import pytest
from measured import MEASURED

from analysis.speed.recorded import (
    RECORDED,
    Benchmark,
    BenchmarkError,
    by_rate,
    comes_with_the_project,
    of_the_environment,
    printed,
    read_benchmark,
    tables,
)
from derivations import activations


def test_a_benchmark_is_read_as_it_was_written(tmp_path):
    measured = Benchmark.model_validate(MEASURED)
    path = tmp_path / "benchmark.json"
    path.write_text(measured.model_dump_json())
    assert read_benchmark(path) == measured
    assert json.loads(path.read_text()) == MEASURED
    assert read_benchmark(tmp_path / "none.json") == read_benchmark(RECORDED)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"peak_gflops": -1}', json.dumps(MEASURED)[:-1], "\0"])
def test_a_file_that_is_no_benchmark_is_refused_by_name(tmp_path, content):
    path = tmp_path / "benchmark.json"
    path.write_text(content)
    with pytest.raises(BenchmarkError, match=r"benchmark\.json holds no benchmark.*measure again"):
        read_benchmark(path)


def test_every_table_has_what_its_columns_name():
    for _, columns, rows in tables(Benchmark.model_validate(MEASURED)):
        for row in rows.values():
            assert all(getattr(row, name) > 0 for name in columns)


def test_a_report_prints_what_varies_beside_what_was_measured():
    layers = printed(Benchmark.model_validate(MEASURED))["layers"]
    (row,) = layers["rows"]
    assert (row["layers"], row["gflops"], row["overhead"]) == (5, 96.5, 0.05)
    assert layers["columns"]["layers"] == "Layers"
    assert layers["formats"].keys() == layers["columns"].keys() - {"layers"}


def test_activations_are_printed_from_the_fastest_on():
    rows = printed(Benchmark.model_validate(MEASURED))["activation"]["rows"]
    assert [(row["activation"], row["times_relu"]) for row in rows] == [("relu", 1), ("mish", 2)]


def test_the_peak_is_the_fastest_product_and_no_training_beats_it():
    own = read_benchmark(RECORDED)
    assert by_rate(own)[0] == (own.peak_by, own.peak_gflops)
    rates = [*own.depths.values(), *own.widths.values(), *own.batches.values(), *own.activations.values()]
    for rate in rates:
        assert rate.fraction_of_peak == pytest.approx(rate.gflops / own.peak_gflops)
        assert rate.fraction_of_peak < 1


def test_the_recorded_benchmark_has_every_registered_activation():
    assert read_benchmark(RECORDED).activations.keys() == activations.keys()


def test_a_benchmark_of_ones_own_does_not_come_with_the_project(tmp_path):
    (tmp_path / "benchmark.json").write_text(json.dumps(MEASURED))
    assert comes_with_the_project(read_benchmark(tmp_path / "none.json"))
    assert not comes_with_the_project(read_benchmark(tmp_path / "benchmark.json"))


def test_one_line_names_the_variables_that_held_a_library_back():
    measured = Benchmark.model_validate(MEASURED)
    part = "53\N{NO-BREAK SPACE}%"
    said = f"A_VARIABLE and B_VARIABLE held a library to {part} of its speed; the peak was measured without."
    assert of_the_environment(measured) == said
    assert of_the_environment(measured.model_copy(update={"held_back": {}})) == ""
