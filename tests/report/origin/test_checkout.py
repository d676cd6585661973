"""The checkout: what counts as a change since its commit."""

from __future__ import annotations

import subprocess

import pytest

from report.origin import checkout


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout with one commit."""
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    monkeypatch.setattr(checkout, "IS_CHECKOUT", True)
    for part in checkout.PARTS:
        (tmp_path / part).mkdir()
        (tmp_path / part / "a.py").write_text("")
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    someone = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "--quiet"], ["add", "."], [*someone, "commit", "--quiet", "-m", "All"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_a_checkout_as_it_was_committed_has_no_changes(project):
    assert len(checkout.commit()) == 40
    assert not checkout.changed_since_commit()


@pytest.mark.parametrize("name", ["report/a.py", ".gitignore", "analysis/new.py"])
def test_a_file_that_was_edited_and_a_new_one_of_the_program_are_changes(project, name):
    (project / name).write_text("x = 1\n")
    assert checkout.changed_since_commit()


@pytest.mark.parametrize("name", ["elsewhere/report.pdf", "mine.toml", "report/a.pyc"])
def test_an_output_or_a_study_beside_the_program_is_none(project, name):
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("x")
    assert not checkout.changed_since_commit()
