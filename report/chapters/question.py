# %% [markdown]
# # The question {#sec:study}
#
# A network of $R$ layers maps an image $y^{(0)}$ to a probability of each class by $R$ weight
# matrices, with one activation function $f$ after each but the last. During training
# the error travels the other way, and every layer multiplies it by the slope $f'$ and by its
# weights [@hochreiter1991; @bengio1994; @glorot2010]. Why do some deep networks learn and
# others not, and what should one use?

# %%
from analysis.figures.answer import answer
from analysis.figures.predicted import told_apart
from analysis.findings import accuracy, advice, explored, gain, interventions, relu, trainability
from analysis.findings.finding import LEARNED
from analysis.keeping.files import CACHE
from analysis.studies.protocol import called, is_published, protocol
from analysis.theory.predictions import TRAINABLE
from derivations.language.registry import title
from report.authoring import (
    ABSENT,
    FEWEST,
    LEVEL,
    claim,
    counted,
    current,
    enumerated,
    explorer,
    figure,
    listing,
    percent,
    table,
)

report = current()
study, data, results = report.study, report.data, report.results
names = [title(name) for name in study.activations]
pair = {"tanh", "lecun"} <= set(study.activations)
unproven = [title(name) for name in study.activations if report.derived(name).unproven]
highest, lost = accuracy.highest(results), len(accuracy.diverged(results))
patterns = min(study.batch_size, len(data.train_labels))
by_seed = " by seed" if 1 < study.seeds < FEWEST else ""
own = trainability.tested(trainability.alike(results), CACHE)
varied = trainability.tested(trainability.by_initial_weights(results), CACHE)
kinds = varied if varied.height else own
learned, foreseen = trainability.how_many_learn(kinds)
loud, silent = trainability.how_many_learn(kinds, trainable=False)

# %%
late, after = trainability.learned_late(own), counted(advice.early(kinds), "epoch")
deep, long = max(study.depths), counted(results["he"].study.epochs, "epoch") if results.get("he") else ABSENT
told = claim(
    f"""Whether a network learns within {after} can mostly be told before its first step, less from how large the slope
    $f'$ can be than from its mean square times the variance of the weights: of {counted(silent, "network")} whose
    error theory lets fade {silent - loud:,} had not learned by then, of {foreseen:,} whose error it lets arrive
    {learned:,} had.""",
    trainability.learns_as_foreseen(kinds),
)
later = claim(
    f"Some learn later: {enumerated(late, 'kind')}." if late else "Some learn later.",
    trainability.some_learn_late(results, own),
)
by_weights = claim(
    f"Within {long} every ReLU network of {deep} layers learns with He's weights, and none with Glorot's.",
    relu.learns_with_he_only(results),
)
images_lost = claim(
    f"""No sigmoid network of 20 or more layers learns {"with these " if by_weights else ""}in any way that was tried:
    images are lost on the way up.""",
    interventions.none_learns_by_any_way(results, "sigmoid"),
)
by_gain = claim(
    f"With {deep} layers LeCun's activation is ahead of tanh at first, mostly by the size of the weights.",
    gain.makes_up_for_most(results.find(gain.STUDY), deep),
)
causes = [cause for cause in (by_weights, images_lost, by_gain) if cause]

# %% [markdown]
# ::: {.abstract}
# {{ [told, later] | select | join(" ") }}
#
# The equations are derived by computer algebra, the range of $f'$
# {% if unproven == names %}
# could not be proven,
# {% else %}
# is proven for {{ names | reject("in", unproven) | enumerated("activation") }},
# {% endif %}
# and {{ study.runs | length | counted("network") }} of {{ study.depths | listing }} layers
# {{ "are" if study.runs | length > 1 else "is" }} trained on {{ called(study, data) }} by these
# equations.
# {% if lost == study.runs | length %}
# All of them diverged: their loss is no longer finite.
# {% else %}
# After {{ study.epochs | counted("epoch") }} the best, {{ highest.name }},
# {{ "reach" if study.seeds > 1 else "reaches" }} {{ sampled(highest.scores) }} per cent{{ by_seed }}.
# {% endif %}
#
# {{ causes | join(" ") }}
# :::

