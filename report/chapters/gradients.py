# %%
import polars as pl

from analysis.figures.measured import gradient_profiles
from analysis.results.tables import gradient_ends
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import between, number

study, results = current().study, current().results
early = study.probe_epochs[1]
three = [name for name in study.activations if name != "lecun"] or list(study.activations)
probes = results.probes
profiles = gradient_profiles(probes, three, early)
ends = gradient_ends(probes.filter(pl.col("activation").is_in(three)), early)
shown = ends.with_columns(activation=pl.col("activation").map_elements(title, return_dtype=pl.String))
two_digits = dict.fromkeys(("first", "last", "ratio", "smallest", "largest"), 2)
deepest = max(study.depths)


def by_seed(activation, depth, epoch, layer, measure="gradient_max"):
    """The measure in one layer, one value for each seed."""
    at = probes.filter(activation=activation, depth=depth, epoch=epoch, layer=layer)
    return at.sort("seed")[measure]


# %%
sigmoid_vanishes = tanh_keeps = None
deep = [depth for depth in study.depths if depth >= 20]
if "sigmoid" in study.activations and deep:
    per_layer = {
        depth: (by_seed("sigmoid", depth, early, depth) / by_seed("sigmoid", depth, early, 1))
        ** (1 / (depth - 1))
        for depth in deep
    }
    sigmoid_vanishes = claim(
        "In every sigmoid network of 20 or more layers the gradient falls from the output layer to the first by more than a factor of three per layer, in the geometric mean.",
        all((factor > 3).all() for factor in per_layer.values()),
        evidence="; ".join(
            f"{depth} layers: {between(factor, '.2f')}" for depth, factor in per_layer.items()
        ),
    )
if {"tanh", "sigmoid"} <= set(study.activations) and deepest >= 40:
    tanh_first, sigmoid_first = (by_seed(name, deepest, early, 1) for name in ("tanh", "sigmoid"))
    tanh_keeps = claim(
        f"At {deepest} layers the first layer of every tanh network has a gradient larger than that of the sigmoid network of the same seed by more than ten orders of magnitude.",
        bool((tanh_first > 1e10 * sigmoid_first).all()),
        evidence=f"tanh at least {number(tanh_first.min(), 2)}, sigmoid at most {number(sigmoid_first.max(), 2)}",
        margin=(tanh_first / sigmoid_first).log(10),
        unit="orders of magnitude",
    )

# %% [markdown]
# # Gradients by layer {#sec:gradients}
#
# After {{ early | counted("epoch") }}, the gradient of the loss was measured in each layer of every network, on one and the
# same mini-batch: the first {{ study.batch_size }} images of the training set. @fig:gradients shows
# $\max_{ij} \left|\partial E / \partial w^{(r)}_{ij}\right|$, by @eq:weight-gradient, and @tbl:gradients compares both ends.
#
# {{ figure(profiles, id="fig:gradients", caption="The largest gradient of each layer's weights after " ~ (early | counted("epoch")) ~ ", on a fixed mini-batch; layer 1 is next to the input. Thick: median over seeds; thin: each seed. Crosses: exactly zero.", alt="Maximum gradient against layer, on a logarithmic scale, a panel for each depth. The medians over seeds lie between " ~ ends["smallest"].min() | number(2) ~ " and " ~ ends["largest"].max() | number(2) ~ "; a table gives those of the first and last layers.") }}
#
# {{ table(shown, id="tbl:gradients", caption="The largest gradient in the first and in the last layer after " ~ (early | counted("epoch")) ~ ", their ratio, and the smallest and largest over layers: medians over seeds.", columns={"activation": "Activation", "depth": "Layers", "first": "First layer", "last": "Last layer", "ratio": "First / last", "smallest": "Smallest", "largest": "Largest"}, formats=two_digits) }}
#
# {% if sigmoid_vanishes %}{{ sigmoid_vanishes }} The proof of @tbl:ranges allows no more than a quarter for $f'$, and that only at
# $v = 0$; @sec:theory computes what is left of the gradient on average, and @sec:why what that is in single precision.{% endif %}
# {% if tanh_keeps %}{{ tanh_keeps }} The range of tanh reaches one, and near $v = 0$, where Glorot's weights keep a
# network at first, its derivative is close to it.{% endif %}
#
# The gradient of ReLU has a range of two values. A unit either passes the error unchanged or stops it,
# and whole layers of a deep network can come to stop it for all patterns; the gradients below are then exactly zero.
# @sec:relu counts such units and layers.
