"""Certificates of other pieces, stretches, periods and functions than there are: `verify` refuses them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import (
    Abs,
    Float,
    Heaviside,
    Max,
    Piecewise,
    Rational,
    S,
    acosh,
    atan,
    cos,
    exp,
    floor,
    gamma,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tanh,
    zeta,
)  # fmt: skip
from tampering import (
    ALL,
    BENT,
    COSINE,
    ELU,
    GELU,
    RELU6,
    SIGMOID,
    SILU,
    SNAKE,
    SOFTSIGN,
    at,
    found,
    reclaimed,
    refuse,
    refuse_statements,
    split,
    whole,
    with_piece,
    with_point,
)

from derivations import v
from derivations.arithmetic.points import Point, Smooth
from derivations.proofs.certificate import Certificate, Extreme, Part, PieceCertificate
from derivations.proofs.verifier import verify

# Joints and pieces


def test_an_invented_kink_or_joint_is_refused():
    certificate = found(SIGMOID)
    refuse(replace(certificate, joints=((at(0), "kink"),)), "meet")
    refuse(replace(certificate, joints=((at(0), "smooth"),)), "meet")
    unmarked = with_piece(certificate, marks=(), stretches=("monotone",))
    halves = reclaimed(split(unmarked, at(0)))
    assert halves.joints == ((at(0), "smooth"),)
    assert halves.values == certificate.values
    for joint in ("kink", "vertical", "jump", "none"):
        refuse(replace(halves, joints=((at(0), joint),)), "meet")
    # Left out, the value 1/4 would be missing from the range.
    opened = Part(halves.claimed[0].lower, replace(halves.claimed[0].upper, attained=False))
    refuse(replace(halves, joints=((at(0), "kink"),), claimed=(opened,)), "meet")
    refuse(replace(halves, joints=(), claimed=(opened,)), "meet")


def test_a_joint_of_another_value_is_refused():
    certificate = found(SNAKE)
    seven = Extreme(S(7), True)
    refuse(replace(certificate, claimed=(*certificate.claimed, Part(seven, seven))), "parts")
    refuse(replace(certificate, joints=(*certificate.joints, (at(1), "kink"))), "meet")
    refuse(replace(certificate, joints=((at(7), "smooth"),)), "meet")


@pytest.mark.parametrize("expression", [Max(0, v), RELU6, SOFTSIGN, BENT])
def test_a_kink_called_smooth_or_a_smooth_joint_called_a_kink_is_refused(expression):
    certificate = found(expression)
    changed = tuple((point, "kink" if joint == "smooth" else "smooth") for point, joint in certificate.joints)
    refuse(replace(certificate, joints=changed), "meet")
    refuse(replace(certificate, joints=()), "meet")


def test_a_jump_called_smooth_is_refused():
    certificate = found(v + Heaviside(v))
    assert certificate.joints == ((at(0), "jump"),)
    for joint in ("smooth", "kink", "vertical"):
        refuse(replace(certificate, joints=((at(0), joint),)), "meet")


@pytest.mark.parametrize("name", ["relu6", "elu", "hardswish", "bent"])
def test_a_dropped_doubled_or_moved_piece_is_refused(name):
    certificate = found(ALL[name])
    for n in range(len(certificate.pieces)):
        rest = certificate.pieces[:n] + certificate.pieces[n + 1 :]
        refuse_statements(replace(certificate, pieces=rest), "end to end")
        twice = (*certificate.pieces[: n + 1], *certificate.pieces[n:])
        refuse_statements(replace(certificate, pieces=twice))
    refuse_statements(replace(certificate, pieces=certificate.pieces[::-1]))
    joint = certificate.joints[0][0]
    refuse_statements(with_point(certificate, joint, at(Rational(1, 3))))


def test_pieces_beyond_the_ends_of_the_line_are_refused():
    certificate = found(SIGMOID)
    (piece,) = certificate.pieces
    for pieces in (
        (),
        (piece, piece),
        (piece, replace(piece, start=oo)),
        (replace(piece, end=-oo), replace(piece, start=-oo)),
        (replace(piece, start=oo, end=-oo),),
        (replace(piece, start=at(0)),),
    ):
        refuse_statements(replace(certificate, pieces=pieces), "end to end|cover|order")


def test_a_piece_with_the_formula_of_its_neighbour_is_refused():
    certificate = found(ELU)
    low, high = certificate.pieces
    refuse_statements(with_piece(certificate, 0, formula=high.formula, shown=high.shown), "f is not")
    refuse_statements(with_piece(certificate, 1, formula=low.formula, shown=low.shown), "f is not")


@pytest.mark.slow
def test_a_derivative_of_another_formula_is_refused():
    for expression in (GELU, tanh(v), SNAKE):
        certificate = found(expression)
        shown = certificate.pieces[0].shown
        for other in (shown * 2, shown + Rational(1, 10**30), -shown, shown.diff(v), S.Zero, SILU, v, Abs(v)):
            refuse_statements(with_piece(certificate, shown=other))


def test_a_derivative_that_agrees_at_many_points_only_is_refused():
    certificate = found(tanh(v))
    nowhere_far = tanh(v) * v
    for n in (*range(-3, 4), Rational(7, 2), Rational(-1, 3)):
        nowhere_far = nowhere_far * (v - n)
    shown = certificate.pieces[0].shown
    refuse_statements(with_piece(certificate, shown=shown + nowhere_far / 10**9), "derivative")
    refuse_statements(with_piece(certificate, shown=shown + Max(0, v - 10**6)))
    refuse_statements(with_piece(certificate, shown=shown + exp(-(v**2)) / 10**60), "derivative")


def test_a_function_without_a_rule_is_not_taken_for_one_that_has_a_rule():
    certificate = found(acosh(v**2 + 2), 0)
    for other in (gamma, zeta, floor, Abs):
        refuse_statements(with_piece(certificate, shown=other(v**2 + 2)))
        refuse_statements(with_piece(certificate, shown=other(v)))


def test_the_derivative_may_be_written_in_another_way():
    verify(with_piece(found(tanh(v)), shown=1 - tanh(v) ** 2))
    verify(with_piece(found(SIGMOID), shown=exp(v) / (1 + exp(v)) ** 2))


# Stretches


@pytest.mark.slow
def test_three_critical_points_are_not_hidden_in_a_stretch():
    expression = v**5 / 20 - v**4 / 12 - v**3 / 3
    assert found(expression).claimed[0].lower == Extreme(Rational(-8, 3), True)
    for kind in ("monotone", "within", "periodic", "wave"):
        refuse_statements(whole(expression, (), (kind,)))
        refuse_statements(whole(expression, (at(-3), at(3)), ("monotone", kind, "monotone")))


def test_a_stretch_that_leaves_the_range_is_not_within_it():
    bump = 3 * atan(v) - tanh(v + 10) ** 2
    certificate = found(bump)
    assert (
        certificate.claimed[0].upper == Extreme(S(3), True, None) or certificate.claimed[0].upper.value > 2.9
    )
    marks = tuple(mark for mark in certificate.pieces[0].marks if mark.ball < -5)
    for kind in ("within", "wave", "periodic"):
        kinds = ("monotone",) * (len(marks) + 1)
        refuse_statements(with_piece(certificate, marks=(*marks, at(-5)), stretches=(*kinds, kind)))


@pytest.mark.slow
def test_a_peak_is_not_within():
    certificate = found(SIGMOID)
    for kind in ("within", "wave", "periodic"):
        refuse_statements(
            with_piece(certificate, marks=(at(-1), at(1)), stretches=("monotone", kind, "monotone"))
        )
        refuse_statements(with_piece(certificate, marks=(at(0),), stretches=("monotone", kind)))
        refuse_statements(with_piece(certificate, marks=(), stretches=(kind,)))


@pytest.mark.slow
def test_what_is_within_may_come_as_near_as_it_likes_but_not_reach_an_end():
    certificate = found(SIGMOID)
    kinds = ("monotone", "monotone", "within", "monotone")
    verify(with_piece(certificate, marks=(at(0), at(Rational(1, 8)), at(2)), stretches=kinds))
    refuse_statements(with_piece(certificate, marks=(at(-1), at(0), at(2)), stretches=kinds))


def test_a_function_that_is_not_periodic_does_not_repeat():
    for expression in (SIGMOID, sin(v) * SIGMOID, sin(v) + sin(sqrt(2) * v), sin(v**2)):
        refuse_statements(whole(expression, (at(0), at(8)), ("monotone", "monotone", "periodic"), 0))
    refuse_statements(whole(sin(v), (at(0), at(8)), ("periodic", "monotone", "periodic"), 0))


def test_less_than_a_period_before_a_stretch_does_not_repeat():
    certificate = found(COSINE)
    n, piece = next((n, piece) for n, piece in enumerate(certificate.pieces) if "periodic" in piece.stretches)
    *_, last = piece.marks
    short = with_piece(certificate, n, marks=(at(3),), stretches=("monotone", "periodic"))
    refuse_statements(short)
    refuse_statements(with_point(certificate, last, at(6)), "period")


def test_a_wave_goes_up_to_infinity_and_not_beyond_its_bounds():
    swings = v * cos(v)
    flat = Piecewise((8 * cos(8), v <= 8), (swings, v < 20), (20 * cos(20), True))
    pieces = (
        PieceCertificate(-oo, at(8), 8 * cos(8), 8 * cos(8), (), ("monotone",)),
        PieceCertificate(at(8), at(20), swings, swings, (), ("wave",)),
        PieceCertificate(at(20), oo, 20 * cos(20), 20 * cos(20), (), ("monotone",)),
    )
    refuse_statements(Certificate(flat, 0, pieces, (), None), "infinity")
    # The amplitude falls to 1: the first maximum is larger than the limits of the swing.
    falling = (1 + 9 * exp(-v / 100)) * sin(v)
    refuse_statements(whole(falling, (at(8),), ("monotone", "wave"), 0))
    for expression in (tanh(v), v, exp(v), sin(v**2) * v):
        refuse_statements(whole(expression, (at(8),), ("monotone", "wave"), 0))


def test_no_other_kind_of_stretch_is_known():
    refuse_statements(with_piece(found(SIGMOID), stretches=("monotone", "smooth")), "stretches")
    refuse_statements(with_piece(found(SIGMOID), stretches=("monotone", None)))


# Period, order, expression


@pytest.mark.parametrize(
    "period", [S(3), pi / 2, pi / 3, -pi, S.Zero, 2 * pi, None, oo, v, Float("3.14", 30)]
)
def test_a_wrong_period_is_refused(period):
    certificate = found(SNAKE)
    assert certificate.period == pi
    refuse_statements(replace(certificate, period=period))


@pytest.mark.parametrize("period", [S(3), pi / 2, S.Zero])
def test_a_piece_as_long_as_a_wrong_period_is_refused(period):
    certificate = found(SNAKE)
    start = certificate.pieces[0].start
    shorter = with_piece(
        replace(certificate, period=period), end=at(start.value + period), marks=(), stretches=("monotone",)
    )
    refuse_statements(shorter)


def test_half_a_period_is_no_period_where_the_sign_changes():
    piece = PieceCertificate(at(-pi / 2), at(pi / 2), sin(v), sin(v), (), ("monotone",))
    refuse_statements(Certificate(sin(v), 0, (piece,), (), pi), "repeat")
    longer = replace(piece, end=at(3 * pi / 2), marks=(at(pi / 2),), stretches=("monotone",) * 2)
    assert reclaimed(Certificate(sin(v), 0, (longer,), (), 2 * pi)).values.inf == -1


def test_a_period_does_not_begin_at_a_zero_that_is_said_to_be_elsewhere():
    tiny = Rational(1, 10**40)
    start = Point(S(-1), Smooth(v - 2, 0), 2 - tiny, 2 + tiny)
    piece = PieceCertificate(start, at(2 * pi - 1), sin(v), sin(v), (at(3 * pi / 2),), ("monotone",) * 2)
    refuse_statements(Certificate(sin(v), 0, (piece,), (), 2 * pi))


def test_a_function_that_does_not_repeat_has_no_period():
    certificate = found(SIGMOID)
    refuse_statements(replace(certificate, period=S.One))
    bounded = with_piece(certificate, start=at(-1), end=at(1))
    refuse_statements(replace(bounded, period=S(2)))


@pytest.mark.parametrize("order", [0, 2, 3, -1, 10, None, "1", 1.5])
def test_another_order_is_refused(order):
    for expression in (SIGMOID, SNAKE, ELU):
        refuse_statements(replace(found(expression), order=order))


@pytest.mark.parametrize(
    "other", [tanh(v), 2 * SIGMOID, Abs(v), log(v), v, S.Zero, SIGMOID + exp(log(v)) * 0 + v]
)
def test_another_expression_is_refused(other):
    refuse_statements(replace(found(SIGMOID), expression=other))


@pytest.mark.parametrize("partial", [log(-1 - v**2), sqrt(v), 1 / v, log(v, 2, evaluate=False), v**v])
def test_what_is_not_real_has_no_range(partial):
    refuse_statements(whole(partial, (), ("monotone",)))
    refuse_statements(whole(partial, (), ("monotone",), 0))
