# %%
import polars as pl

from analysis.keeping.files import CACHE
from analysis.studies.data import load
from analysis.verification.bounds import allowed, transfers
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current

study, results = current().study, current().results
probed = [results, *([results.contrast] if results.contrast else [])]
used = [transfers(part, CACHE) for part in probed]
without = [title(name) for name in study.activations if name not in set(used[0]["activation"])]
own, measured = (found.filter(pl.col("used").is_finite()) for found in (used[0], pl.concat(used)))
passing = pl.col("used").filter(pl.col("used") > 0)
tightness = (
    own.group_by("activation", "depth", maintain_order=True)
    .agg(
        bound=pl.col("bound").first(),
        median=passing.median(),
        largest=passing.max(),
    )
    .with_columns(activation=pl.col("activation").map_elements(title, return_dtype=pl.String))
)
batch = min(study.batch_size, len(load(study.dataset, CACHE).train_labels))
inequalities = f"{measured.height * batch:,} inequalities"

# %%
kept = measured.height > 0 and claim(
    "No measured $\\delta$ exceeds the bound that the proven range sets by more than single precision rounds.",
    measured["used"].max() < allowed(study),
    evidence=f"the closest reaches {100 * measured['used'].max():.1f} % of it",
)

# %% [markdown]
# # The proven range as a bound {#sec:bound}
#
# Theory speaks of averages over wide networks. The gradient range of @tbl:ranges says less, but it says
# so of every single network, untrained or trained, and of every pattern. With $\delta^{(r)}_{\mu}$ for the vector of all units of
# a layer and $W^{(r)}$ for the matrix of its weights, Euclidean norms in @eq:hidden-delta give
#
# $$
# \bigl| \delta^{(r)}_{\mu} \bigr| \le \sup |f'| \cdot s_{\max}\bigl( W^{(r+1)} \bigr) \cdot \bigl| \delta^{(r+1)}_{\mu} \bigr|
# $$ {#eq:bound}
#
# where $s_{\max}$ is the spectral norm of the weights, their largest singular value. Nothing is estimated here: the supremum is
# proven, and the other three are computed from the network's numbers. (A product of norms on the right that is so small
# that underflow may have taken part in it counts as the smallest that is safe from that.)
#
# {% if kept %}This was checked for every layer, each of the {{ batch }} patterns of the fixed mini-batch, every
# probed epoch and every network: {{ inequalities }}{% if results.contrast %}, those of @tbl:contrast included{% endif %}. {{ kept }} Had
# one done so by more than single precision rounds, there would be no report: either a proof or the training would be wrong.
# @tbl:tightness shows how much of the bound the networks of the study use. A layer would use all of it if every unit had its steepest slope, and
# $\delta$ lay in the direction that the weights stretch most.
#
# {{ table(tightness, id="tbl:tightness", caption="How much of the bound networks use: the largest ratio of both sides over the patterns of the mini-batch, of which the median and the largest over layers that $\\delta$ reaches, seeds and the probed epochs.", columns={"activation": "Activation", "depth": "Layers", "bound": "$\\sup |f'|$", "median": "Median", "largest": "Largest"}, formats={"bound": ".4f", "median": "percent", "largest": "percent"}) }}
# {% else %}No activation of this study has a proven range with a bound, or no gradient was finite, so that there is nothing to check.{% endif %}
# {% if kept and without %}The range of {{ without | listing }} is unproven or has no bound, which leaves nothing to check there.{% endif %}
