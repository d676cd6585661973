"""Certificates: verify accepts what the search found, and refuses every tampering."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, erf, exp, oo, sin, sqrt, tanh

from derivations import CertificateError, differentiate, gradient_range, v, verify
from derivations.proofs.certificate import Cell

SILU = v / (1 + exp(-v))
GELU = v * (1 + erf(v / sqrt(2))) / 2
RELU6 = Min(Max(0, v), 6)


def certificate(expression):
    return gradient_range(differentiate(expression)).certificate


def with_claim(found, end, **changes):
    """The certificate with one extreme of its first piece changed."""
    claims = list(found.claimed[0])
    claims[end] = replace(claims[end], **changes)
    return replace(found, claimed=(tuple(claims), *found.claimed[1:]))


def with_cells(found, cells):
    """The certificate with other cells in its first piece."""
    return replace(found, pieces=(replace(found.pieces[0], cells=tuple(cells)), *found.pieces[1:]))


@pytest.mark.parametrize("expression", [SILU, GELU, RELU6, tanh(v), v + sin(v) ** 2, v / (1 + Abs(v))])
def test_what_the_search_finds_is_accepted(expression):
    verify(certificate(expression))


@pytest.mark.parametrize("expression", [SILU, GELU, tanh(v)])
@pytest.mark.parametrize("end", [0, 1])
def test_an_extreme_moved_by_1e_15_is_refused(expression, end):
    found = certificate(expression)
    moved = found.claimed[0][end].value + Rational(1, 10**15)
    with pytest.raises(CertificateError, match="end is"):
        verify(with_claim(found, end, value=moved, exact=False))


@pytest.mark.parametrize(("expression", "end"), [(SILU, 0), (tanh(v), 0), (tanh(v), 1)])
def test_a_closed_end_opened_or_an_open_one_closed_is_refused(expression, end):
    found = certificate(expression)
    attained = found.claimed[0][end].attained
    with pytest.raises(CertificateError, match="attained"):
        verify(with_claim(found, end, attained=not attained))


@pytest.mark.parametrize("expression", [SILU, GELU])
def test_a_removed_critical_point_is_refused(expression):
    found = certificate(expression)
    cells = list(found.pieces[0].cells)
    first = next(n for n, cell in enumerate(cells) if cell.kind == "critical")
    merged = Cell("monotone", cells[first - 1].start, cells[first + 1].end)
    with pytest.raises(CertificateError, match="sign"):
        verify(with_cells(found, [*cells[: first - 1], merged, *cells[first + 2 :]]))


def test_a_missing_cell_is_refused():
    found = certificate(SILU)
    with pytest.raises(CertificateError, match="cells"):
        verify(with_cells(found, found.pieces[0].cells[1:]))
    with pytest.raises(CertificateError, match="end to end"):
        verify(with_cells(found, [c for n, c in enumerate(found.pieces[0].cells) if n != 2]))


def test_a_dropped_piece_is_refused():
    found = certificate(RELU6)
    with pytest.raises(CertificateError, match="cover"):
        verify(replace(found, pieces=found.pieces[1:], claimed=found.claimed[1:]))


def test_a_kink_called_smooth_is_refused():
    found = certificate(Max(0, v))
    with pytest.raises(CertificateError, match="smoothly"):
        verify(replace(found, not_differentiable_at=(), joints=((found.pieces[0].end, Rational(1)),)))


def test_a_jump_called_smooth_is_refused():
    found = certificate(v + Heaviside(v))
    assert found.not_differentiable_at == (0,)
    with pytest.raises(CertificateError, match="jumps"):
        verify(replace(found, not_differentiable_at=(), joints=((found.pieces[0].end, Rational(1)),)))


def test_another_formula_is_refused():
    found = certificate(SILU)
    other = replace(found.pieces[0], slope=found.pieces[0].slope * 2)
    with pytest.raises(CertificateError, match="f' is not"):
        verify(replace(found, pieces=(other,)))


def test_a_wrong_closed_form_of_a_critical_point_is_refused():
    found = certificate(GELU)
    cells = [
        replace(cell, point=(cell.start + cell.end) / 2) if cell.kind == "critical" else cell
        for cell in found.pieces[0].cells
    ]
    with pytest.raises(CertificateError, match="is not a critical point"):
        verify(with_cells(found, cells))


def test_a_constant_must_be_constant():
    found = certificate(SILU)
    with pytest.raises(CertificateError, match="not constant"):
        verify(with_cells(found, [Cell("constant", -oo, oo)]))


def test_a_wrong_period_is_refused():
    found = certificate(v + sin(v) ** 2)
    shorter = replace(found.pieces[0], end=found.pieces[0].start + 3)
    cells = [*shorter.cells[:-1], replace(shorter.cells[-1], end=shorter.end)]
    with pytest.raises(CertificateError, match="period"):
        verify(replace(found, pieces=(replace(shorter, cells=tuple(cells)),)))


def test_a_cell_that_leaves_the_range_is_not_within_it():
    found = certificate(Piecewise((v, v > 0), (exp(v) - 1, True)))
    piece = found.pieces[0]
    whole = replace(
        piece, cells=(Cell("within", -oo, Rational(-5)), Cell("monotone", Rational(-5), piece.end))
    )
    with pytest.raises(CertificateError):
        verify(replace(found, pieces=(whole, *found.pieces[1:])))
