# %% [markdown]
# # The study {#sec:study}
#
# A network of $R$ layers maps an image $y^{(0)}$ to ten probabilities by $R$ weight
# matrices, with one activation function $f$ after each but the last. During training
# the error travels the other way, and every layer multiplies it by $f'$ and by its
# weights [@hochreiter1991; @bengio1994; @glorot2010]. How large $f'$ can be only bounds
# what a layer can do to the error. What it typically does is an average of $f'^2$ times
# the variance of the weights, which are half of it; and the same product says whether
# two images still differ when they arrive in the last layer.

# %%
from analysis.findings import accuracy
from analysis.studies.protocol import is_published, protocol
from derivations.language.registry import title
from report.authoring import FEWEST, LEVEL, current, table

report = current()
study, data = report.study, report.data
names = [title(name) for name in study.activations]
unproven = [title(name) for name in study.activations if report.derived(name).unproven]
highest = accuracy.highest(report.results)
by_seed = " by seed" if 1 < study.seeds < FEWEST else ""

# %% [markdown]
# ::: {.abstract}
# The backpropagation equations of a multi-layer perceptron are derived by computer
# algebra, and the range of the derivative of {{ names | listing }}
# {% if unproven == names %}
# could not be proven.
# {% else %}
# is proven{{ " for each" if names | length > 1 else "" }}{% if unproven %} but
# {{ unproven | listing }}{% endif %}.
# {% endif %}
# {{ study.runs | length | counted("network") }} of {{ study.depths | listing }} layers
# {{ "are" if study.runs | length > 1 else "is" }} then trained on {{ data.name }} for
# {{ study.epochs | counted("epoch") }} by these equations, and the gradient of the loss
# is measured in every layer. The highest {{ "mean " if study.seeds > 1 else "" }}test
# accuracy in the end, {{ sampled(highest.scores) }} per cent{{ by_seed }}, is that of
# {{ highest.name }}{% if highest.near %}; by intervals at {{ LEVEL | percent(0) }} over
# {{ study.seeds | counted("seed") }}, {{ highest.near | listing }}
# {{ "are" if highest.near | length > 1 else "is" }} within one point of it{% endif %}.
# Why gradients vanish in some networks and not
# in others is computed from the same functions, by the theory of wide random networks,
# and compared with what was measured. The equations of the training and all measured
# numbers below come from the program that made this document, and each claim about the
# results was checked against them.
# :::
#
# This report derives that for {{ names | listing }} and measures it. [It explains what
# was measured by theory that is computed from the same functions (@sec:theory and
# @sec:why).]{.optional}
#
# "Layers" counts weight layers: a network of {{ study.depths[0] }} layers has
# {{ (study.depths[0] - 1) | counted("hidden layer") }} and the output layer.
# @tbl:protocol gives the protocol{% if is_published(study) %}, that of the learning
# curves of the published coursework [@psarras]{% endif %}.

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
