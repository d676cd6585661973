# %% [markdown]
# # Dead units of ReLU, counted {#sec:dead}
#
# A unit of ReLU whose $v$ is negative for every image passes nothing back, and its own
# weights get no gradient; only the layers below it can bring it back, by sending it
# something else. The probes count units that have the slope zero on all images of the
# fixed mini-batch. Such a unit may still pass something for other images.

# %%
from analysis.findings import forward, relu
from analysis.keeping.files import CACHE
from analysis.results.tables import dead_units
from analysis.studies.protocol import whose_weights
from analysis.theory.correlations import correlations
from report.authoring import claim, counted, current, table

report = current()
study, results, early = report.study, report.results, report.study.early
deepest, found = max(study.depths), [each for each in (results, results.get("he")) if each]
patterns = min(study.batch_size, len(report.data.train_labels))
alike = claim(
    f"""Before training, more units are dead in the upper half of the hidden layers of ReLU networks of
    {counted(deepest, "layer")} than in the lower half.""",
    forward.dead_units_grow_upwards(results, correlations(study, CACHE), deepest, patterns),
)

# %% [markdown]
# @tbl:dead has how many there are.
#
# {{ alike }}
# {% if not alike.fails %}
# These units have not died: images become parallel on the way up, and a unit whose $v$ is
# negative for one of them is then negative for all. That is so for one half of the units
# in the limit. [@sec:forward has the correlations.]{.optional}
# {% endif %}

# %%
table(
    dead_units({whose_weights(each.study): each.probes for each in found}),
    id="tbl:dead",
    caption="""
        Units of the hidden layers of ReLU networks that are dead on the fixed mini-batch: the mean share, and the
        largest of any layer and seed.""",
    columns=["weights", "depth", "epoch", "mean_share", "largest_share"],
    formats=dict.fromkeys(["mean_share", "largest_share"], ".0%"),
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
