"""A report of one's own: made, built, changed and checked, as its author does."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import responses
import rocrate
from pages import text_of
from pypdf import PdfReader, PdfWriter
from rocrate_validator.models import ValidationSettings
from rocrate_validator.services import validate
from tags import broken_rules

pytestmark = pytest.mark.slow  # builds whole reports

ROOT = Path(__file__).parents[2]


def build(*words):
    return subprocess.run(
        [sys.executable, "build.py", *map(str, words)], cwd=ROOT, capture_output=True, text=True
    )


def make(folder, *words):
    return build("--report", folder / "report.toml", "--output", folder / "out", *words)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The folder of a new report, with what was said when it was made, built in two formats."""
    folder = tmp_path_factory.mktemp("own") / "my"
    said = build("new", folder)
    assert said.returncode == 0, said.stderr
    done = make(folder, "--format", "all")
    assert done.returncode == 0, done.stderr
    return folder, said.stdout


def test_what_comes_next_fits_on_a_screen_and_names_the_folder(own):
    folder, said = own
    assert len(said.splitlines()) <= 24
    assert f"python build.py --report {folder}/report.toml" in said


def test_a_new_report_has_its_title_authors_abstract_and_chapter(own):
    pdf = own[0] / "out" / "report.pdf"
    text = text_of(pdf)
    for part in (
        "A. Author",
        "A university, a town",
        "author@example.org",
        "train 6 networks",
        "Glorot and Bengio 2010",
    ):
        assert part in text
    assert PdfReader(pdf).metadata.author == "A. Author"
    assert "LeCun" not in text  # no chapter of the built-in report
    assert broken_rules(pdf) == []


def test_its_html_and_its_latex_name_the_authors_too(own):
    html = (own[0] / "out" / "report.html").read_text()
    assert '<meta name="author" content="A. Author">' in html
    assert "A university, a town" in html
    assert "author@example.org" in (own[0] / "out" / "report.tex").read_text()


def test_a_folder_with_something_in_it_is_left_alone(own):
    again = build("new", own[0])
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert "Traceback" not in again.stderr


def test_what_has_not_changed_is_not_made_again_and_what_has_is(own):
    folder, _ = own
    assert "nothing has changed" in make(folder, "--format", "all").stdout
    toml = folder / "report.toml"
    toml.write_text(toml.read_text().replace("A. Author", "Zoë O'Hara_$2"))
    assert make(folder).returncode == 0
    assert "Zoë O'Hara_$2" in text_of(folder / "out" / "report.pdf").replace(
        "\N{RIGHT SINGLE QUOTATION MARK}", "'"
    )


def test_a_mistake_in_the_abstract_is_told_at_its_line(own):
    toml = own[0] / "report.toml"
    text = toml.read_text()
    toml.write_text(text.replace("study.runs | length", "stduy.runs | length"))
    made = make(own[0])
    toml.write_text(text)
    line = next(n for n, shown in enumerate(text.splitlines(), 1) if "study.runs" in shown)
    assert made.returncode == 1
    assert f"report.toml:{line}: 'stduy' is undefined; did you mean study?" in made.stderr


def test_changes_are_shown_in_the_report_itself(own, tmp_path):
    folder, _ = own
    out, chapter = folder / "out", folder / "chapters" / "slope.py"
    assert make(folder).returncode == 0
    before, text = shutil.copy(out / "provenance.json", tmp_path), chapter.read_text()
    chapter.write_text(text.replace("What if it could not?", "What if it never did?"))
    assert make(folder).returncode == 0
    chapter.write_text(text)
    shown = build("diff", before, "--output", out, "--report", folder / "report.toml", "--format", "html")
    assert shown.returncode == 0, shown.stderr
    page = Path(shown.stdout.strip()).read_text()
    assert '<span class="removed">What if it could not?</span>' in page
    assert "What has changed" in page
    other = build("diff", before, "--output", out, "--format", "html")
    assert other.returncode == 2
    assert "name its file by --report" in other.stderr


def test_no_code_that_came_with_a_pdf_is_run_unasked(own, tmp_path):
    folder, _ = own
    mark = tmp_path / "was run"
    chapter = folder / "chapters" / "slope.py"
    text = chapter.read_text()
    chapter.write_text(f"{text}\n# %%\nopen({str(mark)!r}, 'w').close()\n")
    assert make(folder).returncode == 0
    chapter.write_text(text)
    mark.unlink()
    pdf = folder / "out" / "report.pdf"
    checked = build("check", pdf)
    assert checked.returncode == 0, checked.stderr
    assert "have the sums and numbers that it names" in checked.stdout
    assert "--run-its-code" in checked.stdout
    assert not mark.exists()
    run = build("check", pdf, "--run-its-code")
    assert mark.exists()
    assert "is what they give, byte for byte" in run.stdout


