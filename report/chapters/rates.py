# %% [markdown]
# ## The best learning rate of each {#sec:rates}
#
# One learning rate for all may favour some. Which failures, and which order of the
# activations, are left when each has the rate that suits it best?

# %%
from analysis.figures.rates import accuracy_by_rate
from analysis.findings import interventions
from report.authoring import claim, counted, current, figure, listing, number, table

report = current()
rates = report.results.find(interventions.RATES)
study, varied = (rates or report.results).study, interventions.by_rate(rates)
least, most, deep, long = min(study.depths), max(study.depths), study.deep, counted(study.epochs, "epoch")
own, fast, high = number(study.learning_rate, 1), rates and rates.get("1.0"), rates and rates.get("0.1")
wakes = claim(
    f"""At a learning rate of one every sigmoid network of {least} layers learns within {long}, and none at {own}.""",
    interventions.all_learn_once_changed(rates, fast, "sigmoid", least),
)
never = claim(
    f"With {listing(map(str, deep or (most,)))} layers no sigmoid network learns at any of these rates.",
    interventions.none_learns_however_trained(rates, "sigmoid", deep),
)
falls = claim(
    f"Every tanh network of {most} layers learns at a learning rate of {own}, and none at one tenth.",
    interventions.all_learn_once_changed(high, rates, "tanh", most),
)
ahead = claim(
    f"""With {most} layers tanh and LeCun's activation are ahead of ReLU and the sigmoid with every seed, at one
    learning rate and at the best of each.""",
    interventions.still_ahead(rates, ("tanh", "lecun"), ("relu", "sigmoid"), most),
)
closer = claim(
    f"With {least} layers the activations differ less with every seed when each has its best rate.",
    interventions.closer_at_best(rates, least),
)

# %% [markdown]
# @fig:rates shows networks that differ in nothing but the learning rate: they begin with
# the same weights and see the same images in the same order. The rates are spaced about
# evenly on a logarithmic scale, and between two of them a network may do somewhat better
# than at either. At the smallest of them a network may only be slow: what does not learn
# within {{ long }} at such a rate may learn later, while at the largest rates a step leads
# to where the gradient no longer says anything, or the loss is no longer finite: those
# networks are at zero.

# %%
figure(
    accuracy_by_rate(varied, study.activations, study.learning_rate, report.data.chance) if rates else None,
    id="fig:rates",
    caption=f"""
        Test accuracy after {long} by learning rate: means over {counted(study.seeds, "seed")}, and each of them as a
        dash. Vertical line: the learning rate of the other networks of this report; dotted: always the most frequent
        class.""",
    alt=f"""
        Test accuracy against the learning rate for {counted(len(study.activations), "activation")} in one panel for
        each depth: with {least} layers all rise with the rate until they fall, with {most} all fall earlier.""",
)

# %% [markdown]
# A failure may be one of the rate. {{ wakes }}
#
# It need not be. {{ never }}
# [So what these miss is none of these rates, and by @sec:optimizers it is not the scale of
# the gradient.]{.optional}
#
# A success may be one of the rate, too. {{ falls }} What is said of one learning rate need
# not hold at another.
#
# @tbl:rates has the best rate of each: the one with the highest mean accuracy on the test
# set, chosen after seeing it, and so the most that can be said for it. Chosen with images
# that are kept for the choice, it would on average be no better.

# %%
table(
    interventions.best_rates(rates),
    id="tbl:rates",
    caption=f"""
        The learning rate with the highest mean test accuracy after {long}, and the accuracy in per cent there and at
        the rate of the other networks ({counted(study.seeds, "seed")}); no rate where no network learns.""",
    columns=["activation", "depth", "rate", "best", "own"],
    formats={"rate": "g"},
)

# %% [markdown]
# What is left of the order of the activations? {{ ahead }}
#
# Where all can learn, little is. {{ closer }}
