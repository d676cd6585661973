# %% [markdown]
# ## Differences, seed by seed {#sec:differences}
#
# Networks of one seed start from the same weights and see the same images in the same
# order. What separates activations is therefore looked for in the differences of one
# seed, which @fig:differences shows, each as a point.

# %%
from analysis.figures.measured import ENOUGH, plot_paired_differences
from analysis.results.tables import paired_differences
from derivations.language.registry import title
from report.authoring import FEWEST, LEVEL, current, figure, in_points, number, percent, table

report = current()
study = report.study
against = "tanh" if "tanh" in study.activations else study.activations[0]
differences = paired_differences(report.results.summary, against)
points = [100 * value for values in differences["differences"] for value in values] or [0.0]

# %%
figure(
    plot_paired_differences(differences, against),
    id="fig:differences",
    caption=f"""
        Test accuracy after the last epoch less that of {title(against)} with the same seed; each point is a seed, one
        above the other{f"; bars are {percent(LEVEL, 0)} intervals." if study.seeds >= ENOUGH else "."}""",
    alt=f"""
        Differences of test accuracy from {title(against)} in one panel for each depth, between {number(min(points))}
        and {number(max(points))} percentage points.""",
)

# %% [markdown]
# {% if study.seeds >= FEWEST %}
# @tbl:differences gives their means with intervals at {{ LEVEL | percent(0) }}, by
# Student's $t$ with {{ study.seeds - 1 }} degrees of freedom; an interval that reaches
# zero separates nothing.
# {% else %}
# @tbl:differences lists them. With {{ study.seeds | counted("seed") }} there is no
# interval, and no difference in this report is called significant.
# {% endif %}

# %%
table(
    differences,
    id="tbl:differences",
    caption=f"""
        Differences of test accuracy from {
        title(against)
    } after the last epoch, within seeds, in percentage points{
        f": means, with {percent(LEVEL, 0)} intervals." if study.seeds >= FEWEST else "."
    }""",
    columns=["activation", "depth", "differences", "verdict"],
    formats={"differences": in_points},
    right=["differences"],
)
