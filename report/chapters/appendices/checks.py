# %% [markdown]
# # The equations, checked in numbers {#sec:checks}
#
# The networks of this report are trained by the equations that it shows, not by
# automatic differentiation. Hence both can be compared. For @tbl:checks, each equation
# was turned into numbers from its symbolic expression, for networks with random weights,
# and in double precision: the sums were carried out, and each element was looked up in
# an array. Two others had to give the same: the very code that trains, and the same
# networks in plain PyTorch operations, differentiated by PyTorch. The general equations
# were checked on networks of all these activations. The derivatives were checked at
# random points, at the kinks of the function, and on both sides of them; points within
# $10^{-6}$ of a kink do not count, for there is no derivative to compare with.

# %%
from analysis.findings.checks import agree
from analysis.keeping.files import CACHE
from analysis.verification.checks import equation_checks
from analysis.verification.displayed import COLUMNS, check_rows
from report.authoring import claim, current, table

study = current().study
checks = equation_checks(study, CACHE)
agreed = claim(
    """Every displayed equation of the training agrees with the code that trains and with automatic differentiation
    to ten digits.""",
    agree(checks),
)

# %% [markdown]
# {{ agreed }}

# %%
table(
    check_rows(checks, study),
    id="tbl:checks",
    caption="""
        Displayed equations in numbers: the number of points compared, the largest difference from the code that
        trains or from automatic differentiation, as a fraction of the largest number of the same array, and the
        points left out at kinks.""",
    columns=COLUMNS,
    formats={"error": 2},
    widths=(0.17, 0.43, 0.11, 0.17, 0.12),
)
