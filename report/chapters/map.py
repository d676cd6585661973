# %% [markdown]
# # A map of what can be trained {#sec:map}
#
# @fig:map shows $\chi$ in very deep networks by $\sigma_w$ and $\sigma_b$: at the
# stable fixed point of the variance, or as it grows without end. To the left of the edge
# of chaos, $\chi = 1$, gradients vanish, to its right they explode. @schoenholz2017 find
# that the farther from it, the fewer layers of tanh can be trained.

# %%

from analysis.figures.outofsample import accuracy_by_change
from analysis.figures.predicted import chaos_map
from analysis.findings import advice, trainability
from analysis.keeping.files import CACHE
from analysis.studies.derived import all_activations
from analysis.theory import chaos, predictions
from analysis.theory.changes import by_weights, how_many_train
from derivations.language.registry import title
from report.authoring import (
    ABSENT,
    FEWEST,
    claim,
    counted,
    current,
    enumerated,
    figure,
    listing,
    number,
    table,
)

report = current()
study, results, early = report.study, report.results, report.study.early
networks = {name: report.propagation(name) for name in ("relu", "tanh", "sigmoid", "lecun")}
scales = chaos.weight_scales(study)
on_edge = claim(
    """Glorot's weights lie on the edge for tanh and next to it for LeCun's activation, He's lie on it for ReLU, and
    for the sigmoid all three are far from it.""",
    trainability.where_weights_lie(networks, scales),
)

# %% [markdown]
# With $n$ units below a layer and $n'$ in it, weights have the variance
# $2 / (n + n')$ by @glorot2010, $2 / n$ by @he2015, and $1 / n$ by
# @lecun1998efficient. Between layers of equal width, Glorot's and LeCun's weights
# therefore have $\sigma_w$ = {{ scales["Glorot, LeCun"] | number }} and He's
# {{ scales["He"] | number }}.
#
# {{ on_edge }}

# %%
edges = [f"{number(chaos.least_on_edge(network))} for {title(name)}" for name, network in networks.items()]
points = [f"{number(sigma_w)} ({whose})" for whose, sigma_w in scales.items()]
figure(
    chaos_map([report.derived(name) for name in networks], scales),
    id="fig:map",
    caption="""
        $\\chi$ in very deep networks, by the standard deviations of weights and biases. White and the black line: the
        edge of chaos; blue: gradients vanish; red: they explode. Marked: three initial distributions of the weights,
        with biases of zero. The scales of $\\sigma_w$ may differ.""",
    alt=f"""
        Four maps of chi over sigma_w and sigma_b, for ReLU, tanh, sigmoid and LeCun's activation. The least sigma_w on
        the edge of chaos is {listing(edges)}. Initial distributions are marked at {listing(points)}.""",
)

# %% [markdown]
# ## Every activation, with every initial distribution {#sec:trainable}
#
# At finite depth no fixed point need be reached. What counts is by how much the squared
# $\delta$ changes in all: the sum of $\ln \chi$ over the hidden layers, from the
# variance of the first layer on. @schoenholz2017 find that networks can be trained as
# long as they span no more than about {{ predictions.TRAINABLE | number(1) }} depth
# scales of the correlation between two images, which at a fixed point $q > 0$ with
# $\chi < 1$ are those of the gradient. So networks whose sum is below
# {{ -predictions.TRAINABLE | number(1) }} are predicted not to train, and those up to
# {{ predictions.TRAINABLE | number(1) }} to train. What becomes of larger sums, of
# gradients that grow, theory leaves open: a smaller learning rate may make up for it.

# %%
functions, depth = all_activations(study.functions), predictions.MAPPED
initializers = predictions.compared_initializers(study)
foreseen = predictions.trainability(functions, study, [depth], initializers, CACHE)
count = how_many_train(foreseen)

# %% [markdown]
# @tbl:trainable gives it for all activations that the program knows: of
# {{ functions | length }}, networks of {{ depth | counted("layer") }} should train for
# {{ count["Glorot"] }} with Glorot's weights, for {{ count["He"] }} with He's, and for
# {{ count["LeCun"] }} with LeCun's. [They are those of @sec:atlas.]{.optional}

