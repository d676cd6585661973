"""report/WRITING.md: a reader who does what it says, in its order, has what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import text_of

from report.project import Author, Project

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "report" / "WRITING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`(my/[\w/.]+)`")


def write(file: Path, content: str) -> None:
    """What a reader does with a snippet: a part of a report.toml is added to it, and so is the name of a chapter."""
    if file.name == "report.toml" and "title" not in content:
        content = f"{file.read_text()}\n{content}"
    file.write_text(content)
    toml = file.parents[1] / "report.toml"
    if file.suffix == ".py" and f'"{file.stem}"' not in toml.read_text():
        toml.write_text(toml.read_text().replace("chapters = [", f'chapters = ["{file.stem}", '))


@pytest.mark.slow
@pytest.mark.release
def test_its_snippets_and_commands_make_a_report(tmp_path):
    """Commands are run where they stand; a snippet is written into the file that the text last named."""
    said = ""
    for block in BLOCK.finditer(TEXT):
        language, content = block.groups()
        if language != "sh":
            *_, name = FILE.findall(TEXT[: block.start()])
            if language != "jinja":
                write(tmp_path / name, content)
            continue
        for line in content.splitlines():
            program, script, *words = shlex.split(line)
            assert (program, script) == ("python", "build.py")
            command = [sys.executable, ROOT / "build.py", *words]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            said += done.stdout + done.stderr
    assert "is what they give, byte for byte" in said
    text = text_of(tmp_path / "out/report.pdf")
    for part in (
        "9 networks",
        "Another Author",
        "A laboratory, another town",
        "These authors contributed equally",
        "A slope that changes its sign",
        "how alike images become",
        "networks of 4 layers get further than with 8",
    ):
        assert part in text


def test_its_table_has_every_key_of_a_report():
    table = TEXT.partition("## report.toml")[2]
    for key in (*(set(Project.model_fields) - {"file"}), *Author.model_fields):
        assert re.search(rf"`\[*{key}\]*`", table), key


def test_its_snippets_are_what_their_language_has():
    for language, content in BLOCK.findall(TEXT):
        if language == "toml":
            tomllib.loads(content)
        elif language == "python":
            compile(content, "snippet", "exec")
