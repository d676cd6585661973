# %% [markdown]
# ## Lost scale, or lost information? {#sec:optimizers}
#
# Adam [@kingma2015] divides each step by the size of the gradients before it. To a
# gradient that is only small it gives back its scale. Where the output no longer depends
# on the image, no gradient says how to tell images apart, and there is nothing to scale.
# So Adam tells the two apart: what it trains had not lost its images.

# %%
from analysis.findings import interventions
from report.authoring import ABSENT, claim, counted, current, listing, number, table

report = current()
optimizers = report.results.find(interventions.OPTIMIZERS)
adam, momentum = (optimizers and optimizers.get(name) for name in ("adam", "momentum"))
study = (optimizers or report.results).study
least, most, deep, long = min(study.depths), max(study.depths), study.deep, counted(study.epochs, "epoch")
shallow = claim(
    f"""With {least} layers every sigmoid network learns within {long} by Adam, and none by gradient descent: what was
    missing is scale.""",
    interventions.all_learn_once_changed(optimizers, adam, "sigmoid", least),
)
awake = interventions.learned(adam, "relu", most)
deep_relu = claim(
    f"""With {most} layers no ReLU network learns within {long} by gradient descent, and {awake} of {study.seeds} by
    Adam.""",
    interventions.some_learn_once_changed(optimizers, adam, "relu", most),
)
lost = claim(
    f"""With {listing(map(str, deep or (most,)))} layers no sigmoid network learns within {long}, whatever the
    optimizer.""",
    interventions.none_learns_however_trained(optimizers, "sigmoid", deep),
)
floor = optimizers and optimizers.get("floor")
awake_now = claim(
    f"""With a floor of {number(floor.study.adam_eps, 1) if floor else ABSENT} the first layer of every sigmoid network
    of {deep[0] if deep else most} layers moves, and with the usual one of none.""",
    interventions.wakes_the_first_layer(adam, floor, "sigmoid"),
)
still_lost = claim(
    "Yet none of these networks learns.",
    interventions.none_learns_however_trained(floor, "sigmoid", floor.study.depths if floor else ()),
)

# %% [markdown]
# @tbl:optimizers has the accuracies of networks that differ in nothing but the optimizer
# and its learning rate: they begin with the same weights and see the same images in the
# same order.
#
# {{ shallow }}
#
# {{ deep_relu }}
#
# {{ lost }}
#
# Is it the scale that they lack? Adam's divisor has a floor
# {%- if adam %}, {{ adam.study.adam_eps | number(1) }},{% endif %} and the gradients of their
# first layers are far below it. {{ awake_now }} {{ still_lost }}
# {% if awake_now and still_lost and not awake_now.fails and not still_lost.fails %}
# So scale is not what these miss.
# {% endif %}
#
# {% if momentum %}
# Momentum makes a steady step $1 / (1 - {{ momentum.study.momentum | number(1) }})$ times
# as long. Where that is too far the network fails, as at a larger learning rate: a failure
# of the step's length, and of neither scale nor information.
# {% endif %}

# %%
table(
    interventions.scores_by_way(optimizers),
    id="tbl:optimizers",
    caption=f"""
        Test accuracy in per cent after {long} of gradient descent, of gradient descent with momentum, and of Adam at a
        learning rate of {number(adam.study.learning_rate, 1) if adam else ""}; {counted(study.seeds, "seed")}.""",
    columns=["activation", "depth", "sgd", "momentum", "adam"],
)
