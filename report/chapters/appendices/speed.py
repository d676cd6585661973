# %% [markdown]
# # The speed of training {#sec:speed}
#
# How fast do stacks of networks train by these equations, and how fast could they?

# %%
from analysis.figures.roofline import roofline
from analysis.speed.recorded import printed
from report.authoring import current, figure, percent, table

measured = current().benchmark
rates = printed(measured)
fractions = [row.fraction_of_peak for row in measured.depths.values()]
ratios = [row.autograd_ms_per_model_epoch / row.ms_per_model_epoch for row in measured.depths.values()]

# %% [markdown]
# @tbl:speed shows how fast stacks of {{ measured.models_per_stack | counted("network") }} of the
# study "{{ measured.study }}" trained on one thread ({{ measured.machine }}) when this was
# measured, by `python -m analysis benchmark`, beside the arithmetic that the equations ask
# for: six operations for each weight and pattern, less those for the inputs, which need
# no delta. The largest rate at which that thread multiplied matrices was
# {{ measured.peak_gflops | round | int }} GFLOP/s; training reached from
# {{ fractions | min | percent(0) }} to {{ fractions | max | percent(0) }} of it. A single
# network of PyTorch's layers with its automatic differentiation took from
# {{ ratios | min | number(2) }} to {{ ratios | max | number(2) }} times as long as each
# network of such a stack.

# %%
table(
    **rates["layers"],
    id="tbl:speed",
    caption="Training on one thread; evaluation and probes by the time of training.",
    widths=(0.11, 0.2, 0.15, 0.15, 0.18, 0.21),
)

# %% [markdown]
# @fig:benchmark compares the rates with what memory and arithmetic would allow if every
# layer had to be fetched anew.

# %%
figure(
    roofline(measured),
    id="fig:benchmark",
    caption="""
        The rate of training against the operations for each byte that has to be moved. The line is what copying and
        multiplying large matrices reach.""",
    alt=f"""
        A roofline on two logarithmic axes. The points are stacks of several depths, widths and sizes, between
        {percent(min(fractions), 0)} and {percent(max(fractions), 0)} of the peak for the depths of the study; the
        values are in the tables of the section.""",
)

# %% [markdown]
# @tbl:widths, @tbl:stacks and @tbl:workers vary one thing each, at
# {{ measured.varied_at_depth }} layers.

# %%
widths = table(**rates["width"], id="tbl:widths", caption="Networks of other widths.")
stacks = table(**rates["networks in the stack"], id="tbl:stacks", caption="Stacks of other sizes.")
workers = table(
    **rates["workers"],
    id="tbl:workers",
    caption="Processes that train a stack each at the same time.",
)

# %% [markdown]
# {{ widths }}
#
# {{ stacks }}
#
# {{ workers }}
#
# ```{=typst}
# #place.flush()
# #pagebreak(weak: true)
# ```
