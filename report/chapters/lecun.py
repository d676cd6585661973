# %%
import polars as pl

from analysis.figures.measured import gradient_profiles, learning_curves
from analysis.keeping.files import CACHE
from analysis.results.tables import gradient_ends
from analysis.studies.data import load
from analysis.studies.derived import derived
from derivations import activations, v
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import between, number

study, results = current().study, current().results
pair = ["tanh", "lecun"]
lecun, tanh = derived(activations["lecun"], CACHE), derived(activations["tanh"], CACHE)
both = set(pair) <= set(study.activations)
two_digits = dict.fromkeys(("first", "last", "ratio", "smallest", "largest"), 2)
deepest = max(study.depths)
lecun_at_zero, tanh_at_zero = (derivation.slopes.derivative.subs(v, 0) for derivation in (lecun, tanh))


def first_layer(activation, depth):
    """The largest gradient of the first layer before training, one value for each seed."""
    at = results.probes.filter(activation=activation, depth=depth, epoch=0, layer=1)
    return at.sort("seed")["gradient_max"]


def score(activation, depth):
    """Test accuracies after the last epoch, one for each seed."""
    return results.summary.filter(activation=activation, depth=depth).sort("seed")["test_accuracy"]


# %%
curves = untrained = ends = shown = larger = learns = None
if both:
    history = results.history.filter(pl.col("activation").is_in(pair))
    curves = learning_curves(history, pair, load(study.dataset, CACHE).chance)
    untrained = gradient_profiles(results.probes, pair, 0)
    ends = gradient_ends(results.probes.filter(pl.col("activation").is_in(pair)), 0)
    shown = ends.with_columns(activation=pl.col("activation").map_elements(title, return_dtype=pl.String))
    larger = claim(
        "Before training, from the same weights, the first layer's gradient is larger with LeCun's activation than with tanh, at every depth and for every seed.",
        all((first_layer("lecun", depth) > first_layer("tanh", depth)).all() for depth in study.depths),
        evidence="; ".join(
            f"{depth} layers: LeCun / tanh {between(first_layer('lecun', depth) / first_layer('tanh', depth))}"
            for depth in study.depths
        ),
        margin=[
            min(ratios)
            for ratios in zip(
                *(
                    (first_layer("lecun", depth) / first_layer("tanh", depth)).log(10)
                    for depth in study.depths
                ),
                strict=True,
            )
        ],
        unit="orders of magnitude at the depth where it is least",
    )
    learns = claim(
        f"With {deepest} layers every network with LeCun's activation learns: it answers more than half of the test set rightly.",
        bool((score("lecun", deepest) > 0.5).all()),
        evidence=between(100 * score("lecun", deepest), ".2f", " %"),
    )

# %% [markdown]
# # LeCun's activation against tanh {#sec:lecun}
#
# LeCun and others [-@lecun1998efficient] recommend a scaled tanh, to which a small linear term can be added
# against flat spots:
#
# {{ equation("f(v) = " ~ (lecun.activation.expression | tex), id="eq:lecun") }}
#
# Its derivative is
#
# {{ equation("f'(v) = " ~ (lecun.slopes.derivative | tex), id="eq:lecun-slope") }}
#
# and its gradient range ${{ lecun.gradient_range.values | tex }}$ (proof in @sec:ranges): unlike that of tanh,
# ${{ tanh.gradient_range.values | tex }}$, it stays away from zero, and it exceeds one. There is no closed form of
# $f'$ in terms of $y$, because $v$ occurs both in and outside of the tanh. The delta recursion is
#
# {{ equation(lecun.hidden_delta, id="eq:lecun-delta") }}
#
# {% if not both %}This study has not trained both activations, so that there is nothing to compare.{% else %}
#
# ## Learning curves
#
# {{ figure(curves, id="fig:lecun", caption="Accuracy of tanh and of LeCun's activation on the test set (thick) and on the training set (thin); medians over seeds, bands from the lowest to the highest.", alt="Learning curves of tanh and LeCun's activation in one panel for each depth. At " ~ deepest ~ " layers the mean test accuracy after the last epoch is " ~ score("lecun", deepest).mean() | percent ~ " with LeCun's activation and " ~ score("tanh", deepest).mean() | percent ~ " with tanh.") }}
#
# @fig:lecun compares both at each depth; @tbl:scores has the numbers. {{ learns }}
#
# ## Gradients before training
#
# {{ figure(untrained, id="fig:untrained", caption="The largest gradient of each layer's weights in untrained networks, on a fixed mini-batch. Both activations start from the same weights.", alt="Maximum gradient against layer before training, on a logarithmic scale, a panel for each depth; at " ~ deepest ~ " layers the median in layer 1 is " ~ ends.filter(activation="lecun", depth=deepest)["first"][0] | number(2) ~ " with LeCun's activation and " ~ ends.filter(activation="tanh", depth=deepest)["first"][0] | number(2) ~ " with tanh.") }}
#
# {{ table(shown, id="tbl:untrained", caption="The largest gradient of the first and of the last layer before training, their ratio, and the smallest and largest over layers: medians over seeds.", columns={"activation": "Activation", "depth": "Layers", "first": "First layer", "last": "Last layer", "ratio": "First / last", "smallest": "Smallest", "largest": "Largest"}, formats=two_digits) }}
#
# @fig:untrained and @tbl:untrained show the same networks before their first step. {{ larger }} The slope of
# LeCun's activation at zero is ${{ lecun_at_zero | tex }}$ where that of tanh is ${{ tanh_at_zero | tex }}$. It enters
# @eq:hidden-delta once for every layer that $\delta$ passes on its way down, and the outputs $y$ once for every layer on the way up;
# by @eq:weight-gradient the gradient of a weight is the product of both. What one activation gains on the other is therefore spread over
# all layers, and not to be seen in the ratio of the first to the last. @sec:why looks at $\delta$ alone.
# {% endif %}
