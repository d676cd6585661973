"""What the benchmark has measured, read back and validated."""

from __future__ import annotations

import json

import pytest
from measured import MEASURED

from analysis.speed.recorded import RECORDED, Benchmark, BenchmarkError, printed, read_benchmark, tables


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
