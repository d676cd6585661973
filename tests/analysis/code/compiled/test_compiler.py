"""C becomes a library once, and is read ever after; what can't be compiled is refused in words."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from analysis.code.compiled.compiler import CompileError, library, processor_features, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

ANSWER = "#ifndef NUMBER\n#define NUMBER 42\n#endif\nint answer(void) { return NUMBER; }\n"
PROGRAM = """\
import sys
from pathlib import Path
from analysis.code.compiled import compiler
{change}
print("ready", flush=True)
sys.stdin.readline()
print(compiler.library({{"answer.c": {source!r}}}, {double}, Path(sys.argv[1])).answer())
"""
DAMAGES = {
    "half of it": lambda whole: whole[: len(whole) // 2],
    "none of it": lambda whole: b"",
    "a byte too many": lambda whole: whole + b"\0",
    "another byte": lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
}


@pytest.fixture
def folder(tmp_path):
    """A cache folder, with all that a name may have."""
    return tmp_path / "a folder's $name, für C"


def start(folder, source=ANSWER, double=False, change="", path=()):
    """A process that waits for a line, compiles, and prints the answer; `path` is searched before others."""
    program = PROGRAM.format(source=source, double=double, change=change)
    places = os.pathsep.join([*map(str, path), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", program, folder],
        env=os.environ | {"PYTHONPATH": places},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(folder, **asked):
    """What another process is answered by what it compiles or finds in the folder."""
    output, _ = start(folder, **asked).communicate("\n")
    return int(output.split()[-1])


def kept(folder):
    """All that is in the folder, hidden files too: name -> when it was written, and its number on the disk."""
    found = [(path.name, path.stat()) for path in (folder / "compiled").iterdir()]
    return {name: (seen.st_mtime_ns, seen.st_ino) for name, seen in found}


def is_whole(path):
    """Whether a file's name ends in the checksum of what is in it."""
    return path.name.endswith("-" + hashlib.sha256(path.read_bytes()).hexdigest()[:24])


def test_what_is_compiled_is_found_again_by_another_process(folder):
    assert answer(folder) == 42
    first = kept(folder)
    assert answer(folder) == 42
    assert kept(folder) == first
    assert len(first) == 1


def test_one_process_has_one_library_of_a_source(folder):
    assert library({"answer.c": ANSWER}, False, folder) is library({"answer.c": ANSWER}, False, folder)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"source": ANSWER.replace("42", "43")}, 43),
        ({"double": True}, 42),
        ({"change": 'compiler.FLAGS += ("-DNUMBER=44",)'}, 44),
        ({"change": 'compiler.processor_features = lambda: "another"'}, 42),
    ],
    ids=["source", "precision", "flags", "processor"],
)
def test_another_source_precision_flag_or_processor_has_another_file(asked, expected, folder):
    answer(folder)
    first = kept(folder)
    assert answer(folder, **asked) == expected
    assert len(kept(folder)) == 2
    assert first.items() <= kept(folder).items()


def test_another_version_of_the_compiler_has_another_file(folder, tmp_path):
    answer(folder)
    (tmp_path / "ziglang-0.0.1.dist-info").mkdir()
    (tmp_path / "ziglang-0.0.1.dist-info" / "METADATA").write_text("Name: ziglang\nVersion: 0.0.1\n")
    assert answer(folder, path=[tmp_path]) == 42
    assert len(kept(folder)) == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_compiled_again(damage, folder):
    answer(folder)
    (path,) = (folder / "compiled").iterdir()
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert not is_whole(path)
    assert answer(folder) == 42
    assert list((folder / "compiled").iterdir()) == [path]
    assert is_whole(path)


def test_processes_that_compile_at_once_all_have_the_library_and_leave_one_file(folder):
    processes = [start(folder) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [int(process.communicate()[0]) for process in processes] == [42] * 4
    (path,) = (folder / "compiled").iterdir()
    assert is_whole(path)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("int f(void)\n{\n    return x;\n}\n", r"activation\.c:3:.*undeclared identifier 'x'"),
        ("double unknown(double);\ndouble f(void) { return unknown(1); }\n", r"unknown"),
    ],
    ids=["compiled", "loaded"],
)
def test_an_error_in_c_is_said_with_its_file_and_line(source, complaint, folder):
    with pytest.raises(CompileError, match=complaint):
        library({"other.c": "int g(void);\n", "activation.c": source}, False, folder)


def test_nothing_is_left_of_c_that_was_refused(folder):
    with pytest.raises(CompileError):
        library({"activation.c": "int f(void"}, False, folder)
    assert kept(folder) == {}


@pytest.mark.parametrize("double", [False, True])
def test_sources_follow_vectors_and_functions_of_the_precision(double, folder):
    source = "int size(void) { return sizeof(REAL) + 0 * sizeof(exp_((V){})); }\n"
    assert library({"size.c": source}, double, folder).size() == (8 if double else 4)


def test_a_processor_is_told_by_what_it_can_do():
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        assert {line for line in lines if line.startswith(("flags", "Features"))} <= set(
            processor_features().splitlines()
        )
        assert "MHz" not in processor_features()  # which is another each time
    else:
        assert processor_features()


def said(words, path):
    """What `why_not` says to a process that begins with these words and finds packages there only."""
    code = "from analysis.code.compiled.compiler import why_not; print(why_not())"
    done = subprocess.run(
        [*words, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("ziglang*", "the package ziglang is not installed\n"),
        ("ziglang", "the package ziglang can't be imported\n"),
    ],
)
def test_without_the_compiler_the_reason_is_one_line(missing, reason, tmp_path):
    """All that is installed is linked to, but the compiler; -S hides the place where it was found."""
    for path in Path(find_spec("ziglang").origin).parents[1].iterdir():
        if not path.match(missing):
            (tmp_path / path.name).symlink_to(path)
    assert said([sys.executable, "-S"], [Path(__file__).parents[4], tmp_path]) == reason


@pytest.mark.skipif(shutil.which("setarch") is None, reason="runs as on another processor by setarch")
def test_a_processor_without_flags_is_named():
    reason = said(["setarch", "i686", sys.executable], [Path(__file__).parents[4], *sys.path])
    assert reason == "no flags of the compiler are known for the processor i686\n"
