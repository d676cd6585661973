# %% [markdown]
# # The question {#sec:study}
#
# A network of $R$ layers maps an image $y^{(0)}$ to ten probabilities by $R$ weight
# matrices, with one activation function $f$ after each but the last. During training
# the error travels the other way, and every layer multiplies it by $f'$ and by its
# weights [@hochreiter1991; @bengio1994; @glorot2010]. Why do some deep networks learn and
# others not, and what should one use?

# %%
from analysis.figures.answer import answer
from analysis.figures.predicted import told_apart
from analysis.findings import accuracy, advice, gain, interventions, relu, trainability
from analysis.keeping.files import CACHE
from analysis.studies.protocol import is_published, protocol
from analysis.theory.predictions import TRAINABLE
from derivations.language.registry import title
from report.authoring import FEWEST, LEVEL, claim, counted, current, figure, listing, percent, table

report = current()
study, data, results = report.study, report.data, report.results
names = [title(name) for name in study.activations]
unproven = [title(name) for name in study.activations if report.derived(name).unproven]
highest, lost = accuracy.highest(results), len(accuracy.diverged(results))
by_seed = " by seed" if 1 < study.seeds < FEWEST else ""
own = trainability.tested(trainability.alike(results), CACHE)
varied = trainability.tested(trainability.by_initial_weights(results), CACHE)
kinds = varied if varied.height else own
learned, foreseen = trainability.how_many_learn(kinds)
loud, silent = trainability.how_many_learn(kinds, trainable=False)

# %%
decided = claim(
    f"""Whether a deep network learns shows before its first step, and less in how large $f'$ can be than in its mean
    square times the variance of the weights: of {counted(silent, "network")} whose error must fade on its way down
    {silent - loud:,} did not learn, and of {counted(foreseen, "other")} {learned:,} did.""",
    trainability.learns_as_foreseen(kinds),
)
by_weights = claim(
    f"ReLU fails at {max(study.depths)} layers with Glorot's weights and learns with He's.",
    relu.learns_with_he_only(results),
)
images_lost = claim(
    "Deep sigmoid networks fail with every optimizer and learning rate that was tried.",
    interventions.none_learns_by_any_way(results, "sigmoid"),
)
by_gain = claim(
    "Most of what LeCun's activation gains on tanh is the size of the weights.",
    gain.makes_up_for_most(results.find(gain.STUDY), max(study.depths)),
)

causes = [cause for cause in (by_weights, images_lost, by_gain) if cause]

# %% [markdown]
# ::: {.abstract}
# {{ decided }}
#
# The backpropagation equations are derived by computer algebra, and the range of $f'$
# {% if unproven == names %}
# could not be proven.
# {% else %}
# is proven for {{ names | reject("in", unproven) | listing }}.
# {% endif %}
# {{ study.runs | length | counted("network") }} of {{ study.depths | listing }} layers
# {{ "are" if study.runs | length > 1 else "is" }} trained on {{ data.name }} for
# {{ study.epochs | counted("epoch") }} by these equations.
# {% if lost == study.runs | length %}
# All of them diverged: their loss is no longer finite.
# {% else %}
# The highest {{ "mean " if study.seeds > 1 else "" }}test accuracy in the end,
# {{ sampled(highest.scores) }} per cent{{ by_seed }}, is that of {{ highest.name }}.
# {% endif %}
#
# {{ causes | join(" ") }}
# :::

# %%
shown, smooth = told_apart(study.activations), ["gelu", "silu"]
key = figure(
    answer(advice.dots(kinds), TRAINABLE, data.chance, report.theory, report.bands, shown),
    id="fig:answer",
    caption=f"""
        Left: test accuracy after {counted(advice.early(kinds), "epoch")} against the predicted change of
        $\\ln \\delta^2$ from the last hidden layer to the first; grey: predicted to learn. Right: predicted $\\delta$
        of untrained networks, and the band in which {percent(LEVEL, 0)} of networks of {study.width} units lie.""",
    alt=f"""
        Left: of {silent} networks predicted not to learn {loud} learned, of {foreseen} others {learned}. Right: delta
        from the last layer to the first, a line with a band for each of {listing(title(name) for name in shown)}.""",
)
best = table(
    advice.advice([own, varied], dict.fromkeys([*study.activations, *smooth])),
    id="tbl:advice",
    caption=f"""
        The greatest depth at which every network learned in {advice.how_long([own, varied])}, with which initial
        weights, and which depth others reach: read off these networks.""",
    columns={"activation": "Activation", "depth": "Depth", "weights": "Initial weights", "others": "Others"},
    widths=(0.14, 0.1, 0.33, 0.43),
    right=["depth"],
)

# %% [markdown]
# ::: {.front}
# {{ key }}
#
# {{ best }}
# :::

# %% [markdown]
# How large $f'$ can be only bounds what a layer can do to the error. What it typically
# does is an average of $f'^2$ times the variance of the weights, which are half of it;
# and the same product says whether two images still differ when they arrive in the last
# layer. [It is computed from the same functions in @sec:theory, compared with untrained
# networks in @sec:predicted, and tested by intervention in
# @sec:interventions.]{.optional} [@fig:answer has the answer in one picture, and
# @tbl:advice what follows from it.]{.optional}
#
# This report answers the four tasks of a course exercise [@psarras]: A, the equations and
# the range of each gradient[ (@sec:backpropagation)]{.optional}; B, networks of several
# depths and their accuracies[ (@sec:trained)]{.optional}; C, the gradient of each layer
# after {{ study.early | counted("epoch") }}[ (@sec:gradients)]{.optional}; D, LeCun's
# activation against tanh[ (@sec:lecun)]{.optional}. Equations and measured numbers come
# from the program that made this document, and each claim about the results was checked
# against them.
#
# "Layers" counts weight layers: a network of {{ study.depths[0] }} layers has
# {{ (study.depths[0] - 1) | counted("hidden layer") }} and the output layer.
# @tbl:protocol gives the protocol{% if is_published(study) %}, that of the learning
# curves of the published coursework{% endif %}.

# %%
table(
    protocol(study, data),
    id="tbl:protocol",
    caption="The protocol of the study.",
    columns={"what": "Part", "value": "Value"},
)

# %% [markdown]
# For one seed, every activation starts from the same weights{% if study.initializer ==
# "critical" %}, but for a factor,{% endif %} and sees the same mini-batches in the same
# order. Differences between activations are thus differences within pairs, not between
# draws.
# {% if study.initializer == "glorot_uniform" %}
# The weights are drawn uniformly with the variance of @glorot2010.
# {% endif %}
# {% if study.dataset == "MNIST" %}
# The images are those of @mnist, first used by @lecun1998gradient.
# {% endif %}
