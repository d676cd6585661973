# %% [markdown]
# ## The sigmoid: images that do not arrive {#sec:why}
#
# Two things have to reach a layer that is to learn: the images from below, and the
# error from above. Both are measured in untrained networks.

# %%
from analysis.findings import forward, motion
from analysis.studies.run import COUNTED
from report.authoring import claim, current

report = current()
study, results, theory = report.study, report.results, report.theory
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
# $\sigma_w^2 \sup f'^2$, in which the weights are the other factor.
# {% endif %}
