"""Studies beside a study: named, or the same with keys changed; all of them in one order; mistakes at their line."""

from __future__ import annotations

import re

import pytest
from made_up import made_up

from analysis.results.gathered import combine
from analysis.studies.beside import all_studies, studies_beside
from analysis.studies.reading import STUDIES, StudyError, built_in, read, schema
from analysis.studies.study import Study

GOOD = """activations = ["tanh", "gelu"]
depths = [5, 2]
seeds = 2
epochs = 4
"""
RATES = f"{GOOD}beside = [{{ learning_rate = 0.1 }}, {{ learning_rate = 1.0, epochs = 2 }}]\n"


@pytest.fixture
def study(tmp_path):
    """The study of a text, which can name others by their files."""

    def make(text: str, **files: str) -> Study:
        for name, content in {"mine": text, **files}.items():
            (tmp_path / f"{name}.toml").write_text(content)
        return read(str(tmp_path / "mine.toml"))

    return make


def test_a_study_beside_changes_what_it_says_and_nothing_else(study):
    found = study(RATES)
    assert [each.name for each in found.beside] == ["0.1", "1.0, 2"]
    first, second = found.beside
    assert first == found.model_copy(update={"name": "0.1", "learning_rate": 0.1, "beside": ()})
    assert (second.learning_rate, second.epochs, second.depths) == (1.0, 2, (5, 2))


def test_a_study_is_named_by_its_file_or_as_one_that_is_built_in(study):
    found = study(GOOD + 'beside = ["gain", "other.toml", { name = "wide", width = 64 }]', other=RATES)
    assert [each.name for each in found.beside] == ["gain", "other", "wide"]
    assert found.beside[0] == read("gain")
    assert [each.name for each in found.beside[1].beside] == ["0.1", "1.0, 2"]
    assert found.beside[2].width == 64


def test_own_activations_and_data_may_be_changed_too(study, tmp_path):
    (tmp_path / "images").mkdir()
    changed = '{ activations = { mine = "v + sin(v)" }, dataset = "images" }'
    [other] = study(f"{GOOD}beside = [{changed}]").beside
    assert other.activations == ("mine",)
    assert other.dataset == str(tmp_path / "images")


def test_results_are_nested_as_their_studies_are(study):
    found = study(
        GOOD.replace("gelu", "relu").replace("2]", "20]") + 'beside = ["gain", "other.toml"]', other=RATES
    )
    names = [each.name for each in all_studies(found)]
    assert names == ["mine", "mine, He's weights", "gain", "control", "other", "0.1", "1.0, 2"]
    assert list(studies_beside(found)) == ["he", "gain", "other"]
    results = combine([made_up(each) for each in all_studies(found)])
    assert [part.study.name for part in results.all] == names
    assert list(results.named) == ["he", "gain", "gain-control", "other", "other-0.1", "other-1.0, 2"]
    assert results["other"]["0.1"].study.learning_rate == 0.1
    assert results.find("mine") is results
    assert results.find("gain") is results["gain"]
    assert results.find("rates") is None


def test_what_is_validated_again_is_the_same_study(study):
    found = study(GOOD + 'beside = ["gain", { width = 64 }]')
    assert Study.model_validate(found.model_dump(mode="json")) == found


@pytest.mark.parametrize("name", built_in())
def test_the_studies_that_a_built_in_one_names_are_built_in(name):
    named = {each.name for each in read(name).beside if (STUDIES / f"{each.name}.toml").is_file()}
    assert all(read(each.name) == each for each in read(name).beside if each.name in named)


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("3", "a list of studies"),
        ("[3]", "in place 1: 3: a list of studies"),
        ('["gian"]', "did you mean gain"),
        ("[{ width = 64 }, { widht = 3 }]", "in place 2: unknown key 'widht'; did you mean width"),
        ("[{ epochs = 0 }]", "in place 1: epochs = 0: Input should be greater"),
        ('[{ dataset = "nowhere" }]', "in place 1: dataset = 'nowhere'"),
        ('[{ activations = { mine = "v +" } }]', "in place 1: mine = 'v +'"),
        ("[{ width = 64 }, { depths = [5], name = '64' }]", "64 is listed more than once"),
        ("[{ beside = [] }]", "the names of others, or tables of what they change"),
        (
            '["other.toml"]',
            "other.toml, line 5: a study that is named by another (mine.toml) can't name others",
        ),
    ],
)
def test_a_mistake_is_said_at_its_line(study, beside, said):
    with pytest.raises(StudyError) as caught:
        study(f"{GOOD}beside = {beside}\n", other=GOOD + 'beside = ["gain"]')
    assert re.search(r"\.toml, line 5\b|did you mean", str(caught.value))
    assert said in str(caught.value)


def test_the_schema_has_what_may_stand_beside():
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema())
    table = {"activations": ["tanh"], "depths": [5], "seeds": 1, "epochs": 1}
    assert validator.is_valid({**table, "beside": ["gain", {"learning_rate": 0.1}]})
    assert not validator.is_valid({**table, "beside": [{"learning_rate": 0}]})
    assert not validator.is_valid({**table, "beside": [{"beside": []}]})
