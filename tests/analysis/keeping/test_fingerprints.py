"""What training's code is: every module that runs in it counts, and nothing else does."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.keeping import fingerprints as sources
from analysis.keeping.fingerprints import source_digests
from analysis.results.store import TRAINER, Store
from analysis.studies.derived import PROVER
from analysis.theory.predictions import PREDICTOR
from analysis.training import ways
from analysis.training.epochs import train_stack
from analysis.verification.checks import CHECKER
from analysis.workers.pool import PRELOADED

ROOT = Path(__file__).parents[3]
ON_THE_PATH = sorted(source_digests(TRAINER))
OTHERS = sorted(
    str(path.relative_to(ROOT))
    for part in ("derivations", "analysis", "report", "build.py")
    for path in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*"))
    if path.suffix in (".py", ".lua", ".toml", ".j2", ".typ", ".tex", ".html", ".css", ".js", ".bib")
    and ".".join(path.relative_to(ROOT).with_suffix("").parts) not in ON_THE_PATH
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Writes the modules of a small project and returns the digests of analysis.a."""

    def digests(**modules: str) -> dict[str, str]:
        for name, text in modules.items():
            package, module = name.split("_", 1)
            (tmp_path / package).mkdir(exist_ok=True)
            (tmp_path / package / f"{module}.py").write_text(text)
        source_digests.cache_clear()
        return source_digests("analysis.a")

    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(sources, "CACHE", tmp_path / "cache")
    yield digests
    source_digests.cache_clear()


def test_comments_docstrings_and_layout_do_not_count(project):
    before = project(analysis_a="def f(x):\n    return x + 1\n")
    assert (
        project(analysis_a='"""What."""\ndef f(x):\n    """Why."""\n    return (x  # so\n        + 1)\n')
        == before
    )
    assert project(analysis_a="def f(x):\n    return x + 2\n") != before


def test_a_change_in_a_module_that_is_imported_indirectly_counts(project):
    modules = {
        "derivations___init__": "from derivations.deep import g\nfrom derivations.aside import h\n",
        "derivations_deep": "def g(): return 1\n",
        "derivations_aside": "def h(): return 1\n",
        "analysis_b": "from derivations import g\n",
        "analysis_a": "from analysis.b import g\n",
    }
    before = project(**modules)
    assert set(before) == {"analysis.a", "analysis.b", "derivations.deep"}
    assert project(derivations_aside="def h(): return 2\n") == before
    assert project(derivations_deep="def g(): return 2\n") != before


@pytest.mark.parametrize(
    "statement", ["import analysis.b", "import analysis.b as b", "from . import b", "from .b import g"]
)
def test_every_way_to_import_counts(project, statement):
    before = project(analysis_b="def g(): return 1\n", analysis_a=f"{statement}\n")
    assert set(before) == {"analysis.a", "analysis.b"}
    assert project(analysis_b="def g(): return 2\n") != before


C = "#define HALF 0.5 /* of one */\nstatic double half(double x) { return HALF * x; } // of x\n"


@pytest.fixture
def project_with_c(project, tmp_path):
    """Writes C that analysis.a names, and C that it does not, and returns the digests of analysis.a."""

    def digests(named: str = C, other: str = C) -> dict[str, str]:
        (tmp_path / "analysis").mkdir(exist_ok=True)
        (tmp_path / "analysis" / "named.c").write_text(named)
        (tmp_path / "analysis" / "other.c").write_text(other)
        return project(analysis_a='SOURCE = "named.c"\n')

    return digests


def test_c_beside_a_module_that_names_it_counts_and_no_other_does(project_with_c):
    before = project_with_c()
    assert set(before) == {"analysis.a", "analysis/named.c"}
    assert project_with_c(other=C.replace("0.5", "0.25")) == before
    after = project_with_c(C.replace("0.5", "0.25"))
    assert [name for name in before if before[name] != after[name]] == ["analysis/named.c"]


@pytest.mark.parametrize(
    "same",
    [
        f"// A half.\n{C}",
        f"/* A\n   half. */\n\n{C}",
        C.replace("of one", "a half"),
        C.replace("of x", "a half"),
        C.replace(" { ", "\n{\n    ").replace(" }", "\n}"),
        C.replace("HALF 0.5", "HALF \\\n    0.5"),
    ],
)
def test_comments_and_layout_of_c_do_not_count(project_with_c, same):
    assert same != C
    assert project_with_c(same) == project_with_c(C)


def test_where_a_directive_of_c_ends_counts(project_with_c):
    assert project_with_c("#define A 1\nint b;\n") != project_with_c("#define A 1 int b;\n")


