# %%
import polars as pl

from analysis.figures.measured import learning_curves
from analysis.keeping.files import CACHE
from analysis.results.statistics import FEWEST, LEVEL
from analysis.results.tables import final_scores
from analysis.studies.data import load
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import between, sampled

study, results = current().study, current().results
chance = load(study.dataset, CACHE).chance
three = [name for name in study.activations if name != "lecun"] or list(study.activations)
history = results.history.filter(pl.col("activation").is_in(three))
scores = final_scores(results.history)
last = results.summary
curves = learning_curves(history, three, chance)
every = [value for values in scores["test"] for value in values]
shown = [
    {
        "activation": title(row["activation"]),
        "depth": row["depth"],
        "seeds": row["seeds"],
        "test": sampled(row["test"], row["leads"]),
        "train": sampled(row["train"]),
        "highest": sampled(row["highest"]),
    }
    for row in scores.to_dicts()
]


def accuracy(activation, depth):
    """Test accuracies after the last epoch, one for each seed."""
    return last.filter(activation=activation, depth=depth).sort("seed")["test_accuracy"]


def beginning(activation, depth):
    """Test accuracies after the first few epochs, one for each seed."""
    return results.history.filter(activation=activation, depth=depth, epoch=early).sort("seed")[
        "test_accuracy"
    ]


def trained(*names):
    """Whether the study has these activations."""
    return set(names) <= set(study.activations)


early = study.probe_epochs[1]
deep = [depth for depth in study.depths if depth >= 20]
shallow, deepest = min(study.depths), max(study.depths)

# %%
sigmoid_stuck = (
    trained("sigmoid")
    and bool(deep)
    and claim(
        "No sigmoid network of 20 or more layers does better on the test set than always answering its most frequent class.",
        all(accuracy("sigmoid", depth).max() <= chance for depth in deep),
        evidence="; ".join(
            f"{depth} layers: at most {100 * accuracy('sigmoid', depth).max():.2f} %" for depth in deep
        )
        + f"; the most frequent class: {100 * chance:.2f} %",
    )
)
sigmoid_late = trained("relu", "tanh", "sigmoid") and claim(
    f"At {shallow} layers every sigmoid network ends below the ReLU and the tanh network of the same seed.",
    bool(
        (accuracy("sigmoid", shallow) < accuracy("relu", shallow)).all()
        and (accuracy("sigmoid", shallow) < accuracy("tanh", shallow)).all()
    ),
    evidence="; ".join(
        f"{title(name)} {sampled(accuracy(name, shallow))} %" for name in ("relu", "tanh", "sigmoid")
    ),
    margin=[
        100 * (min(relu, tanh) - sigmoid)
        for relu, tanh, sigmoid in zip(
            *(accuracy(name, shallow) for name in ("relu", "tanh", "sigmoid")), strict=True
        )
    ],
    unit="percentage points",
)
relu_fails = (trained("relu", "tanh") and deepest >= 40) and claim(
    f"After {early} epochs every tanh network of {deepest} layers answers more than half of the test set rightly, and no ReLU network does.",
    bool((beginning("tanh", deepest) > 0.5).all() and (beginning("relu", deepest) <= 0.5).all()),
    evidence="; ".join(f"{title(name)} {sampled(beginning(name, deepest))} %" for name in ("relu", "tanh")),
    margin=100 * (beginning("tanh", deepest) - beginning("relu", deepest)),
    unit="percentage points",
)
relu_ends = between(100 * accuracy("relu", deepest), ".2f", " %") if trained("relu") else ""
tanh_learns = trained("tanh") and claim(
    f"With {deepest} layers every tanh network still learns: it answers more than half of the test set rightly.",
    bool((accuracy("tanh", deepest) > 0.5).all()),
    evidence=f"tanh, {deepest} layers: {between(100 * accuracy('tanh', deepest), '.2f', ' %')}",
)
diverged = [
    f"{title(run['activation'])} with {run['depth']} layers and seed {run['seed']} in epoch {run['diverged_at']}"
    for run in last.filter(pl.col("diverged_at").is_not_null()).to_dicts()
]

# %% [markdown]
# # Depth {#sec:depth}
#
# @fig:depth shows how the test and the training accuracy grow with the
# epochs, and @tbl:scores where every network ends, with those of @sec:lecun.
#
# {{ figure(curves, id="fig:depth", caption="Accuracy on the test set (thick) and on the training set (thin) after each epoch: medians over " ~ (study.seeds | counted("seed")) ~ ", bands from the lowest to the highest. Training accuracy is the mean over the epoch, while the weights change. Dotted: always answering the most frequent class.", alt="Learning curves of ReLU, tanh and sigmoid in one panel for each depth. Test accuracy after the last epoch lies between " ~ every | min | percent ~ " and " ~ every | max | percent ~ ".") }}
#
# {{ table(shown, id="tbl:scores", caption="Accuracy in per cent after " ~ (study.epochs | counted("epoch")) ~ ", on the test set and, as the mean over the last epoch, on the training set; and the highest on the test set after any epoch. " ~ ("Mean and standard deviation over seeds; bold: the highest of a depth, and what a paired interval at " ~ (LEVEL | percent(0)) ~ " does not separate from it." if study.seeds >= FEWEST else "Each seed: they are too few for an interval."), columns={"activation": "Activation", "depth": "Layers", "seeds": "Seeds", "test": "Test", "train": "Training", "highest": "Highest test"}, formats={}, right=["test", "train", "highest"]) }}
#
# {% if sigmoid_late %}{{ sigmoid_late }}{% endif %}
# {% if sigmoid_stuck %}{{ sigmoid_stuck }} @eq:hidden-delta says why: each layer multiplies the error by $f'$, and
# @tbl:ranges bounds that of the sigmoid by a quarter. @sec:gradients measures what is left, and @sec:why what that is
# in single precision.{% endif %}
#
# {% if relu_fails %}{{ relu_fails }} {% if study.epochs > early %}At the end, the ReLU networks reach {{ relu_ends }}: some do find a way.
# {% endif %}@sec:theory computes why ReLU loses the gradient with these weights, and @sec:relu tests the explanation.{% endif %}
# {% if tanh_learns %}{{ tanh_learns }}{% endif %}
#
# {% if diverged %}Some runs diverged, their loss being no longer finite: {{ diverged | listing }}. Their curves end
# there, and their last accuracies count as they are.{% else %}No run diverged: all losses stayed finite.{% endif %}
