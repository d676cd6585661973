"""Reports of studies that are not the built-in ones: what they say is so for these, too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pages import text_of

from derivations import activations, find_activation, literature

pytestmark = [pytest.mark.slow, pytest.mark.release]  # each builds a whole report

ROOT = Path(__file__).parents[2]
MANY = [*activations, *list(literature)[:5]]  # more than a sentence lists
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
    "one of two classes": """
        activations = ["relu"]
        depths = [2]
        seeds = 2
        epochs = 1
        width = 8
        learning_rate = 1e-9
        dataset = "two"
    """,
    "many": f"""
        activations = {MANY}
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
    "medians of one": r"medians over 1 seed|thick: one seed; thin",
    "code for a power of ten": r"\de-\d",
}


def data_of(classes):
    """Training and test images of as many classes, each a pattern of its own with noise."""
    random = np.random.default_rng(0)
    patterns = random.integers(0, 256, (classes, 6, 6))
    parts = {}
    for part, count in (("train", 640), ("test", 200)):
        labels = np.arange(count, dtype=np.uint8) % classes
        noisy = patterns[labels] + random.normal(0, 40, (count, 6, 6))
        parts |= {f"{part}_images": np.clip(noisy, 0, 255).astype(np.uint8), f"{part}_labels": labels}
    return parts


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """The text of each study's report, by name."""
    folder = tmp_path_factory.mktemp("every")
    for name, classes in (("own", 10), ("two", 2)):
        (folder / name).mkdir()
        np.savez(folder / name / "images.npz", **data_of(classes))
    found = {}
    for name, study in STUDIES.items():
        (folder / f"{name}.toml").write_text(re.sub(r"^ +", "", study, flags=re.MULTILINE))
        words = ["--study", folder / f"{name}.toml", "--output", folder / name, "--jobs", "1"]
        done = subprocess.run([sys.executable, "build.py", *words], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        text = text_of(folder / name / "report.pdf")
        found[name] = re.sub(r"(?: \.){3,}(?= )", "", text)  # the dots of the contents
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


def test_a_report_of_one_activation_compares_nothing(texts):
    text = texts["one of two classes"]
    assert "three of the four tasks of a course exercise" in text
    assert "networks of one depth" in text
    assert "For one seed, every activation starts" not in text
    assert "they do so too" not in text
    assert "learning rates and initial weights" not in text


def test_of_two_classes_it_says_little_to_get_half_of_them_right(texts):
    said = "always answering the most frequent class gets 50 % right"
    assert said in texts["one of two classes"].replace("\N{NO-BREAK SPACE}", " ")
    assert "says little" not in texts["many"]


def test_data_of_ones_own_are_called_so(texts):
    assert "on the data “own” by these equations" in texts["many"]
    assert "All networks learn the data “two” alone" in texts["one of two classes"]


def test_a_report_of_many_activations_counts_them_where_a_sentence_would_be_too_long(texts):
    assert f"proven for {len(MANY)} activations" in texts["many"]
    assert re.search(r"Table \d+, continued", texts["many"])


def test_a_report_of_many_activations_names_them_all(texts):
    for name in MANY:
        assert find_activation(name).title in texts["many"]


def test_a_benchmark_that_was_recorded_elsewhere_is_called_that(texts):
    for text in texts.values():
        assert "it was recorded elsewhere, not for this report" in text
