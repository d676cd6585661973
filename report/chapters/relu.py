# %% [markdown]
# # ReLU: initial weights and dead units {#sec:relu}
#
# Glorot's weights are made for functions that are linear around zero [@glorot2010].
# ReLU passes half of the mean square, and He's weights [@he2015] have twice the
# variance for that reason.

# %%
from analysis.findings import forward, relu
from analysis.keeping.files import CACHE
from analysis.results.tables import dead_units, weights_compared
from analysis.theory.chaos import chi_by_weights
from analysis.theory.correlations import correlations
from analysis.theory.predictions import named_after
from report.authoring import ABSENT, claim, counted, current, number, table

report = current()
study, results, early = report.study, report.results, report.study.early
deepest, he = max(study.depths), results.get("he")
compared = counted(he.study.epochs, "epoch") if he else ABSENT
chi = chi_by_weights(report.propagation("relu"), study)
even = claim(
    f"""For ReLU, $\\chi$ is {number(chi["He"])} with He's weights in place of {number(chi["Glorot, LeCun"])}, and the
    squared $\\delta$ of all hidden layers should be the same.""",
    relu.keeps_delta_with_he(results, CACHE),
)
ahead = claim(
    f"""After {compared} every ReLU network of {counted(deepest, "layer")} with He's weights answers
    more than half of the test set rightly, and none with Glorot's.""",
    relu.learns_with_he_only(results),
)
patterns = min(study.batch_size, len(report.data.train_labels))
alike = claim(
    f"""Before training, more units are dead in the upper half of the hidden layers of ReLU networks of
    {counted(deepest, "layer")} than in the lower half.""",
    forward.dead_units_grow_upwards(results, correlations(study, CACHE), deepest, patterns),
)
same_dead = claim(
    f"""Before training, exactly as many units of each layer of ReLU networks of {counted(deepest, "layer")} are dead
    with Glorot's weights as with He's.""",
    relu.as_many_dead_with_he(results),
)

# %% [markdown]
# {{ even }}
# [@tbl:limits has $\chi$ with the weights of the study.]{.optional}
#
# To test it, the ReLU networks of {{ deepest | counted("layer") }} were also trained
# with He's weights, for {{ compared }} and with all else alike: a network with He's
# weights and one with Glorot's see the same images in the same order and start from the
# same draws, but for a factor. @tbl:contrast compares them seed by seed.

# %%
table(
    weights_compared(results),
    id="tbl:contrast",
    caption=f"""
        ReLU networks of {counted(deepest, "layer")}, seed by seed: the orders of magnitude by which $\\delta$ grows
        from the last hidden layer to the first before training, and the test accuracy after
        {compared}.""",
    columns=["seed", "glorot_growth", "he_growth", "glorot_test", "he_test"],
    formats={"glorot_growth": ".2f", "he_growth": ".2f", "glorot_test": "percent", "he_test": "percent"},
)

# %% [markdown]
# {{ ahead }}
# {% if not ahead.fails %}
# What sets the two apart is the size of $\delta$ and of $y$.
# {% endif %}
#
# {{ same_dead }}
# {% if not same_dead.fails %}
# For a positive factor changes the sign of no $v$: what sets the two apart is not the
# number of units that pass nothing.
# {% endif %}
#
# ## Dead units, counted
#
# A unit of ReLU whose $v$ is negative for every image passes nothing back, and its own
# weights get no gradient; only the layers below it can bring it back, by sending it
# something else. The probes count units that have the slope zero on all
# {{ patterns }} images of the fixed mini-batch (@tbl:dead). Such a unit may still pass
# something for other images.
#
# {{ alike }}
# {% if not alike.fails %}
# These units have not died: images become parallel on the way up, and a unit whose $v$ is
# negative for one of them is then negative for all. That is so for one half of the units
# in the limit. [@sec:forward has the correlations.]{.optional}
# {% endif %}

# %%
table(
    dead_units({named_after(found.study.initializer): found.probes for found in (results, he) if found}),
    id="tbl:dead",
    caption="""
        Units of the hidden layers of ReLU networks that are dead on the fixed mini-batch: the mean share, and the
        largest of any layer and seed.""",
    columns=["weights", "depth", "epoch", "mean_share", "largest_share"],
    formats={"mean_share": "percent", "largest_share": "percent"},
)

# %% [markdown]
# Can a whole layer die?

# %%
kinds, blocked = relu.revived(results, early), relu.with_dead_layer(results, early).height
none_blocked = claim(
    f"After {counted(early, 'epoch')}, no ReLU network of the study had a layer in which every unit is dead.",
    relu.no_dead_layer(results, early),
)
some_blocked = claim(
    f"""After {counted(early, "epoch")}, {counted(blocked, "ReLU network")} of the study had a layer in which every
    unit is dead, so that nothing arrives below it.""",
    relu.nothing_arrives_below_dead_layers(results, early),
)
never = claim(
    f"""Every ReLU network of the study in which after {counted(early, "epoch")} a whole layer was dead ends no better
    than by always answering the most frequent class.""",
    relu.never_learns_with_dead_layer(results, early, report.data.chance),
)
come_back = claim(
    f"""Units do come back: the mean share falls {", ".join(map(str, kinds))}. This is descriptive: these kinds of
    networks were chosen because their share has fallen with every seed.""",
    relu.units_come_back(kinds),
)

# %% [markdown]
# {{ none_blocked }}
#
# {{ some_blocked }}
#
# What becomes of a network in which one has? {{ never }}
# {% if not never.fails %}
# The layers below get no gradient from these images, and those above see the same for
# all of them.
# {% endif %}
#
# Do units that were dead come back?
# {{ come_back }}
