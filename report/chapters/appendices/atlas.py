# %% [markdown]
# # An atlas of activations {#sec:atlas}
#
# @tbl:atlas has the activations of the study and every scalar one of torch.nn with its
# default parameters.

# %%
from analysis.figures.functions import atlas
from analysis.studies.derived import all_activations
from derivations.printing.tables import ATLAS, SHAPES, atlas_rows, shape_rows, where_sigma
from derivations.wide.critical import SCANNED
from derivations.wide.gains import selu_constants
from derivations.wide.tables import INITIAL
from report.authoring import current, figure, table

report = current()
derived = [report.derived(activation.name) for activation in all_activations(report.study.functions)]
rows = atlas_rows(derived)
unproven = [derivation.activation.title for derivation in derived if derivation.unproven]
exact = [row for row in rows if row["certificate"] == "exact"]
alpha, scale = map(float, selu_constants())

# %% [markdown]
# Each of these {{ derived | length }} gradient ranges{% if unproven %} but that of
# {{ unproven | listing }}{% endif %} is proven[, as in @sec:ranges]{.optional}. Where the critical
# points have closed forms the range is exact, as for {{ exact | length }} of them; else
# its ends are enclosed in balls of a radius below $10^{-20}$ by Arb's arithmetic, with a
# proof that no extreme is missed: between critical points the second derivative keeps
# its sign, up to both infinities, or else $f'$ is shown to repeat itself, to stay between
# bounds or to swing between limits.

# %%
table(
    rows,
    id="tbl:atlas",
    caption=f"Activations, their derivatives and their gradient ranges{where_sigma(rows)}.",
    columns=ATLAS,
    widths=(0.15, 0.375, 0.28, 0.105, 0.09),
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
# $f''$ take, the least $L$ with $\left|f(a) - f(b)\right| \le L \left|a - b\right|$ for $f$ and for $f'$,
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

# %% [markdown]
# @tbl:initial has the critical initial weights and biases: those for which both
# $\chi_\perp = \sigma_w^2 \langle f'^2 \rangle$, the factor of the squared $\delta$, and
# $\chi_\parallel = \sigma_w^2\, d\langle f^2 \rangle/dq$, that of a small change of the variance
# $q$ of $v$, are one at a fixed point of $q$ [@roberts2022, chapter 5]. A
# *scale-invariant* function has them at every $q$, with the same weights. The point
# $q = 0$ attracts: variances become smaller from layer to layer, ever more slowly. The
# *limit* is the same for a function that has no second derivative at zero. A
# *half-stable* point attracts variances from one side only.
#
# These points were found by comparing both $\chi$ at zero and at
# {{ SCANNED | length | number }} variances from {{ SCANNED | first | number(1) }} to
# {{ SCANNED | last | number(1) }}. Where it says *none*, none was found there with
# $\sigma_b^2 \ge 0$; that there is none elsewhere is not proven here.

# %%
table(
    report.initial_weights(derived),
    id="tbl:initial",
    caption=r"""
        Critical initial weights and biases of activations (at $q = 1$ where every $q$ has its own), and gains: the
        $\sigma_w$ that keeps $q = 1$ without biases, $\chi_\perp$ there, one over the standard deviation of $f(v)$
        about its mean for $q = 1$, and the gain of torch.nn.init.calculate_gain with $\chi_\perp$ at the variance
        that it leads to.""",
    columns=INITIAL,
    right=["q", "weights", "biases", "gain", "chi", "centred"],
    widths=(0.15, 0.135, 0.11, 0.098, 0.098, 0.098, 0.098, 0.098, 0.115),
)

# %% [markdown]
# A gain keeps the variance of $v$ and not, in general, that of $\delta$: where
# $\chi_\perp$ is not one, gradients grow or shrink all the same. The two constants of
# SELU [@klambauer2017] are those with which $f(v)$ has mean zero and variance one where
# $v$ has: solving both equations gives {{ alpha | number(5) }} and {{ scale | number(5) }}.
