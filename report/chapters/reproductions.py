# %% [markdown]
# # Published experiments, again {#sec:reproductions}
#
# Does this program find what others have published? Each section has networks that were
# trained by the protocol of a paper, as far as it is known and two cores can follow it in
# minutes. What differs is said.
#
# ## Smooth activations learn first {#sec:hayou}
#
# @hayou2019 let each activation begin on its edge of chaos, and find that in very deep
# networks smooth ones learn long before ReLU and its kin. The sigmoid and softplus, which
# begin with the weights of @he2015, do not learn.

# %%
from math import ceil

import polars as pl

from analysis.figures.reach import accuracy_by_depth
from analysis.findings import hayou2019, schoenholz2017
from analysis.theory.predictions import TRAINABLE
from report.authoring import FEWEST, claim, counted, current, figure, table

report, paper = current(), hayou2019.TABLE_1
again = report.results.find(hayou2019.STUDY)
study = (again or report.results).study
long, layers = counted(study.epochs, "epoch"), counted(max(study.depths), "layer")
steps = ceil(len(report.data.train_labels) / study.batch_size)
ahead = claim(
    "With every seed the networks of ELU and tanh are ahead of those of ReLU and LeakyReLU.",
    hayou2019.smooth_ahead(again),
)
behind = claim(
    "With every seed the networks of ReLU and LeakyReLU are ahead of those of softplus and the sigmoid.",
    hayou2019.kinked_ahead(again),
)
never = claim(
    "No network of softplus or the sigmoid learns.",
    hayou2019.none_off_the_edge_learns(again),
)

# %% [markdown]
# The width of {{ study.width }} is the paper's; so are mini-batches of
# {{ study.batch_size }}, gradient descent, and the initial weights. The depth is ours:
# {{ layers }} in place of {{ given(paper.depth) }}. For our depth the paper has a learning
# rate of {{ study.learning_rate | number(1) }}, for its own one of
# {{ paper.learning_rate | number(1) }}. So {{ long }} here goes as far as
# {{ paper.epochs | counted("epoch") }} there, if steps are counted by their length: steps
# times learning rate are {{ (steps * study.epochs * study.learning_rate) | number(2) }}
# here and {{ (steps * paper.epochs * paper.learning_rate) | number(2) }} there.
#
# @tbl:hayou has both, without PReLU and the steeper LeakyReLU of the paper. Networks that
# differ in depth need not have the same accuracies; is their order at least that of the
# paper?
#
# {{ ahead }} {{ behind }} {{ never }}

# %%
networks = {name: report.propagation(name) for name in paper.accuracies} if again else {}
table(
    hayou2019.compared(again, networks),
    id="tbl:hayou",
    caption=f"""
        Test accuracy in per cent on MNIST: of the paper, {paper.depth} layers after {
        counted(paper.epochs, "epoch")
    }, as
        it prints it; and here, {layers} after {long}{
        ", with standard deviations over seeds" if study.seeds >= FEWEST else ""
    }. Edge: $\\sigma_w$ on the edge of chaos with this $\\sigma_b$, as computed here; a dash where there is none.""",
    columns=["activation", "sigma_w", "sigma_b", "edge", "paper", "here"],
    formats={"sigma_w": ".3f", "sigma_b": ".1f", "edge": ".3f"},
    right=["paper"],
)

# %% [markdown]
# ## How deep a network may be {#sec:schoenholz}
#
# @schoenholz2017 find that networks can be trained that are no deeper than about
# {{ TRAINABLE | number(1) }} $\xi_c$. Over $\xi_c$ layers the correlation of two images
# comes nearer to its limit by a factor of $e$:
# $\xi_c = -1 / \ln \left(\sigma_w^2 \operatorname{E}[f'(u) f'(v)]\right)$, for normal $u$
# and $v$ of the variance and the correlation that deep layers come to. Where all images
# become alike, $u$ is $v$, and what stands in brackets is $\chi$.

# %%
deep = report.results.find(schoenholz2017.STUDY)
of, tanh, network = (deep or report.results).study, report.derived("tanh"), report.propagation("tanh")
taken = ceil(len(report.data.train_labels) / of.batch_size) * of.epochs
rows, longer = schoenholz2017.networks(deep, network), schoenholz2017.longer(deep, network)
means = rows.with_columns(pl.col("accuracy").list.mean())
within, beyond = schoenholz2017.parted(rows)
learned, shallower = schoenholz2017.how_many_learn(within)
against, deeper = schoenholz2017.how_many_learn(beyond)
most_within = claim(
    f"Of {shallower} networks that are no deeper than {TRAINABLE:g} $\\xi_c$ most learn: {learned}.",
    schoenholz2017.most_learn(within),
)
hardly_beyond = claim(
    f"Of {deeper} that are deeper hardly any does: {against}.",
    schoenholz2017.hardly_any_learns(beyond),
)

# %% [markdown]
# Networks of tanh, the width of {{ of.width }}, biases of $\sigma_b^2$ =
# {{ (of.sigma_b ** 2) | number(1) }}, the learning rate of
# {{ of.learning_rate | number(1) }} and {{ taken | counted("step") }} of gradient descent
# are the paper's. How many images a step takes it does not state; here these are
# {{ of.batch_size }}, so that no image is seen twice. Depths end here at
# {{ of.depths | max }} layers, there at {{ given(schoenholz2017.DEEPEST) }}. The accuracy
# is that on the test set, there on the training set; of images that were seen once or not
# at all, both say the same.
#
# @fig:schoenholz has all networks, and @tbl:schoenholz the depths between which they cease
# to learn. {{ most_within }} {{ hardly_beyond }}

# %%
figure(
    accuracy_by_depth(means, tanh, of.sigma_b**2) if deep else None,
    id="fig:schoenholz",
    caption=f"""
        Test accuracy in per cent of tanh networks after {counted(taken, "step")}, by the variance of their weights and
        by depth. Curve: ${TRAINABLE:g}\\,\\xi_c$, without bound on the edge of chaos.""",
    alt=f"""
        A map of test accuracy over sigma_w squared and depth, with a curve that rises to the edge of chaos and falls
        beyond it. Under the curve {learned} of {shallower} networks learn, above it {against} of {deeper}.""",
)

# %%
table(
    schoenholz2017.by_weights(rows),
    id="tbl:schoenholz",
    caption=f"""
        Layers: up to how many networks should learn, ${TRAINABLE:g}\\,\\xi_c$; and of those that were trained, the most
        with which they learn, and the fewest with which they do not.""",
    columns=["weight_variance", "reach", "learned", "failed"],
    formats={"weight_variance": ".2f", "reach": ".0f"},
)

# %% [markdown]
# A network that has not learned by then may only be slow. @tbl:longer has some that were
# trained for longer.

# %%
below, above = schoenholz2017.parted(schoenholz2017.not_learned_before(longer))
slow = claim(
    "Of those that are no deeper, some learn with more steps.",
    schoenholz2017.some_learn(below),
)
no_wall = claim(
    "So do some that are deeper.",
    schoenholz2017.some_learn(above),
)

# %% [markdown]
# {{ slow }} {{ no_wall }}
# {% if no_wall and not no_wall.fails %}
# So there is no wall at {{ TRAINABLE | number(1) }} $\xi_c$: that is how deep a network may
# be that learns in about so many steps.
# {% endif %}

# %%
table(
    longer,
    id="tbl:longer",
    caption=f"Test accuracy in per cent: before, after {counted(taken, 'step')}, and after more epochs.",
    columns=["weight_variance", "depth", "before", "epochs", "accuracy"],
    formats={"weight_variance": ".2f"},
)
