# %% [markdown]
# # The proven range as a bound {#sec:bound}
#
# Theory speaks of averages over wide networks. The gradient range [of @tbl:ranges]{.optional}
# says less, but it says so of every single network, untrained or trained, and of
# every pattern. With $\delta^{(r)}_{\mu}$ for the vector of all units of a layer
# and $W^{(r)}$ for the matrix of its weights, Euclidean norms in the delta
# recursion[\ (@eq:hidden-delta)]{.optional} give
#
# $$
# \left| \delta^{(r)}_{\mu} \right| \le
# \sup \left|f'\right| \cdot s_{\max}(W^{(r+1)}) \cdot \left| \delta^{(r+1)}_{\mu} \right|
# $$ {#eq:bound}
#
# where $s_{\max}$ is the spectral norm of the weights, their largest singular
# value. Nothing is estimated here: the supremum is proven, and the other three are
# computed from the network's numbers. (A product of norms on the right that is so
# small that underflow may have taken part in it counts as the smallest that is safe
# from that.)

# %%
from analysis.findings import bounds
from analysis.keeping.files import CACHE
from analysis.verification.bounds import checked, tightness, transfers, unbounded
from report.authoring import claim, current, table

report = current()
study, results = report.study, report.results
patterns = min(study.batch_size, len(report.data.train_labels))
inequalities = checked(results, CACHE).height * patterns
without = unbounded(study, CACHE)
kept = claim(
    "No measured $\\delta$ exceeds the bound that the proven range sets by more than single precision rounds.",
    bounds.never_exceeded(results, CACHE),
)

# %% [markdown]
# This was checked for every layer, each of the {{ patterns }} patterns of the fixed
# mini-batch, every probed epoch and every network: {{ inequalities }} inequalities.
# [Those of @tbl:contrast are included.]{.optional} {{ kept }} Had one done so by
# more than single precision rounds, there would be no report: either a proof or the
# training would be wrong.
#
# [@tbl:tightness shows how much of the bound the networks of the study use. A layer
# would use all of it if every unit had its steepest slope, and $\delta$ lay in the
# direction that the weights stretch most.]{.optional}

# %%
table(
    tightness(transfers(results, CACHE)),
    id="tbl:tightness",
    caption="""
        How much of the bound networks use: the largest ratio of both sides over the patterns of the mini-batch, of
        which the median and the largest over layers that $\\delta$ reaches, seeds and the probed epochs.""",
    columns=["activation", "depth", "bound", "median", "largest"],
    formats={"bound": ".4f", "median": ".0%", "largest": ".0%"},
)

# %% [markdown]
# {% if not inequalities %}
# No activation of this study has a proven range with a bound, or no gradient was
# finite, so that there is nothing to check.
# {% elif without %}
# The range of {{ without | listing }} is unproven or has no bound, which leaves
# nothing to check there.
# {% endif %}
