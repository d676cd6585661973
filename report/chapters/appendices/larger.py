# %% [markdown]
# # What a larger study would cost {#sec:larger}
#
# @tbl:larger plans studies of the same depths, widths and epochs as this one, with more
# networks. [Training follows from @tbl:speed and the share of tests and probes there,
# for MNIST's images.]{.optional}

# %%
from analysis.speed.cost import cost, cost_rows, duration
from report.authoring import current, table

report = current()
study, measured = report.study, report.benchmark
times, many = 1000, 10_000
larger, bookkeeping = cost(study, times, measured), measured.bookkeeping
plans = {
    "This study": cost(study, 1, measured),
    f"{many:,} networks": cost(study, many / len(study.runs), measured),
    f"{times:,} times this study": larger,
}

# %% [markdown]
# A study {{ times | number }} times larger than this one would have
# {{ larger.networks | counted("network") }} and keep {{ times | counted("core") }} busy
# for {{ duration(larger.core_seconds / times) }}. Stacks don't wait for each other, so
# training takes as many cores as there are stacks, of one machine or of a cluster.
#
# What does not spread over machines is the driver: the process that keeps what workers
# send, and makes the report. Measured with
# {{ bookkeeping.runs | counted("made-up result") }} of the benchmark's study, each
# network cost it {{ bookkeeping.ms_to_store_a_run | number(2) }} ms to store, flushed to
# the disk, in {{ bookkeeping.kilobytes_stored_per_run | number(2) }} kB;
# {{ bookkeeping.ms_to_read_a_run | number(2) }} ms and
# {{ bookkeeping.kilobytes_held_per_run | number(2) }} kB of memory to read for the first
# time, and {{ bookkeeping.ms_to_read_a_run_again | number(2) }} ms to read from the table
# of all results that it then keeps.

# %%
table(
    cost_rows(plans),
    id="tbl:larger",
    caption="What this study and larger ones cost.",
    columns={"quantity": "Quantity"} | {plan: plan for plan in plans},
    right=plans,
)