class _Redocumented(ast.NodeTransformer):
    """Gives every module, class and function that has a docstring another one."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Expr(ast.Constant("Another."))
        return super().generic_visit(node)


class _Another(ast.NodeTransformer):
    """Changes the first constant that is no docstring and names no file of C."""

    def __init__(self, tree: ast.Module) -> None:
        bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
        self.passed = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
        self.line = 0

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if self.line or id(node) in self.passed or str(node.value).endswith(".c"):
            return node
        self.line = node.lineno
        other = {
            bool: lambda x: not x,
            int: lambda x: x + 1,
            float: lambda x: x * 1.0000001,
            str: lambda x: x + "_",
        }
        return ast.Constant(other.get(type(node.value), lambda _: 0)(node.value))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("derivations", "analysis", "report"):
        ignored = shutil.ignore_patterns("__pycache__", "mnist")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "build.py", folder)
    return folder


@pytest.fixture
def copied(copy, tmp_path, monkeypatch, run, small_data, libraries):
    """Writes a file of the copy, until the end of the test; and says whether its code has trained a run."""
    monkeypatch.setattr(sources, "ROOT", copy)
    monkeypatch.setattr(sources, "CACHE", tmp_path)
    source_digests.cache_clear()
    result = train_stack([run(epochs=1)], small_data, cache=libraries)[0]
    Store(tmp_path).put(result)
    before: dict[Path, str] = {}

    def write(path: Path, text: str) -> None:
        before.setdefault(path, path.read_text())
        path.write_text(text)

    def stored() -> tuple[bool, str]:
        """Whether the run is stored for the copy as it is now, and if not, why."""
        source_digests.cache_clear()
        store = Store(tmp_path)
        found = store.get(result.run, "cpu") is not None
        return found, "" if found else ", ".join(store.other(result.run, "cpu").changed)

    yield write, stored
    for path, text in before.items():
        path.write_text(text)
    source_digests.cache_clear()


def redocumented(text: str, kind: str) -> str:
    """The code with other comments and another layout."""
    if kind == ".c":
        return f"// A comment.\n/* Another,\n   longer. */\n{text.replace(' = ', '  = ')}"
    return f"# A comment.\n{ast.unparse(_Redocumented().visit(ast.parse(text)))}"


def changed(text: str, kind: str) -> str:
    """The code with another constant."""
    if kind == ".c":
        return re.sub(r"(?s)\d(?!.*\d)", "7", text)  # the last digit of the file
    tree = ast.parse(text)
    another = _Another(tree)
    tree = another.visit(tree)
    assert another.line
    return ast.unparse(tree)


@pytest.mark.slow
@pytest.mark.parametrize("source", ON_THE_PATH)
def test_another_constant_trains_again_and_another_layout_does_not(copy, copied, source):
    write, stored = copied
    path = copy / (source if "/" in source else f"{source.replace('.', '/')}.py")
    text = path.read_text()
    assert stored() == (True, "")
    write(path, redocumented(text, path.suffix))
    assert stored() == (True, "")
    write(path, changed(text, path.suffix))
    assert stored() == (False, f"{path.relative_to(copy)} changed")
    write(path, text)
    assert stored() == (True, "")


def test_what_is_not_on_the_path_trains_nothing(copy, copied):
    write, stored = copied
    assert {
        "report/chapters/trained.py",
        "analysis/figures/functions.py",
        "report/typesetting/templates/report.typ.j2",
    } <= set(OTHERS)
    for name in OTHERS:
        path = copy / name
        write(path, path.read_text() + ("\nANOTHER = 17\n" if path.suffix == ".py" else "\n"))
    assert stored() == (True, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("why_by_torch", "runs"),
    [(None, "analysis.training.compiled"), ("the test asks for it", "analysis.training.stack")],
)
def test_no_module_runs_in_training_that_does_not_count(libraries, why_by_torch, runs):
    """Seen by the interpreter while a network is trained, checked and probed."""
    if why_by_torch is None and (reason := ways.why_by_torch("cpu", libraries)):
        pytest.skip(reason)
    program = f"""
import json, sys
from pathlib import Path
import numpy as np
import analysis.training.epochs as training
from analysis.training import ways
from analysis.studies.patterns import Data
from analysis.studies.run import Run, written
from derivations import activations
ways.why_by_torch = lambda device, folder: {why_by_torch!r}
run = Run(activation="tanh", expression=written(activations["tanh"]), depth=3, seed=0, epochs=1, width=8)
x = np.zeros((70, 9), np.uint8)
y = np.zeros(70, int)
seen = set()
sys.setprofile(lambda frame, event, _: seen.add(frame.f_globals.get("__name__")) if event == "call" else None)
training.train_stack([run], Data("d", x, y, x, y), cache=Path({str(libraries)!r}))
sys.setprofile(None)
ours = ("analysis", "derivations", "report")
print(json.dumps([name for name in seen if name and name.split(".")[0] in ours]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seen = set(json.loads(done.stdout))
    assert {"analysis.training.epochs", "analysis.code.generate", runs} <= seen <= set(ON_THE_PATH)


@pytest.mark.parametrize("module", [TRAINER, CHECKER, PROVER, PREDICTOR, PRELOADED])
def test_modules_that_are_named_in_strings_are_there(module):
    assert importlib.util.find_spec(module) is not None
