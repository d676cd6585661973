# %%
from statistics import fmean

from analysis.keeping.files import CACHE
from analysis.results.statistics import best
from analysis.results.tables import final_scores
from analysis.studies.data import load
from analysis.studies.derived import derived
from analysis.theory.predictions import named_after
from derivations.language.registry import title
from report.authoring.context import current

study, results = current().study, current().results
data = load(study.dataset, CACHE)
names = [title(name) for name in study.activations]
unproven = [function.title for function in study.functions if derived(function, CACHE).unproven]
samples = {
    f"{row['depth']} layers with {title(row['activation'])}": row["test"]
    for row in final_scores(results.history).to_dicts()
}
highest = max(samples, key=lambda name: fmean(samples[name]))
level = [name for name in samples if name in best(samples) - {highest}]
initializer = f"{named_after(study.initializer)} {study.initializer.partition('_')[2]}".strip()

# %% [markdown]
# ::: {.abstract}
# The backpropagation equations of a multi-layer perceptron are derived by computer algebra, and the range of
# the derivative of {{ names | listing }} is proven for each{% if unproven %} but {{ unproven | listing }}{% endif %}.
# {{ study.runs | length }} networks of {{ study.depths | listing }} layers are then trained on
# {{ data.name }} for {{ study.epochs | counted("epoch") }} by these equations, and the gradient of the loss is measured in
# every layer. The highest {{ "mean " if study.seeds > 1 else "" }}test accuracy, {{ sampled(samples[highest]) }} per
# cent, is that of {{ highest }}{% if level %}; over {{ study.seeds | counted("seed") }} it cannot be told from that of
# {{ level | listing }}{% endif %}. Why gradients vanish in some networks and not in others is computed from the same
# functions, by the theory of wide random networks, and compared with what was measured. Every equation, number
# and statement below comes from the program that made this document, and each statement about the results was checked against them.
# :::

# %% [markdown]
# # The study {#sec:study}
#
# A network of $R$ layers maps an image $y^{(0)}$ to ten probabilities by $R$ weight matrices, with one
# activation function $f$ after each but the last. During training the error travels the other way, and in every
# layer it is multiplied by $f'$. How large $f'$ can be therefore decides what reaches the first layers of a deep
# network [@hochreiter1991; @bengio1994; @glorot2010]. This report derives that for {{ names | listing }},
# measures it, and explains what was measured by theory that is computed from the same functions
# (@sec:theory and @sec:why).
#
# "Layers" counts weight layers: a network of {{ study.depths[0] }} layers has {{ study.depths[0] - 1 }} hidden
# layers and the output layer. @tbl:protocol gives the protocol, that of the published coursework [@psarras].

# %%
protocol = [
    {
        "what": "Data",
        "value": f"{data.name}: {len(data.train_labels):,} training and {len(data.test_labels):,} test images",
    },
    {"what": "Input", "value": f"{data.train_images.shape[1]} pixels, each divided by 255"},
    {"what": "Hidden layers", "value": f"{study.width} units each, all connected"},
    {"what": "Output", "value": "10 units, softmax, mean cross-entropy"},
    {"what": "Initial weights", "value": f"{initializer}; biases zero"},
    {
        "what": "Training",
        "value": f"gradient descent, learning rate {study.learning_rate:g}, mini-batches of {study.batch_size}",
    },
    {"what": "Epochs", "value": f"{study.epochs}"},
    {"what": "Seeds", "value": f"{study.seeds}"},
]

# %% [markdown]
# {{ table(protocol, id="tbl:protocol", caption="The protocol of the study.", columns={"what": "Part", "value": "Value"}) }}
#
# For one seed, every activation starts from the same weights and sees the same mini-batches in the same order.
# Differences between activations are thus differences within pairs, not between draws. {% if study.initializer == "glorot_uniform" %}The weights are drawn
# uniformly with the variance of @glorot2010. {% endif %}The images are those of @mnist, first used by
# @lecun1998gradient.
