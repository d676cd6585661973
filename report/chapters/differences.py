# %%
import polars as pl

from analysis.figures.measured import paired_differences as drawn_differences
from analysis.results.statistics import FEWEST, LEVEL, interval
from analysis.results.tables import paired_differences
from derivations.language.registry import title
from report.authoring.context import current
from report.authoring.numbers import MINUS

study, results = current().study, current().results
against = "tanh" if "tanh" in study.activations else study.activations[0]
reference = title(against)
others = [name for name in study.activations if name != against]
ENOUGH = 5  # seeds, from which on intervals are drawn: with three, they are wider than any difference

# %%
differences = paired_differences(results.summary, against)


def in_points(values):
    """The mean difference with its interval, or each difference where the seeds are too few."""
    found = interval([100 * value for value in values])
    if found is None:
        return ", ".join(f"{100 * value:+.2f}" for value in values).replace("-", MINUS)
    return f"{found[0]:+.1f} ± {found[1]:.1f}".replace("-", MINUS)


def verdict(row):
    """What the interval says of the sign of the difference."""
    if row["half"] is None:
        return "too few seeds"
    if abs(row["mean"]) <= row["half"]:
        return "not separated"
    return "higher" if row["mean"] > 0 else "lower"


shown = [
    {
        "activation": title(row["activation"]),
        "depth": row["depth"],
        "difference": in_points(row["differences"]),
        "verdict": verdict(row),
    }
    for row in differences.to_dicts()
]
points = differences.select("activation", "depth", difference="differences").explode("difference")
intervals = differences.filter(pl.col("half").is_not_null()).select("activation", "depth", "mean", "half")
figure_of_differences = others and drawn_differences(
    points, intervals if study.seeds >= ENOUGH else intervals.clear(), others, against
)

# %% [markdown]
# ## Differences, seed by seed {#sec:differences}
#
# {% if not others %}With one activation there is nothing to compare.{% else %}
# Networks of one seed start from the same weights and see the same images in the same order. What separates activations
# is therefore looked for in the differences of one seed, which @fig:differences shows, each as a point.
# {% if study.seeds >= FEWEST %}@tbl:differences gives their means with intervals at {{ LEVEL | percent(0) }}, by Student's $t$ with
# {{ study.seeds - 1 }} degrees of freedom; an interval that reaches zero separates nothing.
# {% else %}@tbl:differences lists them. With {{ study.seeds | counted("seed") }} there is no interval, and no difference in this report is called significant.
# {% endif %}
#
# {{ figure(figure_of_differences, id="fig:differences", caption="Test accuracy after the last epoch less that of " ~ reference ~ " with the same seed; each point is a seed, one above the other" ~ ("; bars are " ~ (LEVEL | percent(0)) ~ " intervals." if study.seeds >= ENOUGH else "."), alt="Differences of test accuracy from " ~ reference ~ " in one panel for each depth, between " ~ (100 * points["difference"].min()) | number(3) ~ " and " ~ (100 * points["difference"].max()) | number(3) ~ " percentage points.") }}
#
# {{ table(shown, id="tbl:differences", caption="Differences of test accuracy from " ~ reference ~ " after the last epoch, within seeds, in percentage points" ~ (": means, with " ~ (LEVEL | percent(0)) ~ " intervals." if study.seeds >= FEWEST else "."), columns={"activation": "Activation", "depth": "Layers", "difference": "Difference", "verdict": "Verdict"}, right=["difference"]) }}
# {% endif %}
