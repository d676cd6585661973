# %%
from analysis.figures.roofline import roofline
from analysis.speed.recorded import FORMATS, tables
from report.authoring.context import current

measured = current().benchmark
depths = measured.depths.values()
fractions = [row.fraction_of_peak for row in depths]
gains = [row.autograd_ms_per_model_epoch / row.ms_per_model_epoch for row in depths]
picture = roofline(measured)
shown = {
    varied: {
        "rows": [{varied: value, **dict(row)} for value, row in rows.items()],
        "columns": {varied: varied.capitalize(), **columns},
        "formats": {name: FORMATS[name] for name in columns},
    }
    for varied, columns, rows in tables(measured)
}

# %% [markdown]
# # The speed of training {#sec:speed}
#
# @tbl:speed shows how fast stacks of {{ measured.models_per_stack }} networks of the study "{{ measured.study }}" train
# on one thread ({{ measured.machine }}), beside the arithmetic that the equations ask for: six operations for each weight and pattern, less
# those for the inputs, which need no delta. The largest rate at which that thread multiplied matrices was
# {{ measured.peak_gflops | round | int }} GFLOP/s; training reached from {{ fractions | min | percent(0) }} to
# {{ fractions | max | percent(0) }} of it, and took from {{ gains | min | number(2) }} to
# {{ gains | max | number(2) }} times less time than a network of PyTorch's layers with its automatic differentiation. @tbl:widths, @tbl:stacks
# and @tbl:workers vary one thing each, at {{ measured.varied_at_depth }} layers. @fig:benchmark compares the rates
# with what memory and arithmetic would allow if every layer had to be fetched anew.
#
# {{ table(shown["layers"].rows, id="tbl:speed", caption="Training on one thread; evaluation and probes by the time of training.", columns=shown["layers"].columns, formats=shown["layers"].formats, widths=(0.11, 0.2, 0.15, 0.15, 0.18, 0.21)) }}
#
# {{ figure(picture, id="fig:benchmark", caption="The rate of training against the operations for each byte that has to be moved. The line is what copying and multiplying large matrices reach.", alt="A roofline on two logarithmic axes. The points are stacks of several depths, widths and sizes, between " ~ (fractions | min | percent(0)) ~ " and " ~ (fractions | max | percent(0)) ~ " of the peak for the depths of the study; the values are in the tables of the section.") }}
#
# {{ table(shown["width"].rows, id="tbl:widths", caption="Networks of other widths.", columns=shown["width"].columns, formats=shown["width"].formats) }}
#
# {{ table(shown["networks in the stack"].rows, id="tbl:stacks", caption="Stacks of other sizes.", columns=shown["networks in the stack"].columns, formats=shown["networks in the stack"].formats) }}
#
# {{ table(shown["workers"].rows, id="tbl:workers", caption="Processes that train a stack each at the same time.", columns=shown["workers"].columns, formats=shown["workers"].formats) }}
