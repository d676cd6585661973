# %% [markdown]
# ## For LeCun's activation {#sec:lecun-equations}
#
# Task D of the exercise asks for a fourth function.

# %%
from report.authoring import current

report = current()
lecun, tanh = report.derived("lecun"), report.derived("tanh")

# %% [markdown]
# LeCun and others [-@lecun1998efficient] recommend a scaled tanh, to which a small
# linear term can be added against flat spots:
#
# {{ equation("f(v) = " ~ (lecun.activation.expression | tex), id="eq:lecun") }}
#
# Its derivative is
#
# {{ equation("f'(v) = " ~ (lecun.slopes.derivative | tex), id="eq:lecun-slope") }}
#
# and its gradient range ${{ lecun.gradient_range.values | tex }}$
# [(proof in @sec:ranges)]{.optional}: unlike that of tanh,
# ${{ tanh.gradient_range.values | tex }}$, it stays away from zero, and it exceeds one.
# There is no closed form of $f'$ in terms of $y$, because $v$ occurs both in and outside
# of the tanh. The delta recursion is
#
# {{ equation(lecun.hidden_delta, id="eq:lecun-delta") }}
