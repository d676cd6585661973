# %% [markdown]
# # A slope that never vanishes {#sec:slope}
#
# In a deep network the error is multiplied by $f'$ once in each layer on its way down
# [@glorot2010feedforward]. That of tanh comes close to zero wherever $|v|$ is large.
# What if it could not?

# %%
from analysis.figures.measured import gradient_profiles
from analysis.findings import accuracy
from derivations.printing.written import as_defined, function_as_written, slope_as_written
from report.authoring import claim, current, figure, scores_table

report = current()
study, results = report.study, report.results
leaky, tanh = report.derived("leaky_tanh"), report.derived("tanh")
depth = max(study.depths)

# %% [markdown]
# Take $f(v) = {{ function_as_written(leaky.slopes) | tex }}$. Its derivative is
#
# {{ equation("f'(v) = " ~ (slope_as_written(leaky.slopes) | tex), id="eq:slope") }}
#
# and all values that this takes are proven to be
# ${{ as_defined(leaky.gradient_range.values, leaky.slopes) | tex }}$; of tanh they are
# ${{ tanh.gradient_range.values | tex }}$.
#
# Do the gradients of untrained networks show it? @fig:gradients has the largest gradient
# of each layer's weights.

# %%
figure(
    gradient_profiles(results.probes, study.activations, 0),
    id="fig:gradients",
    caption="The largest gradient of each layer's weights before training; layer 1 is next to the input.",
    alt=f"The largest gradient against the layer, in networks of {depth} layers, a line for each activation.",
)

# %%
learns = claim(
    f"Every network of {depth} layers with the new function learns.",
    accuracy.learns(results, "leaky_tanh", depth),
)

# %% [markdown]
# {{ learns }} @tbl:scores has the accuracies after {{ study.epochs | counted("epoch") }}
# of each seed.

# %%
scores_table(results.history)
