# %% [markdown]
# ## Differences, seed by seed {#sec:differences}
#
# Networks of one seed start from the same weights and see the same images in the same
# order. What separates activations is therefore looked for in the differences of one
# seed, which @fig:differences shows, each as a point.

# %%
import polars as pl

from analysis.figures.measured import ENOUGH, plot_paired_differences
from analysis.results.statistics import MARGIN
from analysis.results.tables import paired_differences
from derivations.language.registry import title
from report.authoring import FEWEST, LEVEL, by_seed, current, figure, in_points, number, percent, table

report = current()
study = report.study
against = "tanh" if "tanh" in study.activations else study.activations[0]
differences = paired_differences(report.results.history, against)
points = [100 * value for values in differences["differences"] for value in values] or [0.0]

# %%
figure(
    plot_paired_differences(differences, against),
    id="fig:differences",
    caption=f"""
        Test accuracy in the end[\\ (as in @tbl:scores)]{{.optional}} less that of {title(against)} with the same seed;
        each point is a seed, one above the
        other{f"; bars are {percent(LEVEL, 0)} intervals." if study.seeds >= ENOUGH else "."}""",
    alt=f"""
        Differences of test accuracy from {title(against)} in one panel for each depth, between {number(min(points))}
        and {number(max(points))} percentage points.""",
)

# %% [markdown]
# @tbl:differences lists them. {% if study.seeds >= FEWEST %}Where of each kind all
# networks end above one half, or none does, it gives their mean with an interval at {{ LEVEL | percent(0) }}, by
# Student's $t$ with {{ study.seeds - 1 }} degrees of freedom. An interval that leaves out
# zero makes one of them higher; one that holds nothing beyond
# {{ "%g" | format(100 * MARGIN) }} point either way says that they differ by no more than
# this margin; any other leaves it open. Where some end above one half and others do not, an
# interval would say nothing: it is counted how many do.
# {% else %}With {{ study.seeds | counted("seed") }} there is no interval, and no
# difference in this report is called significant.
# {% endif %}
# {% if study.seeds >= FEWEST and study.activations | length > 1 %}
# These are {{ differences.height | counted("comparison") }}, each by itself: of many, one
# may leave out zero by chance.
# {% endif %}

# %%
table(
    differences.with_columns(
        interval=pl.Series(in_points(differences["mean", "half"].rows()), dtype=pl.String)
    ),
    id="tbl:differences",
    caption=f"""
        Differences of test accuracy in the end from {title(against)}, within seeds, in percentage points{
        f": each seed, and means with {percent(LEVEL, 0)} intervals." if study.seeds >= FEWEST else "."
    }""",
    columns={"activation": "Activation", "depth": "Layers", "differences": "Each seed"}
    | ({"interval": "Mean", "verdict": "Verdict"} if study.seeds >= FEWEST else {}),
    formats={"differences": lambda values: by_seed(values, "+.1f")},
    right=["interval"],
    widths=(0.135, 0.095, 0.365, 0.145, 0.26) if study.seeds >= FEWEST else None,
)
