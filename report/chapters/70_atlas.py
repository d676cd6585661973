# %%
from analysis.figures import atlas
from derivations import activations, derive
from derivations.printing import tex
from report.context import current

study = current().study
names = list(dict.fromkeys([*study.activations, *activations]))
derived = [derive(activations[name]) for name in names]
rows = [
    {
        "name": f"{derivation.activation.title} [@{derivation.activation.source}]",
        "function": f"${tex(derivation.activation.expression)}$",
        "slope": f"${tex(derivation.slopes.derivative)}$",
        "range": f"${tex(derivation.gradient_range.values)}$",
        "certificate": derivation.gradient_range.kind,
        "kinks": ", ".join(f"${tex(point)}$" for point in derivation.slopes.not_differentiable_at) or "–",
    }
    for derivation in derived
]
exact = [derivation for derivation in derived if derivation.gradient_range.kind == "exact"]
pages = atlas(derived)

# %% [markdown]
# # An atlas of activations {#sec:atlas}
#
# @tbl:atlas and @fig:atlas show the {{ derived | length }} activations that the program knows: those of the study
# and every scalar one of torch.nn with its default parameters. Each gradient range is proven, as in @sec:ranges.
# Where the critical points have closed forms the range is exact, as for {{ exact | length }} of them; else its ends
# are enclosed in balls of a radius below $10^{-20}$ by Arb's arithmetic, with a proof that no critical point is
# missed: between the points listed, up to both infinities, the second derivative keeps its sign.
#
# {{ table(rows, id="tbl:atlas", caption="Activations, their derivatives and their proven gradient ranges.", columns={"name": "Activation", "function": "$f(v)$", "slope": "$f'(v)$", "range": "Gradient range", "certificate": "Proof", "kinks": "No derivative at"}, widths=(0.15, 0.23, 0.25, 0.2, 0.09, 0.08)) }}
#
# {{ figure(pages, id="fig:atlas", caption="The activations of @tbl:atlas: the function (thin), its derivative (thick), and the gradient range as a bar, with filled circles at ends that are attained.", alt="Small multiples, one for each of " ~ (derived | length) ~ " activations, with the function, its derivative and the gradient range for v from -5 to 5. The values of the ranges are in the table of the atlas.") }}
