# %% [markdown]
# ## For LeCun's activation {#sec:lecun-equations}
#
# Task D of the exercise asks for a fourth function.

# %%
from derivations.printing.written import as_defined, delta_as_written, function_as_written, slope_as_written
from report.authoring import current

report = current()
lecun, tanh = report.derived("lecun"), report.derived("tanh")

# %% [markdown]
# LeCun and others [-@lecun1998efficient] recommend a scaled tanh, to which a small
# linear term can be added against flat spots:
#
# {{ equation("f(v) = " ~ (function_as_written(lecun.slopes) | tex), id="eq:lecun") }}
#
# Its derivative is
#
# {{ equation("f'(v) = " ~ (slope_as_written(lecun.slopes) | tex), id="eq:lecun-slope") }}
#
# and its gradient range ${{ as_defined(lecun.gradient_range.values, lecun.slopes) | in_text }}$
# {%- if "lecun" in report.study.activations %} [(proof in @sec:ranges)]{.optional}{% endif %}: unlike that of tanh,
# ${{ tanh.gradient_range.values | in_text }}$, it stays away from zero, and it exceeds one.
# There is no closed form of $f'$ in terms of $y$, because $v$ occurs both in and outside
# of the tanh. The delta recursion is
#
# {{ equation(delta_as_written(lecun.slopes), id="eq:lecun-delta") }}
