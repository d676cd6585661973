"""Fingerprints of code: a digest of the syntax tree of every project module that a computation imports."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis.keeping.files import CACHE, ROOT
from analysis.keeping.memo import MadeWith, last

PACKAGES = ("derivations", "analysis")


def made_with(module: str, *libraries: str) -> MadeWith:
    """The digests of a module and of all that it imports, and the versions of these libraries.

    Versions are from the packages' metadata: importing torch takes seconds.
    """
    return {"sources": source_digests(module), "versions": {name: _version(name) for name in libraries}}


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"


@cache
def source_digests(module: str) -> dict[str, str]:
    """Module -> digest, for the module and all project modules that it imports, directly or not.

    Comments, docstrings and formatting don't count; C that a module names, in a file beside it, does. A name
    imported from a package counts as the module that the package's `__init__` takes it from.

    They are kept as long as the project's files are as they were: to parse those takes half a second.
    """
    try:
        found: dict[str, str] = last(
            CACHE / "sources" / f"{module}.json", [sys.version, _files()], lambda: _digests(module)
        )
        return found
    except OSError:  # what can't be kept is found anew each time
        return _digests(module)


def _files() -> dict[str, str]:
    """The project's modules and C, as files, and the sums of their content."""
    folders = [ROOT / package for package in PACKAGES]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".c"))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _digests(module: str) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name], imported, c_files = _read(name, _path(name).read_text(encoding="utf-8"))
            waiting += [_origin(*pair) for pair in imported]
            for path in (_path(name).with_name(file) for file in c_files):
                if path.is_file():
                    found[path.relative_to(ROOT).as_posix()] = _sum(_without_comments(path))
    return dict(sorted(found.items()))


@cache
def _read(module: str, text: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """The digest of a module's tree, what it imports of the project, and the files of C that it names."""
    tree = ast.parse(text)
    imported = _imports(tree, module)
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    c_files = [value for value in constants if isinstance(value, str) and re.fullmatch(r"\w+\.c", value)]
    return _sum(ast.dump(_without_docstrings(tree))), imported, c_files


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _without_comments(path: Path) -> str:
    """C without its comments and its layout, but that a directive ends with its line."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\\\n", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return "\n".join(" ".join(part.split()) for part in re.split(r"^(\s*#.*)$", text, flags=re.MULTILINE))


def _imports(tree: ast.Module, importing: str) -> list[tuple[str, str]]:
    """The project's (module, name) pairs that a module's tree imports; of `import a.b` the pair (a, b)."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            inside = [
                *importing.split("."),
                *(["__init__"] if _path(importing).name == "__init__.py" else []),
            ]
            above = inside[: -node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            found += [(origin, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name.rpartition(".")[0], alias.name.rpartition(".")[2]) for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] in PACKAGES]


def _origin(module: str, name: str) -> str:
    """The module that defines the name."""
    if _path(f"{module}.{name}").is_file():
        return f"{module}.{name}"
    if "." in module:
        return module
    _, imported, _ = _read(module, _path(module).read_text(encoding="utf-8"))
    return next((origin for origin, exported in imported if exported == name), module)


def _path(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return tree