# %%
shown, smooth = told_apart(study.activations), ["gelu", "silu"] if varied.height else []
key = figure(
    answer(advice.dots(kinds), TRAINABLE, data.chance, report.theory, report.bands, shown),
    id="fig:answer",
    caption=f"""
        Left: test accuracy after {after} against the predicted change of
        $\\ln \\delta^2$ from the last hidden layer to the first, $\\delta$ being the error that reaches a layer; grey:
        predicted to learn; those at zero diverged. Right: predicted $\\delta$ of untrained networks, and the band in
        which {percent(LEVEL, 0)} of networks of {study.width} units lie.""",
    alt=f"""
        Left: of {silent} networks predicted not to learn {loud} learned, of {foreseen} predicted to learn {learned}.
        Right: delta from the last layer to the first, a line with a band for each of
        {listing(title(name) for name in shown)}.""",
)
advised = advice.grouped(advice.advice(kinds, own, dict.fromkeys([*study.activations, *smooth])))
heads = advice.headings(advised)
of_relu = ", and those of ReLU are as large as He's" if "relu" in study.activations else ""
critical = f"[\\ Critical weights are in @tbl:initial{of_relu}.]{{.optional}}" if varied.height else ""
which = f", and with which initial weights ({counted(advice.seeds(kinds), 'seed')} of each)"
best = table(
    advised,
    id="tbl:advice",
    caption=f"""
        The greatest depth at which every network learned within {after}{which if "weights" in heads else ""}{
        "; and what more epochs reach" if "longer" in heads else ""
    }.{critical}""",
    columns=heads,
    widths=advice.widths(advised),
    right=["depth"],
)
parts = [*trainability.alike(results), *trainability.by_initial_weights(results)]
choice = explorer(explored.explored(parts, report.bands, CACHE))

# %% [markdown]
# ::: {.front}
# {{ key }}
#
# {{ best }}
#
# {{ choice }}
# :::

# %% [markdown]
# How large $f'$ can be only bounds what a layer can do to the error. What it typically
# does to the square of the error is the mean of $f'^2$ times the variance of the weights and the number
# of units above: the activation is only one of the factors. Where the variance of the signals
# has settled above zero, the same product says whether two images still differ when they arrive in the last
# layer. [It is computed from the same functions in @sec:theory, compared with untrained
# networks in @sec:predicted, and tested by intervention in
# @sec:interventions.]{.optional} [@fig:answer has the answer in one picture, and
# @tbl:advice what follows from it.]{.optional}
#
# [This report answers {{ "the" if pair else "three of the" }} four tasks of a course exercise
# [@psarras]: **A**, the equations and the range of each gradient (@sec:backpropagation); **B**,
# networks of {{ "several depths" if study.depths | length > 1 else "one depth" }} and their
# accuracies (@sec:trained); {{ "" if pair else "and " }}**C**, the gradient of each layer after
# {{ study.early | counted("epoch") }} (@sec:gradients)
# {%- if pair %}[; and **D**, LeCun's activation against tanh (@sec:lecun-equations,
# @sec:lecun-untrained, @sec:lecun[, @sec:gain]{.optional})]{.optional}
# {%- endif %}.]{.optional}
# Equations and measured numbers come from the program that made this document. Each
# sentence that states a result was checked against the results; explanations are ours.
#
# A network *has learned* at an epoch if it then gets more than half of the test set right.
# {% if data.chance >= LEARNED %}
# Of these data that says little: always answering the most frequent class gets
# {{ data.chance | percent(0) }} right.
# {% endif %}
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
# {% if study.activations | length > 1 %}
# For one seed, every activation starts from the same weights{% if study.initializer ==
# "critical" %}, but for a factor,{% endif %} and sees the same mini-batches in the same
# order. Differences between activations are thus differences within pairs, not between
# draws.
# {% endif %}
# {% if study.initializer == "glorot_uniform" %}
# The weights are drawn uniformly with the variance of @glorot2010. [@sec:map has that of others,
# too.]{.optional}
# {% endif %}
# {% if study.dataset == "MNIST" %}
# The images are those of @mnist, first used by @lecun1998gradient.
# {% endif %}
#
# At epochs {{ study.probe_epochs | listing }}, the first of which is before training, every network
# is *probed*: its signals and gradients are measured on one fixed mini-batch, the first
# {{ patterns }} images of the training set.
