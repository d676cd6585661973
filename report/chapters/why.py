# %% [markdown]
# # Why networks train or fail {#sec:why}
#
# @tbl:growth follows $\delta$ through the training: by how many orders of magnitude it
# is larger in the first layer than in the last hidden one, as theory predicts it and as
# it was measured, before the first step and later.

# %%
from analysis.findings import decay, forward, motion, training
from analysis.keeping.files import CACHE
from analysis.results import tables
from analysis.studies.run import COUNTED
from analysis.theory.predictions import limits
from report.authoring import ABSENT, FEWEST, claim, counted, current, number, table

report = current()
study, results, theory, early = report.study, report.results, report.theory, report.study.early
growth = tables.growth_by_epoch(results, theory)
spread = ", with its standard deviation over seeds" if study.seeds >= FEWEST else ""
silent = " A dash: nothing arrives, or no finite number." if any(None in row for row in growth.rows()) else ""

# %%
table(
    growth,
    id="tbl:growth",
    caption=f"""
        Orders of magnitude by which $\\delta$ grows from the last hidden layer to the first: predicted for untrained
        networks, and measured (medians over seeds); and test accuracy in per cent{spread}.{silent}""",
    columns=tables.growth_headings(study),
    formats=dict.fromkeys(growth.columns[2:-1], ".2f"),
)

# %% [markdown]
# ## During training
#
# A network has learned if it answers more than half of the test set rightly. The
# gradient of its first layer begins with $\delta$ of the output layer, and depends on
# what $\delta$ gains or loses on its way down. The spectral norm of a layer's weights is
# the most by which they can stretch it.

# %%
changed = claim(
    f"""Networks that learn do not keep the profiles of random weights: in every network of three or more layers that
    after {counted(early, "epoch")} answers more than half of the test set rightly, $\\delta$ grows more on its way
    down, or falls less, than before training.""",
    training.growth_increases(results, early),
)
grown = claim(
    f"""In every network of three or more layers that after {counted(early, "epoch")} answers more than half of the
    test set rightly, $\\delta$ grows on its way down.""",
    training.grows_downwards(results, early),
)
shrinks = claim(
    f"""In every network that after {counted(study.epochs, "epoch")} answers more than half of the test set rightly,
    $\\delta$ of the output layer is smaller than before training.""",
    training.output_delta_shrinks(results),
)
stretched = claim(
    "In every network that ends above one half, the largest spectral norm of its weights has grown.",
    training.largest_norm_grows(results),
)
falls = claim(
    f"""From epoch {early} to epoch {study.epochs} the gradient of the first layer becomes smaller with LeCun's
    activation, by the median over seeds at every depth.""",
    training.first_gradient_falls(results, "lecun", early),
)

# %% [markdown]
# Do networks that learn keep the profiles of random weights? {{ changed }}
# {{ grown }}
#
# {{ shrinks }} {{ stretched }}
#
# {{ falls }}
#
# ## Why deep sigmoid networks do not train
#
# Two things have to reach a layer that is to learn: the images from below, and the
# error from above. Both are measured in untrained networks.

# %%
images = min(COUNTED, len(report.data.train_labels))
few = forward.few_outputs(results, "sigmoid", study.deep, images, share=1 / 20)
blind = claim(
    f"""The images do not come up: for {images} of them, untrained sigmoid networks of 20 or more layers give
    {forward.in_words(few)}, to the last bit of single precision.""",
    few,
)

# %% [markdown]
# {{ blind }}
# {% if not blind.fails %}
# They are gone before any gradient is computed: whatever the last layers learn, nearly
# all images look the same to them.
# [@sec:forward follows the images from layer to layer.]{.optional}
# {% endif %}
#
# Does the error come down? In single precision a weight moves only if a step takes it at
# least half of the way to the next number. So let every step of the training go the
# same way, each as large as the largest that was measured in the first layer, and ask
# how far a weight would have come. Then look whether any weight has moved at all.

# %%
vanishes = claim(
    """Theory leaves the first layer of a sigmoid network of 20 or more layers next to nothing, less than a millionth of
    the $\\delta$ of its last hidden layer, and this is what is measured before training.""",
    motion.delta_vanishes(results, theory, "sigmoid", study.deep, to=1e-6),
)
too_small = claim(
    """Had all steps of the deep sigmoid networks gone the same way, each with the largest gradient that was measured in
    the first layer, no weight there would have come as far as half the distance between the numbers of single precision
    that are next to a typical one.""",
    motion.could_not_move(results, "sigmoid", study.deep, report.data),
)
as_drawn = claim(
    """The weights do not seem to have moved at all: in every sigmoid network of 20 or more layers the spectral norm of
    the first layer's weights is the same number, to its last bit, at every probed epoch.""",
    motion.keeps_its_norm(results, "sigmoid", study.deep),
)
frozen = claim(
    """In no sigmoid network of 20 or more layers has the fall of $\\delta$ changed by more than half an order of
    magnitude at any probed epoch.""",
    motion.keeps_its_fall(results, "sigmoid", study.deep, within=0.5),
)
near_output = claim(
    """The output layer of every sigmoid network of 20 or more layers does get a gradient, but little to tell images
    apart by: of a small difference between the signals of two images theory leaves less than a millionth in the last
    hidden layer.""",
    motion.reaches_the_output_only(results, theory, "sigmoid", study.deep, to=1e-6),
)

# %% [markdown]
# What does theory leave that layer? {{ vanishes }} [@tbl:limits has the factors.]{.optional}
#
# {{ too_small }}
#
# {{ as_drawn }}
#
# {{ frozen }}
#
# {{ near_output }}
# {% if not near_output.fails %}
# Where two images are nearly parallel and the variance is at its fixed point, what their
# correlation lacks to one is multiplied by $\chi$ from layer to layer [@schoenholz2017].
# So one number takes the images on the way up and the error on the way down. It is no
# property of the range of $f'$ alone: that bounds $\chi$ by
# $\sigma_w^2 \sup f'^2$, in which the weights are half.
# {% endif %}
#
# ## Why LeCun's activation keeps what tanh loses
#
# Both start from the same weights. Which of them keeps more of $\delta$ on its way down?
# It is compared by the slope of $\ln \delta$ over the hidden layers of untrained
# networks, seed by seed. Theory has a factor for each layer, $\chi$, by which the
# squared $\delta$ is multiplied; it follows from the variance of $v$ there. In very
# deep networks that variance comes to a fixed point, and the depth scale is the number
# of layers over which the squared $\delta$ then changes by a factor of $e$.

# %%
limit = limits(study, CACHE)
keeps = claim(
    """In every untrained network of four or more layers $\\delta$ fares better on its way down with LeCun's activation
    than with tanh from the same weights, as theory predicts.""",
    decay.keeps_more(results, theory, limit, "lecun", "tanh"),
)
settled = decay.settles_above_one(limit, "lecun", "tanh")
chi, depth_scale = (number(settled.chi, 5), number(settled.depth_scale)) if settled else (ABSENT, ABSENT)

# %% [markdown]
# {{ keeps }}
# {% if not keeps.fails %}
# The variance of tanh has its fixed point at zero, and until it is there,
# $f'$ is less than one wherever $v$ is not zero. LeCun's activation has a slope above
# one around zero, and its variance stays where the mean square of the slope exceeds
# one, so that $\chi$ is {{ chi }} and the depth scale {{ depth_scale }} layers. This is
# no property of its gradient range, which reaches from almost nothing to more than one:
# it is that of an average over the range.
# {% endif %}
