# %% [markdown]
# # An atlas of activations {#sec:atlas}
#
# @tbl:atlas has the activations of the study and every scalar one of torch.nn with its
# default parameters.

# %%
from analysis.figures.functions import atlas
from analysis.studies.derived import all_activations
from derivations.printing.tables import ATLAS, SHAPES, atlas_rows, shape_rows
from report.authoring import current, figure, table

report = current()
derived = [report.derived(activation.name) for activation in all_activations(report.study.functions)]
rows = atlas_rows(derived)
unproven = [derivation.activation.title for derivation in derived if derivation.unproven]
exact = [row for row in rows if row["certificate"] == "exact"]

# %% [markdown]
# Each of these {{ derived | length }} gradient ranges{% if unproven %} but that of
# {{ unproven | listing }}{% endif %} is proven, as in @sec:ranges. Where the critical
# points have closed forms the range is exact, as for {{ exact | length }} of them; else
# its ends are enclosed in balls of a radius below $10^{-20}$ by Arb's arithmetic, with a
# proof that no critical point is missed: between the points listed, up to both
# infinities, the second derivative keeps its sign.

# %%
table(
    rows,
    id="tbl:atlas",
    caption="Activations, their derivatives and their gradient ranges.",
    columns=ATLAS,
    widths=(0.16, 0.36, 0.29, 0.1, 0.09),
)

# %% [markdown]
# @fig:atlas shows them.

# %%
figure(
    atlas(derived),
    id="fig:atlas",
    caption="""
        The activations of @tbl:atlas: the function (thin), its derivative (thick), and the gradient range as a bar,
        with filled circles at ends that are attained.""",
    alt=f"""
        Small multiples, one for each of {len(derived)} activations, with the function, its derivative and the
        gradient range for v from -5 to 5. The values of the ranges are in the table of the atlas.""",
)

# %% [markdown]
# @tbl:shapes has what else is proven of each, in the same way: the values that $f$ and
# $f''$ take, the least $L$ with $|f(a) - f(b)| \le L |a - b|$ for $f$ and for $f'$,
# whether $f$ is monotone (in the wide sense), convex or concave, odd or even, and where
# $f'$ changes its sign. A function with a kink has no such constant for its derivative,
# and one that jumps none at all.

# %%
table(
    shape_rows(derived),
    id="tbl:shapes",
    caption="The shapes of the activations: what is proven of them beside the gradient range.",
    columns=SHAPES,
    widths=(0.14, 0.36, 0.2, 0.15, 0.15),
)