# %%
table(
    by_weights(foreseen),
    id="tbl:trainable",
    caption=f"""
        By how much $\\ln \\delta^2$ should change through the hidden layers of networks of {counted(depth, "layer")}
        with {study.width} units each. Bold: trainable. $-\\infty$: nothing passes, or the variance vanishes;
        $\\infty$: it overflows.""",
    columns={"activation": "Activation", **{whose: f"{whose}’s weights" for whose in count}},
    right=[*count],
)

# %% [markdown]
# ## The prediction, out of sample {#sec:outofsample}
#
# The bound of {{ predictions.TRAINABLE | number(1) }} is the literature's, and none of the
# networks of this section was looked at when it was chosen.

# %%
parts = trainability.by_initial_weights(results)
kinds = trainability.tested(parts, CACHE)
after = counted(parts[0].study.early, "epoch") if parts else ABSENT
drawn = advice.dots(kinds) if parts else None
learned, foreseen_to = trainability.how_many_learn(kinds)
loud, silent = trainability.how_many_learn(kinds, trainable=False)
smooth, most = ("gelu", "silu", "mish"), max(parts[0].study.depths) if parts else depth
of_all = [part for part in parts if part.study.activations == parts[0].study.activations]
few_against = claim(
    f"""Of the {silent:,} networks that are predicted not to train, {loud:,} {"has" if loud == 1 else "have"} learned
    after {after}.""",
    trainability.hardly_any_learns_against_it(kinds),
)
most_learn = claim(
    f"Of the {foreseen_to:,} that are predicted to train most have learned by then: {learned:,}.",
    trainability.most_learn_as_foreseen(kinds),
)
critical = claim(
    f"""With He's weights no network of {most} layers with {listing(map(title, smooth), "or")} learns, and with
    critical ones each of them gets further.""",
    trainability.critical_weights_get_further(parts, smooth, most),
)

# %% [markdown]
# {% if parts %}
# For @fig:outofsample every activation that the program knows was trained with each
# of {{ of_all | length }} initial distributions at each depth, with one learning rate,
# for {{ after }}. [Those that have a critical point (@tbl:initial) were also trained with
# the weights and biases of that.]{.optional}
# {% endif %}

# %%
figure(
    accuracy_by_change(drawn, predictions.TRAINABLE, report.data.chance) if drawn is not None else None,
    id="fig:outofsample",
    caption=f"""
        Test accuracy after {after} against the predicted change of $\\ln \\delta^2$ through the hidden layers, of every
        activation with each initial distribution at each depth. Grey: predicted to train. Points beyond the
        scale are drawn at its edge; those at zero diverged.""",
    alt=f"""
        Test accuracy against the sum of ln chi. Of {silent} networks below the grey band {loud} exceed one half; of
        {foreseen_to} networks within it {learned} do.""",
)

# %% [markdown]
# {{ few_against }}
#
# {{ most_learn }}
# {% if most_learn and not most_learn.fails %}
# The others need more steps, or another learning rate: a sum near zero says that a
# gradient arrives, not how fast it is followed.
# {% endif %}
#
# He's weights are made for ReLU, and smooth functions that look like it are often given
# them, too. {{ critical }}

# %% [markdown]
# ## The networks of this report {#sec:tested}
#
# @tbl:tested has the same prediction for the {% if parts %}other {% endif %}networks of this report.

# %%
tested = trainability.tested(trainability.alike(results), CACHE)
late, (right, judged) = trainability.learned_late(tested), trainability.how_many_kinds_are_right(tested)
otherwise = trainability.some_learn_otherwise(results, tested)
such = f", as all of {enumerated(late, 'kind')} do" if late else ""
in_the_end = claim(
    f"With small gradients, too, a network may learn in the end{such}.",
    trainability.some_learn_late(results, tested),
)

# %% [markdown]
# Do those that should train get more than half of the test set right after
# {{ early | counted("epoch") }}? The prediction is right for {{ right }} of
# {{ judged | counted("kind") }} of networks, at one learning rate and with one
# optimizer{% if otherwise %}[: at others, some learn that should not
# (@sec:interventions)]{.optional}{% endif %}.
#
# The sum says nothing of what happens later. {{ in_the_end }}

# %%
table(
    tested,
    id="tbl:tested",
    caption=f"""
        The prediction for each kind of network, and the test accuracy in per cent after {
        counted(early, "epoch")
    }{", with its standard deviation over seeds." if study.seeds >= FEWEST else "."}""",
    columns=["activation", "depth", "weights", "change", "foreseen", "accuracy", "verdict"],
    right=["change"],
)
