"""Formulas in words, as a person would read them out."""

import json
import subprocess
from pathlib import Path

import pypandoc
import pytest

import report

SPOKEN = {
    r"f'(v) = 1 - y^2": "f prime of v equals 1 minus y squared",
    r"\delta^{(r)}_{i\mu}": "delta superscript r sub i mu",
    r"\frac{1}{4}": "1 over 4",
    r"\frac{\partial E}{\partial W}": "the fraction partial E over partial W, end of fraction",
    r"\sum_{j=1}^{n} w_{ij} y_j": "sum over j equals 1 up to n of w sub i j y sub j",
    r"\tanh^{2}{\left(v \right)}": "tanh squared of v",
    r"\left(0, \frac{1}{4}\right]": "open parenthesis 0, 1 over 4 close bracket",
    r"\left\{0, 1\right\}": "open brace 0, 1 close brace",
    r"W \leftarrow W - \varepsilon \nabla E": "W becomes W minus epsilon nabla E",
    r"|x|": "the absolute value of x, end of absolute value",
    r"W^\top \delta": "W transpose delta",
    r"W^{(r+1)\top} \delta": "W superscript r plus 1 transpose delta",
    r"\langle f'^2 \rangle": "the mean of f prime squared, end of mean",
    r"1.5 \times 10^{-7}": "1.5 times 10 to the power minus 7",
    r"\mathrm{softmax}(v)_i": "softmax open parenthesis v close parenthesis sub i",
    r"\begin{cases} 0 & v < 0 \\ 1 & v > 0 \end{cases}": (
        "cases: 0 v less than 0; 1 v greater than 0, end of cases"
    ),
    r"\begin{aligned} a &= b \\ c &= \sqrt{d} \end{aligned}": (
        "a equals b; c equals the square root of d, end of root"
    ),
    r"\frac{1}{1 + e^{- v}}": "the fraction 1 over 1 plus e to the power minus v, end of fraction",
    r"\sum_{\substack{1 \leq i \leq n\\1 \leq \mu \leq m}} t": (
        "sum over 1 at most i at most n; 1 at most mu at most m of t"
    ),
    r"\frac12": "1 over 2",
    r"\frac1x": "1 over x",
    r"\unknowncommand x": "unknowncommand x",
    "é": "é",
    "": "empty formula",
}


@pytest.fixture(scope="module")
def spoken() -> dict[str, str]:
    """What speech.lua says, formula by formula; Pandoc is the Lua interpreter."""
    folder = Path(report.__file__).parent / "typesetting"
    script = f"""
      package.path = {json.dumps(str(folder / "?.lua"))}
      local speech, said = require 'speech', {{}}
      for _, tex in ipairs(pandoc.json.decode(io.read('a'))) do said[#said + 1] = speech.of(tex) end
      print(pandoc.json.encode(said))
    """
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "lua", "-e", script],
        input=json.dumps(list(SPOKEN)),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return dict(zip(SPOKEN, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("tex", SPOKEN)
def test_a_formula_is_read_as_a_person_would(spoken: dict[str, str], tex: str) -> None:
    assert spoken[tex] == SPOKEN[tex]
