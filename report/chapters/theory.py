# %% [markdown]
# # One layer up, one layer down {#sec:theory}
#
# What does a layer do, on average over the draws of its weights? In a wide layer the $v$
# are sums of many independent terms: they are normal, of mean zero and a variance $q$. With
# weights of variance $\sigma_w^2$ / fan-in and biases of variance $\sigma_b^2$, the layer
# above has the variance
#
# $$
# q^{(r+1)} = \sigma_w^2 \, \langle f(\sqrt{q^{(r)} }\, z)^2 \rangle + \sigma_b^2
# $$ {#eq:variance-map}
#
# where angle brackets are means over a standard normal $z$ [@poole2016]. On the way down,
# if the weights of a layer are taken to be independent of the signal that comes up through
# it, the mean square of $\delta$ is multiplied in each layer, between layers of equal
# width, by [@schoenholz2017]
#
# $$
# \chi^{(r)} = \sigma_w^2 \, \langle f'(\sqrt{q^{(r)} }\, z)^2 \rangle
# $$ {#eq:chi}
#
# Where the variance has come to a fixed point of @eq:variance-map, $\chi$ is the
# same in every layer: the gradient vanishes if it is less than one, explodes if it
# is greater, and changes by a factor of $\mathrm{e}$ in its square over
# $1 / \left|\ln \chi\right|$ layers, the depth scale. At $\chi = 1$, the edge of chaos, it is
# kept.

# %%
from analysis.findings import decay, theory
from analysis.keeping.files import CACHE
from analysis.theory.factors import Scales, factors
from analysis.theory.predictions import limits
from derivations.language.registry import title
from report.authoring import ABSENT, claim, counted, current, number, table

report = current()
study, predicted = report.study, report.theory
deepest, relu = max(study.depths), report.propagation("relu")
bound = float(report.derived("sigmoid").gradient_range.values.sup) ** 2
typical, tanh_typical = (
    report.propagation(name).chi(1.0, weight_variance=1.0) for name in ("sigmoid", "tanh")
)
limit = limits(study, CACHE)
closed, error = [title(name) for name in limit.filter("closed")["activation"]], limit["error"].max()
scales, chi = Scales.of(study, report.data), factors(study, predicted, limit)

# %% [markdown]
# ## A bound and an average {#sec:average}
#
# The range of $f'$ bounds a layer: no $\chi$ exceeds $\sigma_w^2 \sup f'^2$. What the
# layer typically does is the average, of which the weights are the other factor. For the sigmoid with
# $\sigma_w = q = 1$ the bound is {{ bound | number(2) }}, and $\chi$ is
# {{ typical | number(2) }}; for tanh, whose bound is one, it is
# {{ tanh_typical | number(2) }}.
#
# Two initial distributions follow in two lines. Where $f(v) = v$, as tanh does near zero,
# $\langle f^2 \rangle = q$ and $\langle f'^2 \rangle = 1$: both the variance and $\delta$ are
# kept by $\sigma_w^2 = 1$ [@lecun1998efficient; @glorot2010]. For ReLU they are
# ${{ relu.mean_square.form | in_text }}$ and ${{ relu.mean_square_slope.form | in_text }}$
# [@cho2009]: both are kept by $\sigma_w^2 = 2$ [@he2015].

# %% [markdown]
# Both means are worked out from the same symbolic $f$ and $f'$ as the proofs [of
# @sec:ranges]{.optional}. SymPy finds closed forms where $f$ is pieced together of polynomials and
# exponential functions, and for some error functions, by arcsine kernels [@williams1997]:
# {% if closed %}here, for {{ closed | enumerated("activation") }}{% else %}here, for none{% endif %}.
# {% if closed | length < study.activations | length %}
# {{ "The others" if closed else "All" }} are integrated by Gauss's rule on panels that end where $f$ is not
# differentiable{% if error is not none %}; two rules, with more and with fewer
# points, differ by so little that no mean has a relative error above
# {{ error | number(1) }}, rounding included{% endif %}.
# {% endif %}

# %% [markdown]
# ## What each activation does {#sec:limits}
#
# {% if scales is none %}
# Here each activation has the $\sigma_w^2$ and $\sigma_b^2$ of its critical point.
# [@tbl:initial has them.]{.optional}
# {% else %}
# Here, $\sigma_b^2$ is {{ "%.3g" | format(scales.biases) }} and $\sigma_w^2$ is
# {{ "%.3g" | format(scales.hidden) }} between hidden layers. The first and the last layer
# have another fan-in and fan-out: $\sigma_w^2$ is {{ scales.first | number }} in the
# first, {{ scales.last | number }} in the last, and below the last, where $\delta$ comes
# from one unit for each class, the factor in front of the mean of @eq:chi is
# {{ scales.down | number }}. The variance of the first layer need be no fixed
# point, either: it follows from the images of the mini-batch, of which the mean
# square of a pixel makes it {{ scales.variance | number }}.
# {% endif %}
# [@tbl:limits says what then happens.]{.optional}

# %%
halves = claim(
    "For ReLU $\\chi$ is one half from each hidden layer to the next.",
    theory.chi_is_one_half(study, chi, "relu"),
)
quarters = claim(
    "From each hidden layer of sigmoids to the one below, $\\delta$ shrinks by a factor of more than four.",
    theory.delta_shrinks(study, chi, "sigmoid", by=4),
)
slowly = claim(
    """For tanh $\\chi$ is less than one between hidden layers, but nearer to it with each, because the variance shrinks
    towards zero, where $f'$ is one.""",
    theory.chi_nears_one(study, chi, "tanh"),
)
power = decay.falls_as_a_power(study, predicted, limit, "tanh")
as_a_power = claim(
    f"""The fixed point $q = 0$ is approached as $1 / (2 r)$, so that $\\chi$ is about $1 - 1/r$ and the squared
    $\\delta$ falls as a power of the depth, not exponentially: here by a factor of
    {number(power.numbers[decay.DIVIDED][0], 2) if power else ABSENT}.""",
    power,
)
grows = claim(
    "For LeCun's activation $\\chi$ exceeds one between all hidden layers, so that $\\delta$ grows slightly.",
    theory.chi_exceeds_one(study, chi, "lecun"),
)
table(
    limit if chi else [],
    id="tbl:limits",
    caption=f"""
        Factors of the squared $\\delta$ in networks of {counted(deepest, "layer")}: in the first hidden layer, in the
        last one whose $\\delta$ comes from a hidden layer, and at the fixed point $q$ of very deep networks.""",
    columns={
        "activation": "Activation",
        "first": "$\\chi$, layer 1",
        "last": f"$\\chi$, layer {max(deepest - 2, 1)}",
        "q": "Fixed point $q$",
        "chi": "$\\chi$ there",
        "depth_scale": "Depth scale / layers",
    },
    formats=dict.fromkeys(["first", "last", "q"], 4)
    | {"chi": 5, "depth_scale": lambda layers: number(layers) if layers < 1e6 else "$\\infty$"},
    right=["depth_scale"],
)

# %% [markdown]
# {{ halves }}
#
# {{ quarters }}
#
# {{ slowly }} {{ as_a_power }}
#
# {{ grows }}
