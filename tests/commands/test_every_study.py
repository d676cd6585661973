"""Reports of studies that are not the built-in ones: what they say is so for these, too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.slow  # each builds a whole report

ROOT = Path(__file__).parents[2]
STUDIES = {
    "alone": """
        depths = [4]
        seeds = 1
        epochs = 1
        width = 8
        dataset = "own"
        [activations]
        my_act = "v*sigmoid(v) + v/100"
    """,
    "diverged": """
        activations = ["lecun", "leaky_relu"]
        depths = [3]
        seeds = 2
        epochs = 2
        width = 8
        learning_rate = 1000.0
        dataset = "own"
    """,
    "many": """
        activations = ["relu", "tanh", "sigmoid", "lecun", "celu", "elu", "gelu", "mish", "selu", "silu", "softsign"]
        depths = [3]
        seeds = 1
        epochs = 2
        width = 8
        initializer = "he_normal"
        dataset = "own"
    """,
}
#: what no report says, of one network or of a thousand
NEVER = {
    "a plural of one": r"\b1 (networks|layers|epochs|seeds|units|activations|images|comparisons|hidden layers)\b",
    "code": r"\{%|\bNone\b(?! of)|\bnan\b|\| tex|[a-z)] \. ",
    "data that was not used": r"images are those of|MNIST for|on MNIST",
    "a protocol that was not followed": r"that of the learning curves of the published",
    "medians of one": r"medians over 1 seed",
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """The text of each study's report, by name; their own data have ten classes of noisy patterns."""
    folder = tmp_path_factory.mktemp("every")
    random = np.random.default_rng(0)
    patterns = random.integers(0, 256, (10, 6, 6))

    def images(count):
        labels = np.arange(count, dtype=np.uint8) % 10
        noisy = patterns[labels] + random.normal(0, 40, (count, 6, 6))
        return {"images": np.clip(noisy, 0, 255).astype(np.uint8), "labels": labels}

    parts = {f"{part}_{name}": values for part, count in (("train", 640), ("test", 200))
             for name, values in images(count).items()}  # fmt: skip
    (folder / "own").mkdir()
    np.savez(folder / "own" / "own.npz", **parts)
    found = {}
    for name, study in STUDIES.items():
        (folder / f"{name}.toml").write_text(re.sub(r"^ +", "", study, flags=re.MULTILINE))
        words = ["--study", folder / f"{name}.toml", "--output", folder / name]
        done = subprocess.run([sys.executable, "build.py", *words], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        pages = PdfReader(folder / name / "report.pdf").pages
        found[name] = " ".join(" ".join(page.extract_text() for page in pages).split())
    return found


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("what", NEVER)
def test_no_report_says_what_its_study_does_not_bear_out(texts, name, what):
    assert re.findall(rf".{{0,40}}(?:{NEVER[what]}).{{0,40}}", texts[name]) == []


def test_a_report_of_networks_that_all_diverged_says_so_on_its_first_page(texts):
    assert "All of them diverged: their loss is no longer finite." in texts["diverged"]
    assert "the best, " not in texts["diverged"]


def test_a_report_without_an_activation_has_nothing_on_it(texts):
    assert "What does a scaled tanh gain" not in texts["alone"]
    assert "(proof in Section" not in texts["alone"]
    assert "Dead units of ReLU" not in texts["alone"]


def test_a_report_of_many_activations_names_them_all(texts):
    for title in ("CELU", "GELU", "Mish", "SELU", "SiLU", "Softsign"):
        assert title in texts["many"]
