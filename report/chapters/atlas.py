# %%
from sympy import Interval, oo

from analysis.figures.functions import atlas
from analysis.keeping.files import CACHE
from analysis.studies.derived import derived, of_atlas
from derivations.printing.notation import tex
from report.authoring.context import current

study = current().study
derivations = [derived(activation, CACHE) for activation in of_atlas(study.functions)]


def short(end):
    """An end of a range: in closed form where that is short, else its first digits."""
    return end if end.count_ops() < 6 and len(str(end)) < 30 else end.evalf(20)


def shown(values, short=short):
    """A range whose ends are short."""
    return values.replace(
        lambda part: isinstance(part, Interval),
        lambda part: Interval(short(part.start), short(part.end), part.left_open, part.right_open),
    )


rows = []
for derivation in derivations:
    kinks = ", ".join(f"${tex(point)}$" for point in derivation.slopes.not_differentiable_at)
    source = f"[@{derivation.activation.source}]" if derivation.activation.source else "of this study"
    rows.append(
        {
            "name": f"{derivation.activation.title}<br>{source}",
            "function": f"$f = {tex(derivation.activation.expression)}$<br>"
            f"$f' = {tex(derivation.slopes.derivative)}$",
            "range": "–" if derivation.unproven else f"${tex(shown(derivation.gradient_range.values))}$",
            "certificate": "unproven" if derivation.unproven else derivation.gradient_range.kind,
            "kinks": kinks or "–",
        }
    )


def brief(end):
    """An end of a range, or a constant, for a narrow column."""
    return end if len(str(end)) < 13 else end.evalf(20)


def constant(value):
    """A Lipschitz constant, or that there is none."""
    return "?" if value is None else "none" if value == oo else f"${tex(brief(value))}$"


def range_shown(proven):
    """A proven range of f or f''."""
    return "?" if proven is None else f"${tex(shown(proven.values, brief))}$"


def changes(facts):
    """Where f' changes its sign."""
    if facts.slope_changes_sign is None:
        return "?"
    points = [brief(point) for point in facts.slope_changes_sign]
    again = "" if facts.period is None or not points else f" + ${tex(facts.period)} n$"
    return ", ".join(f"${tex(point)}$" for point in points) + again or "–"


shapes = []
for derivation in derivations:
    facts = derivation.facts
    words = [facts.monotone, facts.convex, facts.parity]
    told = [word for word in words if word not in (None, "no", "neither")]
    shapes.append(
        {
            "name": derivation.activation.title,
            "values": f"$f$: {range_shown(facts.values)}<br>$f''$: {range_shown(facts.curvature)}",
            "constants": f"$f$: {constant(facts.lipschitz)}<br>$f'$: {constant(facts.slope_lipschitz)}",
            "words": ", ".join(told) or "–",
            "changes": changes(facts),
        }
    )
unproven = [derivation.activation.title for derivation in derivations if derivation.unproven]
exact = [row for row in rows if row["certificate"] == "exact"]
pages = atlas(derivations)

# %% [markdown]
# # An atlas of activations {#sec:atlas}
#
# @tbl:atlas and @fig:atlas show the {{ derivations | length }} activations that the program knows: those of the study
# and every scalar one of torch.nn with its default parameters. Each gradient range{% if unproven %} but that of {{ unproven | listing }}{% endif %} is proven, as in @sec:ranges.
# Where the critical points have closed forms the range is exact, as for {{ exact | length }} of them; else its ends
# are enclosed in balls of a radius below $10^{-20}$ by Arb's arithmetic, with a proof that no critical point is
# missed: between the points listed, up to both infinities, the second derivative keeps its sign.
#
# {{ table(rows, id="tbl:atlas", caption="Activations, their derivatives and their gradient ranges.", columns={"name": "Activation", "function": "Function and derivative", "range": "Gradient range", "certificate": "Proof", "kinks": "Kinks"}, widths=(0.16, 0.36, 0.29, 0.1, 0.09)) }}
#
# {{ figure(pages, id="fig:atlas", caption="The activations of @tbl:atlas: the function (thin), its derivative (thick), and the gradient range as a bar, with filled circles at ends that are attained.", alt="Small multiples, one for each of " ~ (derivations | length) ~ " activations, with the function, its derivative and the gradient range for v from -5 to 5. The values of the ranges are in the table of the atlas.") }}
#
# @tbl:shapes has what else is proven of each, in the same way: the values that $f$ and $f''$ take, the least $L$ with
# $|f(a) - f(b)| \le L |a - b|$ for $f$ and for $f'$, whether $f$ is monotone (in the wide sense), convex or concave, odd
# or even, and where $f'$ changes its sign. A function with a kink has no such constant for its derivative, and one that
# jumps none at all.
#
# {{ table(shapes, id="tbl:shapes", caption="The shapes of the activations: what is proven of them beside the gradient range.", columns={"name": "Activation", "values": "Values", "constants": "$L$", "words": "Shape", "changes": "$f'$ changes sign at"}, widths=(0.14, 0.36, 0.2, 0.15, 0.15)) }}
