# %% [markdown]
# # Limits {#sec:limits-of-this}
#
# What do these results not say?

# %%
from analysis.studies.protocol import called
from report.authoring import counted, current

CHOSEN = {"rates": "learning rates", "weights": "initial weights"}  # in a study of that name
report = current()
study, seeds = report.study, report.study.seeds
chosen = ["epochs", *(what for name, what in CHOSEN.items() if report.results.find(name))]

# %% [markdown]
# *One kind of network.* All are fully connected, with {{ study.width | counted("unit") }}
# in each hidden layer, no normalisation and no residual connections. Both of these are how
# practice escapes what is shown here: residual connections pass the error by the layer, and
# normalisation sets the variance $q$ anew in each [@he2016; @ioffe2015].
#
# *One data set.* All networks learn {{ called(study, report.data) }} alone. Where images are
# harder to tell apart, losing information may cost more.
#
# *{{ "One seed" if seeds == 1 else seeds ~ " seeds" }}.* What differs from seed to seed is
# known no better than that.
#
# *No choice without the test set.* The best {{ chosen | listing }} are chosen on the test
# set, so that their accuracies are upper estimates.
#
# *Theory of wide layers.* Means over infinitely wide layers say what is typical of narrow
# ones, not what one of them does.
