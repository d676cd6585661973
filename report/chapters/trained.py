# %% [markdown]
# # Trained networks {#sec:trained}
#
# What does depth do to a network that is trained? All networks of the study are
# followed from their first epoch to their last: how their accuracy grows, where it ends,
# and which of them have learned nothing.

# %%
from analysis.figures.measured import learning_curves, panel_for
from analysis.findings import accuracy
from analysis.results.statistics import APART
from report.authoring import claim, counted, current, enumerated, figure, medians_over, percent, scores_table

report = current()
study, results, chance = report.study, report.results, report.data.chance
shallow, deepest, early = min(study.depths), max(study.depths), study.early
shown = study.all_but("lecun")
final = results.summary["test_accuracy"].to_list()
bands = ", bands from the lowest to the highest" if study.seeds > 1 else ""

# %%
figure(
    learning_curves(results.history, shown, chance),
    id="fig:depth",
    caption=f"""
        Accuracy on the test set (thick) and on the training set (thin) after each epoch:
        {medians_over(study.seeds)}{bands}. Training accuracy is the mean over the epoch, while the weights change.
        Dotted: always answering the most frequent class.""",
    alt=f"""
        Learning curves in one panel for each {panel_for(shown)}. Test accuracy after the last epoch lies between
        {percent(min(final))} and {percent(max(final))}.""",
)

# %% [markdown]
# @fig:depth shows how the test and the training accuracy grow with the epochs, and
# @tbl:scores where every network ends.
# {% if "lecun" in study.activations and study.activations | length > 1 %}
# [LeCun's activation has @sec:lecun to itself, and is in the table only.]{.optional}
# {% endif %}

# %%
scores_table(results.history)

# %%
lost = accuracy.diverged(results)
moving = accuracy.restless(results)
restless = claim(
    f"""Not all networks are at rest in the end: within the last {study.epochs // 10} epochs the test accuracy of
    {counted(len([by for moves in moving.numbers.values() for by in moves]) if moving else 0, "network")} moved by
    more than {100 * APART:.0f} points ({enumerated(moving.numbers if moving else ["none"], "kind")}), so that where it
    ends is chance.""",
    moving,
)

# %% [markdown]
# {% if lost %}
# Some runs diverged, their loss being no longer finite: {{ lost | enumerated("network") }}. Their
# curves end there, and their last accuracies count as they are.
# {% else %}
# None of these networks diverged: all losses stayed finite.
# {% endif %}
#
# {{ restless }}

# %% [markdown]
# ## Sigmoid
#
# Each layer multiplies the error by $f'$ and by its weights[\ (@eq:hidden-delta)]{.optional}, and
# $f'$ of the sigmoid is a quarter at most[\ (@tbl:ranges)]{.optional}. That is a bound only: what a
# layer typically does depends on its weights as much.

# %%
behind = claim(
    f"At {shallow} layers every sigmoid network ends below the ReLU and the tanh network of the same seed.",
    accuracy.ends_below(results, "sigmoid", ("relu", "tanh"), shallow),
)
stuck = claim(
    """No sigmoid network of 20 or more layers does better on the test set than always answering its most frequent
    class.""",
    accuracy.ends_at_most(results, "sigmoid", study.deep, chance),
)

# %% [markdown]
# {{ behind }}
#
# How many layers can it afford? {{ stuck }} [@sec:gradients measures what is left of
# the error on its way down, and @sec:forward what is left of the images on their way
# up.]{.optional}

# %% [markdown]
# ## ReLU and tanh
#
# The derivative of ReLU is one for every positive input, and that of tanh for none but
# zero. Neither ever exceeds one: the bounds are the same.

# %%
parted = claim(
    f"""After {counted(early, "epoch")} every tanh network of {deepest} layers gets more than half of the
    test set right, and no ReLU network does.""",
    accuracy.one_learns_and_the_other_does_not(results, "tanh", "relu", deepest, early),
)
late = accuracy.some_catch_up(results, "relu", "tanh", deepest, early)
recovered = claim(
    f"Given the whole of the training, some of these ReLU networks do find a way: {late.remark if late else 'none'}.",
    late,
)
lasting = claim(
    f"""With {deepest} layers every tanh network learns: at the end of some epoch it gets more than half of the test
    set right.""",
    accuracy.learns(results, "tanh", deepest),
)

# %% [markdown]
# Which of the two does better in a deep network? {{ parted }}
# {% if study.initializer.startswith("glorot") %}
# [@sec:theory computes why ReLU loses the gradient with these weights, and @sec:relu
# tests the explanation.]{.optional}
# {% endif %}
#
# {{ recovered }}
#
# {{ lasting }}

# %% [markdown]
# ## LeCun's activation against tanh {#sec:lecun}
#
# What does a scaled tanh gain on tanh itself? @fig:lecun compares both at each depth.

# %%
pair = {"tanh": "tanh", "lecun": "LeCun's activation"} if {"tanh", "lecun"} <= set(study.activations) else {}
with_lecun = claim(
    f"""With {deepest} layers every network with LeCun's activation learns: at the end of some epoch it gets
    more than half of the test set right.""",
    accuracy.learns(results, "lecun", deepest) if pair else None,
)
shown_from = accuracy.below_the_curves(results, list(pair))
scores = {name: results.accuracy(key, deepest) for key, name in pair.items()}
ending = " and ".join(f"{percent(sum(of) / len(of))} with {name}" for name, of in scores.items())

# %% [markdown]
# {{ with_lecun }} [@sec:gain asks whether it is the activation that gains, or the size of
# the weights.]{.optional}

# %%
figure(
    learning_curves(results.history, list(pair), least=shown_from) if pair else None,
    id="fig:lecun",
    caption=f"""
        Accuracy of tanh and of LeCun's activation on the test set (thick) and on the training set (thin), from
        {percent(shown_from, 0)} on; {medians_over(study.seeds)}{bands}.""",
    alt=f"""
        Learning curves of tanh and LeCun's activation in one panel for each depth. At {deepest} layers the mean test
        accuracy after the last epoch is {ending}.""",
)
