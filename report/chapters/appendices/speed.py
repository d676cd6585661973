# %% [markdown]
# # The speed of training {#sec:speed}
#
# How fast do networks train by these equations, and how fast could they?

# %%
from analysis.figures.roofline import roofline
from analysis.speed.recorded import by_rate, by_time, comes_with_the_project, of_the_environment, printed
from derivations.language.registry import title
from report.authoring import between, current, figure, percent, table

measured = current().benchmark
rates, rows = printed(measured), measured.depths.values()
varied = [*rows, *measured.widths.values(), *measured.batches.values()]
fractions = [row.fraction_of_peak for row in rows]
by_calls = between((row.torch_ms_per_model_epoch / row.ms_per_model_epoch for row in rows), ".1f")
by_autograd = between((row.autograd_ms_per_model_epoch / row.ms_per_model_epoch for row in rows), ".1f")
_, *others = by_rate(measured)
slower = ", ".join(f"{rate:.0f} by {name}" for name, rate in others)
slowest, slow = by_time(measured)[-1]
cached = any(rate.gflops > rate.flop_per_byte * measured.copy_gigabytes_per_second for rate in varied)

# %% [markdown]
# On {{ measured.day }} `python -m analysis benchmark` measured on one thread
# ({{ measured.machine }}) how fast {{ measured.models_per_stack | counted("network") }} of
# each depth of the study "{{ measured.study }}" trained by {{ measured.trained_by }}.
# {% if comes_with_the_project(measured) %}
# This benchmark comes with the project: it was recorded elsewhere, not for this report, of
# which `provenance.json`, written beside it, says how long its own networks took to train.
# {% endif %}
# @tbl:speed has the times, beside the arithmetic that the equations ask for: six operations
# for each weight and pattern, less those for the inputs, which need no delta.
#
# The peak is the fastest matrix product that anything installed there reached on one
# thread: that of {{ measured.peak_by }}, with
# {{ measured.peak_gflops | round | int }} GFLOP/s. {% if slower %}Others reached
# {{ slower }}. {% endif %}{{ of_the_environment(measured) }} Training reached
# {{ fractions | min | percent(0) }} to {{ fractions | max | percent(0) }} of the peak.
#
# {% if measured.trained_by == "the compiled step" %}Calls of PyTorch for the same equations,
# by which networks are trained where nothing can be compiled, took {{ by_calls }} times as
# long. {% endif %}One tanh network of PyTorch's layers, trained by its automatic
# differentiation in a plain loop, took {{ by_autograd }} times as long.

# %%
table(
    **rates["layers"],
    id="tbl:speed",
    caption="""
        Training on one thread; beside it two other ways to train, and the tests and probes of a run by the time of
        its training.""",
    widths=(0.1, 0.17, 0.15, 0.12, 0.16, 0.16, 0.14),
)

# %% [markdown]
# @fig:benchmark compares the rates with what memory and arithmetic would allow if every
# layer had to be fetched anew.{% if cached %} Rates beyond that show that layers stay in the
# processor's cache.{% endif %}

# %%
figure(
    roofline(measured),
    id="fig:benchmark",
    caption="""
        The rate of training against the operations for each byte that has to be moved. The line is what copying in
        memory and the fastest matrix product reach.""",
    alt=f"""
        A roofline on two logarithmic axes. The points are networks of several depths, widths and sizes of
        mini-batches, between {percent(min(fractions), 0)} and {percent(max(fractions), 0)} of the peak for the depths
        of the study; the values are in the tables of the section.""",
)

# %% [markdown]
# @tbl:widths, @tbl:batches, @tbl:workers and @tbl:activations vary one thing each, at
# {{ measured.varied_at_depth }} layers. Of {{ measured.activations | length }} activations
# the slowest, {{ title(slowest) }}, took {{ slow.times_relu | number(2) }} times as long as
# ReLU.

# %%
widths = table(**rates["width"], id="tbl:widths", caption="Networks of one seed in other widths.")
batches = table(
    **rates["mini-batch"], id="tbl:batches", caption="Networks of one seed with mini-batches of other sizes."
)
workers = table(
    **rates["workers"],
    id="tbl:workers",
    caption="Processes that each train the networks of the study at the same time.",
)
activations = table(
    **rates["activation"],
    id="tbl:activations",
    caption="A network of each activation, from the fastest on.",
)

# %% [markdown]
# {{ widths }}
#
# {{ batches }}
#
# {{ workers }}
#
# {{ activations }}
#
# ```{=typst}
# #place.flush()
# ```
