"""Rows about what was reported: theorems that were false, and functions that were lost."""

from __future__ import annotations

from corpus.rows import AT_ZERO, BUT_ZERO, EVERYWHERE, WAVES, Proven, Refused, Row

# Functions with gaps, jumps or misleading rules, of which ranges were once given wrongly.
FALSE_THEOREMS: list[Row] = [
    Refused("log(-1-v**2)", "0"),
    Refused("atanh(2+v**2)", "0"),
    Refused("exp(log(v))", "-1"),
    Refused("sqrt(v)**2", "-1"),
    Refused("(v**2-1)/(v-1)", "1"),
    Refused("v/v + v", "0"),
    Proven("sign(v)**2 + v**2", BUT_ZERO, AT_ZERO),
    Proven("Heaviside(v**2) + v**2", BUT_ZERO, AT_ZERO),
    Proven("Piecewise((v**2, v<0), (5, v<=0), (v**2, True))", BUT_ZERO, AT_ZERO),
    Refused("sqrt((v-5)**2 - 0.01)", "5"),
]

# section 3: what the forged certificates were about
FORGED: list[Row] = [
    Proven("sigmoid(v)", "(0, 1/4]"),
    Proven("v**5/20 - v**4/12 - v**3/3", "[-8/3, oo)"),
    Proven(
        "3*atan(v) - tanh(v+10)**2",
        "[-0.7358198063778253253938507, 2.999999983510771247070426]",
        near=("-9.3", "0"),
    ),
    Proven("tanh(v)", "(0, 1]"),
    Proven("v + sin(v)**2", "[0, 2]"),
]

# section 4
NAMED: list[Row] = [
    Proven(
        "max(exp(v), v+2)",
        "(0, 0.1585943395630393684971689) ∪ {1} ∪ (3.146193220620582585237061, oo)",
        ("-1.841405660436960637846605", "1.146193220620582585237"),
    ),
    Proven("abs(v - cos(v))", "[-2, 2]", ("0.7390851332151606416553121",)),
    Proven(
        "max(v**5 - v - 1, 0)",
        "{0} ∪ (5*1.167303978261418684256046**4 - 1, oo)",
        ("1.167303978261418684256046",),
    ),
    Refused("v**2 + (v**2-0.01)**2.5/1000", "0"),
    Refused("sin(v)/v", "0"),
    Refused("1/v", "0"),
    Refused("sqrt(v)", "-1"),
]

# section 6
ORDINARY: list[Row] = [
    Proven("sqrt(v**2 - 4*v + 4)/2 + v/2", "{0, 1}", ("2",)),
    Proven("(v + 1 + sqrt(v**2 + 2*v + 1))/2", "{0, 1}", ("-1",)),
    Proven("asin(sin(v))", "{-1, 1}", WAVES),
    Proven("acos(cos(v))", "{-1, 1}", WAVES),
    Proven("acos(-cos(v))", "{-1, 1}", WAVES),
    Proven("acosh(cosh(v))", "{-1, 1}", AT_ZERO),
    Proven("Piecewise((v, v < 0), (v + 5, v <= 0), (v, True))", "{1}", AT_ZERO),
    Refused("atan(1/v)", "0"),
    Refused("atan(v) + atan(1/v)", "0"),
    Refused("atan(2*v/(1 - v**2))", "1"),
    Refused("(v**3)**(1/3)", "-1"),
    Proven("sqrt(relu(v))", "[0, oo)", AT_ZERO),
    Proven("sqrt(Max(0, v**2 - 1))", "(-oo, -1) ∪ {0} ∪ (1, oo)", ("-1", "1")),
    Proven("Abs(v)", "{-1, 1}", AT_ZERO),
    Proven("Max(v,0) + Min(0, 0.01*v - v)", "{0, 1/100}", AT_ZERO),
    Proven("Piecewise((0, v < 0), (v, v <= 1), (2 - v, v <= 2), (0, True))", "{-1, 0, 1}", ("0", "1", "2")),
    Proven("Abs(tanh(v) - 1/3)", "[-1, 0) ∪ (0, 8/9)", ("log(2)/2",)),
    Proven("1/(Abs(v) + 1e-3)", "(-1000000, 0) ∪ (0, 1000000)", AT_ZERO, near=("0",)),
    Proven(
        "Max(0, v) + 0.2*Max(0, 0.5 - v) - 0.3*Max(0, -v - 1)", "{-1/5, 1/10, 4/5, 1}", ("-1", "0", "1/2")
    ),
]

