"""C made into a library of this process: compiled once for a source, a compiler and a processor, and kept.

The compiler is the clang within the package `ziglang`: nothing has to be installed by hand, and its version is one
of those that a result is addressed by.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.keeping.files import digest, replacing
from analysis.keeping.memo import SHORT

COMPILER = "ziglang"
#: Rounding is that of the source but for products and sums in one; infinities and NaN are kept.
FLAGS = (
    *("-std=gnu11", "-O3", "-fPIC", "-shared", "-s", "-fno-sanitize=all", "-mcpu=native"),
    *("-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-ffp-contract=fast"),
)
#: by processor; one without an entry has its networks trained by torch
FLAGS_OF = {
    "x86_64": ("-mprefer-vector-width=512",),
    "amd64": ("-mprefer-vector-width=512",),
    "aarch64": (),
    "arm64": (),
}
#: What a library needs of the C library, the process has: to link with it would take seconds the first time.
UNLINKED = {"linux": ("-nostdlib",), "darwin": ("-nostdlib", "-Wl,-undefined,dynamic_lookup")}
_SUFFIX = ".dll" if sys.platform == "win32" else ""  # without which Windows would look for another name
VECTORS = Path(__file__).with_name("vectors.c")
FUNCTIONS = Path(__file__).with_name("functions.c")


class CompileError(OSError):
    """C that could not be compiled or loaded here; the message says why."""


def library(sources: Mapping[str, str], double: bool, cache: Path) -> ctypes.CDLL:
    """The library of these sources (name -> text), after vectors and functions; once compiled, from the cache.

    Raises `CompileError`.
    """
    texts = {**{path.name: path.read_text("utf-8") for path in (VECTORS, FUNCTIONS)}, **sources}
    lines = [f'#line 1 "{name}"\n{text}' for name, text in texts.items()]
    return _library("\n".join([f"#define DOUBLE {int(double)}", *lines]), cache)


@cache
def _library(source: str, cache: Path) -> ctypes.CDLL:
    folder = cache / "compiled"
    key = digest([source, _flags(), version(COMPILER), processor_features()])[:SHORT]
    path = next((path for path in folder.glob(f"{key}-*") if _is_whole(path)), None) or _compile(
        source, folder, key
    )
    try:
        _load_mathematics()
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise CompileError(f"what was compiled can't be loaded: {error}") from None


def _compile(source: str, folder: Path, key: str) -> Path:
    """Compile into the folder; the file's name ends in its checksum, for a damaged one would end the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        written, made = Path(temporary, "source.c"), Path(temporary, "library")
        written.write_text(source, encoding="utf-8", newline="\n")
        command = [sys.executable, "-m", COMPILER, "cc", *_flags(), str(written), "-o", str(made)]
        caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), str(Path(temporary, "zig")))
        try:
            done = subprocess.run(
                command,
                env=os.environ | caches,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise CompileError(f"the compiler can't be run: {error}") from None
        if done.returncode or not made.is_file():
            raise CompileError(f"the compiler has failed: {done.stderr.strip()[-2000:]}")
        path = folder / f"{key}-{_sum(made)}{_SUFFIX}"
        if not (
            path.is_file() and _is_whole(path)
        ):  # another process may have made it, and on Windows holds it
            with replacing(path) as beside:
                beside.write_bytes(made.read_bytes())
    return path


def why_not() -> str | None:
    """Why nothing can be compiled here, in words; None where it can."""
    try:
        version(COMPILER)
    except PackageNotFoundError:
        return f"the package {COMPILER} is not installed"
    if find_spec(COMPILER) is None:
        return f"the package {COMPILER} can't be imported"
    if platform.machine().lower() not in FLAGS_OF:
        return f"no flags of the compiler are known for the processor {platform.machine()}"
    return None


@cache
def processor_features() -> str:
    """What tells this machine's processor from others that need other code."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    names = ("flags", "Features", "model name", "CPU part")
    return "\n".join(sorted({line for line in lines if line.split("\t")[0].strip() in names}))


def _flags() -> tuple[str, ...]:
    return (*FLAGS, *FLAGS_OF[platform.machine().lower()], *UNLINKED.get(sys.platform, ()))


def _is_whole(path: Path) -> bool:
    return path.name.removesuffix(_SUFFIX).rpartition("-")[2] == _sum(path)


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:SHORT]


def _load_mathematics() -> None:
    """Have the C library's mathematics where libraries that were not linked with it find them."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libm.so.6", mode=ctypes.RTLD_GLOBAL)
        except OSError:  # another C library, which has them within
            return
