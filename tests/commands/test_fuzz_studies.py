"""Wrong studies of every kind: each is refused at its line, with what is allowed, and that is all."""

from __future__ import annotations

import re
import sys
import tomllib
from math import inf, nan
from pathlib import Path

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

import build
from analysis.studies.reading import NAME, StudyError, read, schema
from derivations import activations, literature

GOOD = {
    "activations": '["tanh", "relu"]',
    "depths": "[5, 2]",
    "seeds": "2",
    "epochs": "4",
    "width": "16",
    "batch_size": "16",
    "learning_rate": "0.1",
    "initializer": '"he_normal"',
    "dataset": '"MNIST"',
}
REQUIRED = ("activations", "depths", "seeds", "epochs")
COUNTS = {"seeds": 10_000, "epochs": 100_000, "width": 8192, "batch_size": 60_000}


def toml(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = (f"\\U{ord(c):08x}" if c in '\\"' or not c.isprintable() else c for c in value)
        return f'"{"".join(escaped)}"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(key)} = {toml(each)}' for key, each in value.items())}}}"
    return repr(value)


TEXTS = some.text(some.characters(exclude_categories=["Cs"]), max_size=80)
HUGE = some.sampled_from([10**18, -(10**18), 2**63 - 1, 1e308, -1e308, 5e-324, nan, inf, -inf])
SCALARS = some.one_of(some.booleans(), some.integers(-(2**63), 2**63 - 1), some.floats(), TEXTS, HUGE)
ANYTHING = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=3)
)


def allowed(key: str, value: object) -> bool:
    """Whether a study may have this, said here a second time."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if key in COUNTS:
        return whole and 1 <= value <= COUNTS[key]
    if key == "learning_rate":
        return (whole or isinstance(value, float)) and 0 < value <= 1000
    if key == "depths":
        return (
            isinstance(value, list)
            and len(value) > 0
            and all(isinstance(n, int) and not isinstance(n, bool) and 2 <= n <= 1000 for n in value)
            and len(set(value)) == len(value)
        )
    if key == "activations":
        return (
            isinstance(value, list)
            and len(value) > 0
            and all(each in [*activations, *literature] for each in value)
        )
    return False


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("studies") / "mine.toml"


def message(file: Path, text: str) -> str:
    """What is said of a study that can't be used: never more or less than a `StudyError`."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read(str(file))
    assert str(file) in str(caught.value)
    assert all(len(line) < 1000 and line.isprintable() for line in str(caught.value).splitlines())
    return str(caught.value)


def text_of(table: dict[str, str]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in table.items())


def test_the_study_that_the_others_are_made_from_is_good(file):
    file.write_text(text_of(GOOD))
    assert read(str(file)).width == 16


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(key=some.sampled_from(list(GOOD)), value=ANYTHING)
def test_a_wrong_value_is_said_with_its_key_and_line(file, key, value):
    assume(not allowed(key, value))
    assume(not (key == "dataset" and isinstance(value, str) and (file.parent / value.strip("\0")).is_dir()))
    said = message(file, text_of({**GOOD, key: toml(value)}))
    if key == "activations" and isinstance(value, dict) and value:
        assert re.search(r"mine\.toml(, line \d+)?: ", said)  # of the table's own keys
    else:
        assert f"mine.toml, line {list(GOOD).index(key) + 1}: {key} = " in said


@settings(deadline=None)
@given(key=TEXTS.filter(lambda key: key not in {*GOOD, "name"}), value=ANYTHING)
def test_a_key_that_no_study_has_is_said(file, key, value):
    said = message(file, text_of({**GOOD, toml(key): toml(value)}))
    assert "unknown key" in said
    assert "mine.toml" in said


@settings(deadline=None)
@given(gone=some.sets(some.sampled_from(REQUIRED), min_size=1))
def test_every_missing_key_is_said(file, gone):
    said = message(file, text_of({key: value for key, value in GOOD.items() if key not in gone}))
    assert {key for key in GOOD if f"the key '{key}' is missing" in said} == gone


@settings(deadline=None)
@given(
    place=some.floats(0, 1),
    garbage=some.sampled_from([*"[]{}=\"'#\\,.\n\0\x1b\u2028é", "\n[[", "= =", "'''"]),
)
def test_broken_toml_is_said_with_its_line(file, place, garbage):
    whole = text_of(GOOD)
    cut = round(place * len(whole))
    broken = whole[:cut] + garbage + whole[cut:]
    try:
        tomllib.loads(broken)
    except tomllib.TOMLDecodeError:
        assert re.search(r"not a readable TOML file: .*(line \d+|end of document)", message(file, broken))


@settings(deadline=None)
@given(content=some.binary(max_size=300))
def test_no_bytes_are_a_surprise(file, content):
    file.write_bytes(content)
    with pytest.raises(StudyError, match=r"mine\.toml"):
        read(str(file))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    name=some.from_regex(NAME, fullmatch=True) | TEXTS,
    expression=TEXTS | some.text("v+-*/().^eE1209 tanhsigmod,_"),
)
def test_an_activation_of_ones_own_is_taken_or_said_at_its_line(file, name, expression):
    file.write_text(
        text_of({key: value for key, value in GOOD.items() if key != "activations"})
        + (f"[activations]\n{toml(name)} = {toml(expression)}\n"),
        encoding="utf-8",
    )
    try:
        [function] = read(str(file)).functions
    except StudyError as error:
        assert "mine.toml" in str(error)  # noqa: PT017 - either is right
        return
    assert function.name == name
    assert re.fullmatch(NAME, name)


@settings(deadline=None)
@given(key=some.sampled_from(list(GOOD)), value=ANYTHING)
def test_the_schema_for_editors_judges_as_the_program_does(file, key, value):
    assume(key != "dataset" and not (key == "activations" and isinstance(value, dict)))
    checker = jsonschema.Draft202012Validator(schema())
    table = tomllib.loads(text_of({**GOOD, key: toml(value)}))
    whole = isinstance(value, float) and value.is_integer()  # a whole number to JSON, and not to TOML
    nested = isinstance(value, list) and any(isinstance(each, float) for each in value)
    assume(not (whole or nested or value != value))
    assert checker.is_valid(table) == allowed(key, value)


@pytest.mark.parametrize("name", ["quick", "atlas", "standard", "full", "hayou2019"])
def test_the_schema_takes_the_built_in_studies(name):
    path = Path(build.__file__).parent / "analysis" / "studies" / "builtin" / f"{name}.toml"
    jsonschema.validate(tomllib.loads(path.read_text()), schema())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "epochs = 1",
        "\x00",
        text_of({**GOOD, "epochs": "0"}),
        text_of(GOOD) + "expressions = {}\n",
        "a = " + "[" * 9999,
    ],
)
def test_the_command_ends_with_2_one_message_and_nothing_written(file, tmp_path, monkeypatch, capsys, text):
    file.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["build.py", "--study", str(file)])
    with pytest.raises(SystemExit) as ended:
        build.main()
    assert ended.value.code == 2
    assert "mine.toml" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
