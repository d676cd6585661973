"""Studies: what is read is what was written, and what can't be used is said at its line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from analysis.keeping.files import ROOT
from analysis.studies.reading import StudyError, built_in, read, schema
from analysis.studies.study import Study
from derivations import activations, literature

GOOD = """activations = ["tanh", "relu"]
depths = [5, 2]
seeds = 2
epochs = 4
"""


@pytest.fixture
def refused(tmp_path):
    """The message with which a study of this text is refused."""

    def message(text: str) -> str:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StudyError) as caught:
            read(str(path))
        return str(caught.value)

    return message


def test_the_protocol_of_the_published_coursework_is_the_default(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    study = read(str(path))
    assert (study.name, study.width, study.batch_size, study.learning_rate) == ("mine", 32, 64, 0.01)
    assert (study.initializer, study.dataset) == ("glorot_uniform", "MNIST")


def test_runs_are_every_activation_depth_and_seed_in_the_order_of_the_study(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    keys = [(run.activation, run.depth, run.seed) for run in read(str(path)).runs]
    assert keys == [(a, d, s) for a in ("tanh", "relu") for d in (5, 2) for s in (0, 1)]


def test_built_in_studies_are_those_of_the_report():
    beside = ("weights", "rates", "optimizers", "gain", "schoenholz2017", "hayou2019")
    assert built_in() == ("quick", "atlas", *beside, "standard", "full")
    studies = {name: read(name) for name in ("quick", "standard", "full")}
    assert {study.depths for study in studies.values()} == {(5, 20, 40)}
    assert [study.seeds for study in studies.values()] == [1, 5, 20]
    assert [study.epochs for study in studies.values()] == [3, 100, 100]


def test_atlas_has_every_registered_activation():
    atlas = read("atlas")
    assert atlas.activations == tuple(activations)
    assert (atlas.depths, atlas.seeds, atlas.epochs) == ((20,), 1, 3)


def test_activations_of_the_wider_atlas_are_used_by_their_names(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace('"relu"', '"QuickGELU"'))
    study = read(str(path))
    assert study.activations == ("tanh", "quick_gelu")
    assert study.functions == (activations["tanh"], literature["quick_gelu"])
    own = GOOD.partition("\n")[2] + '[activations]\nsine = "sine"\nlisht = "v*tanh(v)"\nmine = "v + sin(v)"\n'
    path.write_text(own)
    study = read(str(path))
    assert study.functions[:2] == (literature["sine"], literature["lisht"])
    assert set(study.expressions) == {"mine"}
    path.write_text(own.replace("v*tanh(v)", "v*tanh(2*v)"))
    assert set(read(str(path)).expressions) == {
        "lisht",
        "mine",
    }  # one's own function may have a name of these
    assert set(literature) < set(schema()["properties"]["activations"]["anyOf"][0]["items"]["enum"])


def test_a_mistake_in_an_expression_is_shown_by_a_caret_right_under_it(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.partition("\n")[2] + '[activations]\nmine = "v + torch.sin(v)"\n')
    with pytest.raises(StudyError) as complaint:
        read(str(path))
    said, shown, caret = str(complaint.value).splitlines()
    assert said.endswith("write sin(v)")
    assert shown[caret.index("^") :] == "torch.sin(v)"


@given(epochs=some.integers(1, 300))
def test_probes_are_untrained_early_and_last_whatever_the_epochs(epochs):
    probed = Study(name="s", activations=["tanh"], depths=[2], seeds=1, epochs=epochs).probe_epochs
    assert probed[0] == 0
    assert probed[-1] == epochs
    assert (3 in probed) == (epochs >= 3)
    assert list(probed) == sorted(set(probed))


@given(key=some.sampled_from(["epochs", "width", "batch_size", "seeds"]), value=some.integers(max_value=0))
def test_counts_are_positive(key, value):
    with pytest.raises(ValidationError, match=key):
        Study(**{"name": "s", "activations": ["tanh"], "depths": [2], "seeds": 1, "epochs": 1, key: value})


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        ("epochs = -1", 4, ["epochs", "-1", "greater than or equal to 1"]),
        ('epochs = "ten"', 4, ["epochs", "'ten'", "integer"]),
        ("epochs = 2.5", 4, ["epochs", "2.5", "integer"]),
        ("epochs = true", 4, ["epochs", "True", "integer"]),
        ("epochs = 4\nlearning_rate = 0.0", 5, ["learning_rate", "0.0", "greater than 0"]),
        ("epochs = 4\nlearning_rate = nan", 5, ["learning_rate", "nan"]),
        ("epochs = 4\nwidht = 3", 5, ["widht", "did you mean width"]),
        ("epochs = 4\ndataset = 'FashionMINST'", 5, ["FashionMINST", "did you mean FashionMNIST"]),
        ("epochs = 4\ninitializer = 'zeros'", 5, ["initializer", "zeros", "glorot_uniform"]),
        ("epochs = 4\nsigma_w = 1.1", 5, ["sigma_w", '"uniform" or "normal" only']),
        ("epochs = 4\nsigma_b = 0.1\ninitializer = 'torch_default'", 5, ["sigma_b", '"uniform" or']),
        ("epochs = 4\ninitializer = 'normal'\nsigma_w = 0.0", 6, ["sigma_w", "greater than 0"]),
    ],
)
def test_a_mistake_is_said_with_file_line_key_value_and_what_is_allowed(refused, change, line, said):
    message = refused(GOOD.replace("epochs = 4", change))
    assert re.search(rf"mine\.toml, line {line}\b", message)
    for part in said:
        assert part in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"relu"', '"rleu"', "did you mean relu"),
        ('"relu"', '"tanh"', "tanh is listed more than once"),
        ("[5, 2]", "[5, 1]", "greater than or equal to 2"),
        ("[5, 2]", "[]", "at least 1"),
        ("seeds = 2\n", "", "'seeds' is missing"),
        ('["tanh", "relu"]', '"relu"', 'Input should be a list, such as ["relu"]'),
        ("[5, 2]", "5", "Input should be a list, such as [5]"),
        ('"relu"', '"swish"', "it is called silu here"),
        ('"relu"', '"Tanh"', "tanh is listed more than once"),
    ],
)
def test_lists_and_missing_keys_are_said_too(refused, old, new, said):
    assert said in refused(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lr = 0.1", "unknown key 'lr'; it is called learning_rate here"),
        ("hidden_units = 8", "it is called width here"),
        ("optim = 'adam'", "it is called optimizer here"),
        ("optimizer = 'SGD'", '"sgd" means the same'),
        ("initializer = 'kaiming_normal'", '"he_normal" means the same'),
        ("initializer = 'xavier_uniform_'", '"glorot_uniform" means the same'),
        ("initializer = 'He_Normal'", '"he_normal" means the same'),
        ("dataset = ''", "Known are MNIST"),
        ("name = ' '", "one line that can be printed"),
        ("name = 'a\\nb'".replace("'", '"'), "one line that can be printed"),
    ],
)
def test_what_other_libraries_call_a_key_or_a_value_is_translated(refused, line, said):
    assert said in refused(f"{GOOD}{line}\n")


def test_names_that_differ_in_capitals_only_are_refused(refused):
    own = GOOD.partition("\n")[2] + '[activations]\nMine = "v + sin(v)"\nmine = "v - sin(v)"\n'
    assert "differs from Mine in capitals only" in refused(own)


def test_of_a_list_whose_item_is_refused_it_is_not_said_that_it_is_empty(refused):
    assert "at least 1 item" not in refused(GOOD.replace("[5, 2]", "[1]"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("learning_rate = 0,01", "a number has a point, as in 0.01"),
        ("initializer = “he_normal”", "quotes are to be straight"),
        ("initializer = ‘he_normal’", "quotes are to be straight"),
        ("epochs: 3", "line 5"),
    ],
)
def test_what_is_no_toml_but_looks_like_it_is_explained(refused, line, said):
    assert said in refused(f"{GOOD}{line}\n")


def test_a_byte_order_mark_is_read_over_and_other_encodings_are_said(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read(str(path)).epochs == 4
    path.write_text(GOOD, encoding="utf-16")
    with pytest.raises(StudyError, match="not a text in UTF-8"):
        read(str(path))


def test_the_readme_has_all_keys_and_says_which_are_required():
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("## Change the study")[1].split("build.py")[0]
    )
    required, others = (
        set(re.findall(r"^ {4}(\w+) = ", part, re.MULTILINE))
        for part in section.split("These are all others")
    )
    assert required == {*schema()["required"]}
    assert required | others == {*schema()["properties"]}


def test_data_of_ones_own_may_be_a_folder_or_a_file(tmp_path, refused):
    path = tmp_path / "mine.toml"
    (tmp_path / "mine.npz").touch()
    for name in (".", "mine.npz"):
        path.write_text(f'{GOOD}dataset = "{name}"\n')
        assert read(str(path)).dataset == str((tmp_path / name).resolve())
    assert "there is no" in refused(f'{GOOD}dataset = "other.npz"\n')


def test_broken_toml_is_said_with_its_line(refused):
    assert "line 2" in refused('activations = ["tanh"]\ndepths = [5,, 2]\n')


def test_every_mistake_is_said_at_once(refused):
    message = refused(GOOD.replace("epochs = 4", "epochs = 0").replace("seeds = 2", "seeds = 0"))
    assert message.count("mine.toml") == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("standart", "did you mean standard"),
        ("nothing like it", "built-in studies are"),
        ("no/where.toml", "file"),
    ],
)
def test_an_unknown_study_is_refused_with_near_matches(name, said):
    with pytest.raises(StudyError, match=said):
        read(name)


def test_a_study_can_not_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        read("quick").epochs = 5


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('optimizer = "adm"', "line 5: optimizer = 'adm': Input should be 'sgd', 'momentum' or 'adam'"),
        ("momentum = 0.5", 'line 5: momentum = 0.5: momentum counts with optimizer = "momentum" only'),
        (
            'beta1 = 0.5\noptimizer = "momentum"',
            'line 5: beta1 = 0.5: beta1 counts with optimizer = "adam" only',
        ),
        ('optimizer = "momentum"\nmomentum = 1', "line 6: momentum = 1: Input should be less than 1"),
        ("weight_decay = -0.1", "line 5: weight_decay = -0.1: Input should be greater than or equal to 0"),
        ("beta_1 = 0.5", "line 5: unknown key 'beta_1'; it is called beta1 here."),
    ],
)
def test_an_optimizer_that_can_not_be_used_is_refused_at_its_line(refused, lines, complaint):
    assert refused(f"{GOOD}{lines}\n").endswith(complaint)


def test_the_constants_of_an_optimizer_are_those_of_every_run(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'{GOOD}optimizer = "adam"\nbeta2 = 0.99\nweight_decay = 0.001\n')
    runs = read(str(path)).runs
    assert {(run.optimizer, run.beta1, run.beta2, run.weight_decay) for run in runs} == {
        ("adam", 0.9, 0.99, 0.001)
    }
