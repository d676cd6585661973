# %%
from analysis.keeping.files import CACHE
from analysis.verification.checks import equation_checks
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import listing, number

study = current().study
checks = equation_checks(study.functions, CACHE)

# Where the report shows the equations of single activations.
places = {
    ("relu", "hidden-delta"): "@eq:relu",
    ("tanh", "hidden-delta-of-output"): "@eq:tanh",
    ("tanh", "derivative-of-output"): "@sec:three",
    ("sigmoid", "hidden-delta-of-output"): "@eq:sigmoid",
    ("sigmoid", "derivative-of-output"): "@sec:three",
    ("lecun", "hidden-delta"): "@eq:lecun-delta",
    ("lecun", "derivative"): "@eq:lecun-slope",
} | {(name, "derivative"): "@tbl:ranges" for name in study.activations if name != "lecun"}


def place(check):
    """A reference to the equation, or None where the report does not show it."""
    if check.activation == "any":
        return f"@eq:{check.label}"
    return places.get((check.activation, check.label))


def said(check):
    """The equation's title and whose it is."""
    by_output = ", by its output" if check.label.endswith("of-output") else ""
    whose = "" if check.activation == "any" else f": {title(check.activation)}{by_output}"
    return f"{check.title}{whose}"


shown = [
    {
        "equation": place(check),
        "title": said(check),
        "points": check.points,
        "error": check.largest_relative_error,
        "excluded": check.excluded,
    }
    for check in checks
    if place(check)
]

# %%
worst = max(check.largest_relative_error for check in checks)
apart = [said(check) for check in checks if not check.largest_relative_error < 1e-10]  # NaN neither
agree = claim(
    "Every displayed equation agrees with the code that trains and with automatic differentiation to ten digits.",
    not apart,
    evidence=f"{len(checks)} equations, {number(sum(check.points for check in checks))} points, "
    + (f"not for {listing(apart)}" if apart else f"errors at most {number(worst, 2)}"),
)

# %% [markdown]
# # The equations, checked in numbers {#sec:checks}
#
# The networks of this report are trained by the equations that it shows, not by automatic differentiation. Hence both
# can be compared. For @tbl:checks, each equation was turned into numbers from its symbolic expression, for networks
# with random weights, and in double precision: the sums were carried out, and each element was looked up in an array.
# Two others had to give the same: the very code that trains, and the same networks in plain PyTorch operations,
# differentiated by PyTorch. The general equations were checked on networks of all these activations. The derivatives
# were checked at random points, at the kinks of the function, and on both sides of them; points within $10^{-6}$ of a
# kink do not count, for there is no derivative to compare with. {{ agree }}
#
# {{ table(shown, id="tbl:checks", caption="Displayed equations in numbers: the number of points compared, the largest difference from the code that trains or from automatic differentiation, as a fraction of the largest number of the same array, and the points left out at kinks.", columns={"equation": "Shown in", "title": "What it gives", "points": "Points", "error": "Largest error", "excluded": "At kinks"}, formats={"error": 2}, widths=(0.17, 0.43, 0.11, 0.17, 0.12)) }}
