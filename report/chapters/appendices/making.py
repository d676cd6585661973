# %% [markdown]
# # How this report was made {#sec:making}
#
# This document is woven from literate Python chapters: their code reads the results of a
# study, their prose is filled in by Jinja, converted by Pandoc [@pandoc] and typeset by
# Typst [@typst].

# %%
from analysis.code.compiled.in_c import in_c
from analysis.code.generate import generate
from analysis.studies.protocol import literal
from derivations import find_activation
from report.authoring import current, table

report = current()
study, origin = report.study, report.provenance
machine, data = origin["machine"], origin["data"]
sums = {name: total for name, total in data.items() if name != "torchvision"}  # which verifies its own
tanh = generate(find_activation("tanh"))

# %% [markdown]
# {% if origin.by_torch %}
# The networks were trained by calls of PyTorch [@pytorch2019] on its tensors, and not by a
# compiled step, for this reason: {{ origin.by_torch }}. Neither its layers nor its automatic
# differentiation are used.
# {% else %}
# The networks were trained by a step in C, which was compiled where they were trained: one
# network after another goes through a mini-batch, by the equations of
# [@sec:backpropagation]{.optional}, in the nearest caches of one core. PyTorch
# [@pytorch2019], whose automatic differentiation checks the equations, trains on accelerators.
# {% endif %}
# The code of each activation is generated from its symbolic expression. For tanh it reads
#
# ```{{ "python" if origin.by_torch else "c" }}
# {{ tanh.source if origin.by_torch else in_c(tanh) }}
# ```
#
# In the forward pass $v$ becomes $y$ in place; in the backward pass $\delta$ is
# multiplied by $f'(v)$, here from $y$.
# {% if origin.by_torch %}
# Networks of one depth are trained side by side, in stacks; on one kind of machine, the same
# stack gives the same results to the last bit.
# {% else %}
# On one kind of processor, the results of a network are the same to the last bit, whatever
# is trained beside it and however many processes train.
# {% endif %}
#
# This report was made from the results of the study "{{ literal(study.name) }}" by
# {% if origin.commit %}
# commit `{{ origin.commit[:12] }}`{{ " with later changes" if origin.changed_since_commit else "" }}
# {% else %}
# a copy without version control
# {% endif %}
# on {{ origin.date }}, on a machine with {{ machine.cores }} cores
# ({{ machine.processor or "unknown processor" }}, {{ machine.system }}), training on
# {{ origin.devices | listing }}.
#
# {% if origin.accepted %}
# <span class="unsupported">Some of its networks were trained by an earlier state of the
# program, and their results were accepted all the same; since then:
# {{ origin.accepted | listing }}.</span>
#
# {% endif %}
# @tbl:versions gives the versions of what was used.

# %%
table(
    [{"what": name.replace("_", " "), "version": version} for name, version in origin["versions"].items()],
    id="tbl:versions",
    caption="Versions of the programs and libraries used.",
    columns={"what": "Program", "version": "Version"},
)

# %% [markdown]
# {% if sums %}
# @tbl:sums identifies the data.
# {% endif %}

# %%
table(
    [{"file": f"`{name}`", "sum": f"`{total[:32]}`…"} for name, total in sums.items()],
    id="tbl:sums",
    caption="SHA-256 sums of the data files.",
    columns={"file": "File", "sum": "SHA-256"},
)

# %% [markdown]
# ## Claims {#sec:claims}
#
# What this report says of its results are claims: sentences with a condition, checked
# while it was made. Where one does not hold, the report says so in its place. All of them
# are listed, each with the line that states it and the values by seed that it rests on, in
# `provenance.json`: the PDF has it attached, with the results themselves.