@pytest.fixture(scope="module")
def archive(own):
    """The archive of a built report."""
    folder, _ = own
    assert make(folder, "--format", "all").returncode == 0
    done = build("archive", "--report", folder / "report.toml", "--output", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out" / "archive.zip"


def test_the_archive_has_all_that_the_report_rests_on_and_is_checked_by_itself(archive, tmp_path):
    names = set(ZipFile(archive).namelist())
    assert {"report.pdf", "report.html", "report.docx", "report.tex", "provenance.json"} <= names
    assert {
        "report/report.toml",
        "report/chapters/slope.py",
        "report/study.toml",
        "results/results.parquet",
    } <= names
    assert any(name.startswith("program/") and name.endswith(".whl") for name in names)
    copy = shutil.copy(archive, tmp_path)
    checked = build("check", copy, "--run-its-code")
    assert checked.returncode == 0, checked.stderr
    assert "all files have the sums" in checked.stdout
    assert "byte for byte" in checked.stdout


@pytest.mark.release
def test_only_what_the_last_build_of_that_report_made_is_archived(own, tmp_path):
    folder, out = own[0], tmp_path / "out"
    words = ["--report", folder / "report.toml", "--output", out]
    assert build(*words, "--format", "html,docx").returncode == 0
    none = build("archive", *words)
    assert none.returncode == 2
    assert "there is no report" in none.stderr
    assert build(*words, "--format", "pdf", "--format", "tex").returncode == 0
    assert build("archive", *words).returncode == 0
    names = ZipFile(out / "archive.zip").namelist()
    assert {"report.pdf", "report.tex", "provenance.json"} <= set(names)
    assert "report.html" not in names  # of the build before
    other = build("archive", "--output", out)
    assert other.returncode == 2
    assert "another report" in other.stderr
    chapter = folder / "chapters" / "slope.py"
    text = chapter.read_text()
    chapter.write_text(f"{text}\n")
    changed = build("archive", *words)
    chapter.write_text(text)
    assert changed.returncode == 2
    assert "changed since" in changed.stderr


def test_an_archive_with_another_file_or_another_content_is_told(archive, tmp_path):
    with ZipFile(archive) as original, ZipFile(tmp_path / "changed.zip", "w") as changed:
        for name in original.namelist():
            content = original.read(name)
            changed.writestr(name, content.replace(b"0.1", b"0.2") if name == "provenance.json" else content)
        changed.writestr("sitecustomize.py", "raise SystemExit")
    checked = build("check", tmp_path / "changed.zip")
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [
        "provenance.json: its SHA-256 sum is not the one in the metadata",
        "sitecustomize.py: the metadata does not name it",
    ]


@pytest.mark.release
def test_the_archive_is_an_ro_crate_by_its_validator(archive, tmp_path):
    ZipFile(archive).extractall(tmp_path)
    context = (Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_text(encoding="utf-8")
    address = json.loads((tmp_path / "ro-crate-metadata.json").read_text())["@context"]
    with responses.RequestsMock() as network:  # there may be none
        network.get(address, body=context, content_type="application/ld+json")
        settings = ValidationSettings(
            rocrate_uri=str(tmp_path), profile_identifier="ro-crate-1.3", no_cache=True
        )
        assert [issue.message for issue in validate(settings).get_issues()] == []


def test_a_file_that_a_pdf_carries_cannot_be_exchanged(own, tmp_path):
    writer = PdfWriter(clone_from=own[0] / "out" / "report.pdf")
    [carried] = [each for each in writer.attachment_list if each.name == "report.zip"]
    other = BytesIO()
    with ZipFile(BytesIO(carried.content)) as old, ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + b"# another line\n")
    carried.content = other.getvalue()
    writer.write(tmp_path / "other.pdf")
    for words in ([], ["--run-its-code"]):
        checked = build("check", tmp_path / "other.pdf", *words)
        assert checked.returncode == 2
        assert "are not those that its provenance names" in checked.stderr


def test_a_report_that_says_where_its_numbers_come_from_is_checked_too(own, tmp_path):
    out = tmp_path / "out"
    words = ["--report", own[0] / "report.toml", "--output", out]
    assert build(*words, "--provenance").returncode == 0
    text, plain = text_of(out / "report.pdf"), text_of(own[0] / "out" / "report.pdf")
    assert "study.runs | length" in text
    assert "study.runs | length" not in plain
    assert broken_rules(out / "report.pdf") == []
    checked = build("check", out / "report.pdf", "--run-its-code")
    assert checked.returncode == 0, checked.stdout
    assert build(*words).returncode == 0  # without it, it is made again
    assert "study.runs | length" not in text_of(out / "report.pdf")


COMPARED = """\
# %%
from report.authoring import current, table

results = current().results
rows = [
    {"name": name, "width": results[name].study.width, "accuracy": results[name].accuracy("tanh", 2)}
    for name in results.named
]

# %% [markdown]
# # Widths {#sec:widths}
#
# All {{ results.named | length }} are in @tbl:widths; @tbl:most has one of them.

# %%
table(rows, id="tbl:widths", caption="Networks.", columns={"name": "Study", "width": "Width", "accuracy": "Test"})

# %%
table(
    [{"width": results["mine-19"].study.width}],
    id="tbl:most",
    caption="The widest.",
    columns={"width": "Width"},
)
"""


def test_a_study_beside_is_the_reports_own_with_other_keys(own, tmp_path):
    folder = tmp_path / "my"
    shutil.copytree(own[0], folder, ignore=shutil.ignore_patterns("out"))
    toml = folder / "report.toml"
    text = toml.read_text()
    toml.write_text(f"{text}\n[studies]\nnarrow = {{ width = 8, depths = [3] }}\n")
    asked = "report.results['narrow'].study"
    chapter = folder / "chapters" / "slope.py"
    prose = f"\n# %% [markdown]\n# The other has {{{{ {asked}.width }}}} units and {{{{ {asked}.epochs }}}} epoch.\n"
    chapter.write_text(chapter.read_text() + prose)
    done = make(folder)
    assert done.returncode == 0, done.stderr
    assert "The other has 8 units and 1 epoch" in text_of(folder / "out" / "report.pdf")
    for wrong, said in (("{ widht = 8 }", "did you mean width"), ("8", r"give a file, a built-in study, or")):
        toml.write_text(f"{text}\n[studies]\nnarrow = {wrong}\n")
        refused = make(folder)
        assert refused.returncode == 2
        assert re.search(rf"report\.toml, line \d+: narrow = .*{said}", refused.stderr)


@pytest.mark.release
def test_a_study_that_changes_while_it_is_watched_is_trained(own, tmp_path):
    folder = tmp_path / "my"
    shutil.copytree(own[0], folder, ignore=shutil.ignore_patterns("out"))
    words = ["--report", folder / "report.toml", "--output", folder / "out", "--watch"]
    command = [sys.executable, "-u", "build.py", *map(str, words)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as watching:
        try:
            told(watching, "written in")
            study = folder / "study.toml"
            rate = f"learning_rate = {random.uniform(0.01, 0.02)}\n"  # which no network was trained with
            study.write_text(rate + study.read_text().replace("depths = [10]", "depths = [3, 10]"))
            assert "12 networks" in told(watching, "Training")
            told(watching, "written in")
            study.write_text(study.read_text().replace("depths", "dephts"))
            assert "did you mean depths" in told(watching, "dephts")
        finally:
            watching.kill()
    assert "train 12 networks" in text_of(folder / "out" / "report.pdf")


def told(process, words):
    """The next line of its output with these words."""
    return next(line for line in process.stdout if words in line)


@pytest.mark.release
def test_a_chapter_compares_the_studies_of_a_report_by_name_however_many(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "compared.py").write_text(COMPARED)
    named = {f"mine-{n}": 4 + n for n in range(20)}
    for name, width in {"main": 4, **named}.items():
        keys = f'depths = [2]\nseeds = 1\nepochs = 1\nactivations = ["tanh"]\nwidth = {width}\n'
        (tmp_path / f"{name}.toml").write_text(keys)
    beside = "".join(f'{name} = "{name}.toml"\n' for name in named)
    front = 'title = "Widths"\nstudy = "main.toml"\nchapters = ["compared"]\n\n[studies]\n'
    (tmp_path / "report.toml").write_text(front + beside)
    done = make(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "All 20 are in Table 1; Table 2 has one of them" in text_of(tmp_path / "out" / "report.pdf")
    with (tmp_path / "out" / "tables" / "widths.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: int(row["width"]) for row in csv.DictReader(file)}
    assert rows == named
    checked = build("check", tmp_path / "out" / "report.pdf", "--run-its-code")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_report_that_was_altered_is_not_what_its_results_give(own, tmp_path):
    altered = tmp_path / "altered.pdf"
    altered.write_bytes((own[0] / "out" / "report.pdf").read_bytes() + b"% altered\n")
    checked = build("check", altered, "--run-its-code")
    assert checked.returncode == 1
    assert "is not what they give" in checked.stdout
    assert "numbers, sentences and claims" in checked.stdout  # which are as they were


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title =", "tilte =", r"report.toml, line \d+: unknown key 'tilte'; did you mean title"),
        ('"slope"', '"slop"', r"line \d+: there is no chapter 'slop'.*did you mean slope"),
        ('["home"]', '["hmoe"]', r"there is no affiliation 'hmoe'; did you mean home"),
        ("study.toml", "stduy.toml", r"study = 'stduy.toml': there is no file"),
        ("title =", "[templates]\ntitle =", r"line \d+: title stands below \[templates\].*put it above"),
        ("title =", 'csl = "study.toml"\ntitle =', r"study.toml: it is no citation style"),
        ('["references.bib"]', '["study.toml"]', r"bibliography = 'study.toml': .*bib"),
        ("title =", 'template = "mine.typ"\ntitle =', r"template = 'mine.typ': there is no file"),
    ],
)
def test_what_is_wrong_in_report_toml_ends_the_build_with_one_message(own, old, new, said):
    toml = own[0] / "report.toml"
    text = toml.read_text()
    toml.write_text(text.replace(old, new, 1))
    made = make(own[0])
    toml.write_text(text)
    assert made.returncode == 2
    assert re.search(said, made.stderr)
    assert "Traceback" not in made.stderr