# Functions of which generated code once lost digits, overflowed or had no slope
LOST: list[Row] = [
    Proven(
        "v*tanh(exp(v))", "[-0.1315700361897158155433828, 1.061975308717915969231815]", near=("-2.2", "0.3")
    ),
    Proven(
        "v*erf(0.75*exp(v))", "[-0.1126660196558663368727685, 1.091599394515418746869263]", near=("-2", "0.3")
    ),
    Proven("1 - exp(-exp(v))", "(0, exp(-1)]"),
    Proven(
        "v*log(2 - exp(-exp(v)))",
        "[-0.09980450735998873157985411, 0.75270457108566948466396]",
        near=("-2", "1"),
    ),
    Proven("log(cosh(v))", "(-1, 1)"),
    Proven("1/cosh(v)", "[-1/2, 1/2]"),
    Proven("exp(v)/(exp(v) + exp(-v))", "(0, 1/2]"),
    Proven("(1 + exp(-v))**(-1.5)", "(0, 9*sqrt(15)/125]"),
    Proven(
        "v*exp(v)/(exp(v) + 2)",
        "[-0.0569510581006319804411812, 1.163664493115648041670753]",
        near=("-1.3", "3.3"),
    ),
    Proven("(v + sqrt(v**2 + 4))/2", "(0, 1)"),
    Proven("v*(1 + v/sqrt(1 + v**2))/2", "[1/2 - 2*sqrt(6)/9, 1/2 + 2*sqrt(6)/9]"),
    Proven("sign(v)*Abs(v)**1.5", "[0, oo)"),
    Proven("atan(v*(1 + sqrt(5))/2)", "(0, (1 + sqrt(5))/2]"),
    Proven("sign(v)", "{0}", AT_ZERO),
    Proven("Heaviside(v)", "{0}", AT_ZERO),
    Proven("Max(-v, 0)", "{-1, 0}", AT_ZERO),
    Proven("exp(-Abs(v))", "(-1, 0) ∪ (0, 1)", AT_ZERO),
    Proven("Max(v, -v/2)", "{-1/2, 1}", AT_ZERO),
]

CASES: list[Row] = [
    Refused("sin(v)**v", "7/2"),
    Proven("sqrt(1 - cos(v))", "(-sqrt(2)/2, sqrt(2)/2)", WAVES),
    Proven("2**v", "(0, oo)"),
    Proven("Piecewise((sin(v), v < 0), (1/2, True))", "[-1, 1]", AT_ZERO),
    Proven("Max(v, 0) - sin(Max(-v, 0))", "[-1, 1]"),
    Proven("log(1 + exp(v - 1)) - sin(1 - v)", "(-1, 2)"),
    Proven(
        "tanh(0.87*v)*log(1 + exp(v))",
        "[-0.1134221753008564510304889, 1.098916035094096581160364]",
        near=("-1.5", "1.5"),
    ),
    Proven(
        "sigmoid(-v)/(3 + atan(v/3 + 1/2)**2) - erf(v/3 + 1/2)",
        "[-0.4393144858903341667631598, 0.004860046397172016480408047]",
        near=("-1.5", "4"),
    ),
    Proven("Abs(v)**1.5", EVERYWHERE),
    Proven("sign(v)*sqrt(Abs(v))", "(0, oo)", AT_ZERO),
    Refused("sqrt(v + 7)", "-8"),
]
