# %% [markdown]
# ## The way up: how alike images become {#sec:forward}
#
# A network can tell only those images apart that differ when they arrive in its last
# layer. How alike two of them are in a layer is their correlation $\rho$: the cosine of
# the angle between their $v$. In a wide layer it follows from that of the layer below,
#
# $$
# \rho^{(r+1)} = \frac{\sigma_w^2 \, \langle f(u) f(u') \rangle + \sigma_b^2}{q^{(r+1)} }
# $$ {#eq:correlation-map}
#
# where $u$ and $u'$ are normal, have the variance $q^{(r)}$ each, and the correlation
# $\rho^{(r)}$ [@poole2016; @schoenholz2017]. Equal images stay equal, so that
# $\rho = 1$ is a fixed point. Near it, what $\rho$ lacks to one is multiplied from
# layer to layer by $\sigma_w^2 \, \langle f'^2 \rangle \, q^{(r)} / q^{(r+1)}$: at a fixed
# point of the variance by $\chi$, the factor that the squared $\delta$ has on its way
# down. It thus counts twice, where $q > 0$ is a fixed point: if $\chi$ is less than one,
# images become the same on the way up, and $\delta$ vanishes on the way down; if it is
# greater, images part, and $\delta$ grows.

# %%
from analysis.figures.alike import correlation_profiles
from analysis.figures.predicted import told_apart as shown
from analysis.findings import forward
from analysis.keeping.files import CACHE
from analysis.results.alike import told_apart
from analysis.studies.run import COUNTED
from analysis.theory.bands import bands
from analysis.theory.correlations import correlations, ends
from analysis.theory.wide_networks import WIDER, widened
from derivations.language.registry import title
from report.authoring import claim, counted, current, figure, lines_over, listing, medians_over, number, table

report = current()
study, results = report.study, report.results
images = min(COUNTED, len(report.data.train_labels))
patterns = min(study.batch_size, len(report.data.train_labels))
predicted, limit, wide = correlations(study, CACHE), ends(study, CACHE), widened(study)
drawn = bands(wide, CACHE) if wide else None
many = min(drawn["networks"].to_list() if drawn is not None else [], default=0)
last = predicted.filter(depth=max(study.depths), layer=max(study.depths)).drop_nulls()
at_the_end = [f"{number(1 - row['decorrelation'])} for {title(row['activation'])}" for row in last.to_dicts()]

# %% [markdown]
# [@fig:alike has the correlation in every layer, as it was measured and as
# @eq:correlation-map predicts it from the images.]{.optional}

# %%
figure(
    correlation_profiles(results.probes, predicted, shown(study.activations)),
    id="fig:alike",
    caption=f"""
        The correlation $\\rho$ of the $v$ of two images before training, and below what it lacks to one: means over all
        pairs of the {patterns} images of the fixed mini-batch.
        {lines_over(study.seeds)}; dashed: predicted for wide networks. Dotted: there numbers differ by half the
        spacing of single precision.""",
    alt=f"""
        The correlation of two images by layer, one panel for each depth, on a linear scale, and one minus it on a
        logarithmic scale. Predicted for layer {max(study.depths)}: {listing(at_the_end or ["nothing"])}.""",
)

# %%
same = claim("With the sigmoid all images become the same.", forward.all_become_one(study, limit, "sigmoid"))
falls = claim(
    """In deep untrained sigmoid networks $1 - \\rho$ falls from layer to layer by the factor that is predicted, to
    within a fifth.""",
    forward.falls_as_predicted(results, predicted, "sigmoid", study.deep, within=0.2),
)
slowly = claim(
    f"With ReLU {'they do so too' if same else 'all images become the same'}, but only as a power of the depth.",
    forward.become_one_slowly(study, limit, "relu"),
)
apart = claim(
    f"""With tanh and LeCun's activation {"they never do" if same or slowly else "images never become the same"}, in
    theory.""",
    forward.stay_apart(study, limit, ("tanh", "lecun")),
)
close = claim(
    f"""In untrained networks that are {WIDER} times as wide as those of the study, the mean of $\\rho$ over
    {counted(many, "network")} is within {number(forward.NEAR, 1)} of the prediction in every hidden layer.""",
    forward.follows_the_map(drawn, correlations(wide, CACHE)) if wide and drawn is not None else None,
)

# %% [markdown]
# What happens in very deep networks? {{ same }}
#
# {{ falls }}
#
# {{ slowly }}
# {% if not slowly.fails %}
# A factor in front of the weights leaves the correlation of ReLU's outputs as it is, and
# the slope of the map at $\rho = 1$ is one: this is so whatever variance the weights
# have.
# {% endif %}
#
# {{ apart }}
# {% if not apart.fails %}
# As the variance of tanh falls to zero, its layers become linear and keep every
# correlation. LeCun's activation has $\chi$ above one, and draws images apart, the
# slower the nearer $\chi$ is to one.
# {% endif %}
#
# Single narrow networks stray from the map. Does it hold on average in wide ones?
# {{ close }}

# %% [markdown]
# ### What single precision can tell apart {#sec:distinct}
#
# What $\rho$ lacks to one may be too little for the numbers of single precision. So the
# probes count the different outputs that each layer gives for the first
# {{ images }} images of the training set, to the last bit. [@tbl:distinct has how many
# are left.]{.optional}

# %%
columns = {
    "activation": "Activation",
    "depth": "Depth",
    "rho": "$\\rho$",
    "rho_predicted": "Theory",
    "lost": "Half lost in layer",
    "lost_predicted": "Theory",
}
outputs = {f"epoch {epoch}": f"Epoch {epoch}" for epoch in study.probe_epochs}
table(
    told_apart(results, predicted, images),
    id="tbl:distinct",
    caption=f"""
        The correlation of two images in the last hidden layer before training, measured
        ({medians_over(study.seeds)}) and predicted; the first layer in which fewer than half of {images} images have
        an output of their own, measured and predicted; and how many different outputs the last layer gives for them,
        after each probed epoch. Where seeds differ: the least to the greatest.""",
    columns=columns | outputs,
    formats={"rho": ".3f", "rho_predicted": ".3f"},
    right=["lost", *outputs],
    widths=(0.135, 0.09, 0.075, 0.1, 0.11, 0.1, *[0.39 / len(outputs)] * len(outputs)),
)

# %%
others = [name for name in ("relu", "tanh", "lecun") if name in study.activations]
own = claim(
    f"""Before training every network with {listing([title(name) for name in others] or ["none"])} gives each of the
    {images} images an output of its own.""",
    forward.every_image_has_its_own(results, others, images),
)
few = forward.fewer_outputs_than_classes(results, "sigmoid", report.data.classes)
blind = claim(
    f"""A sigmoid network of {counted(max(study.depths), "layer")} gives {forward.in_words(few)} for all {images}
    images, fewer than there are classes, before training and at every probed epoch.""",
    few,
)
where = claim(
    "Deep sigmoid networks lose half of them within two layers of the one that is predicted.",
    forward.lost_where_predicted(results, predicted, "sigmoid", images, within=2),
)

# %% [markdown]
# {{ own }}
#
# {{ blind }} {{ where }}
# {% if not blind.fails %}
# The images are gone before any gradient is computed. No step can bring them back that
# changes only the layers above those in which they are lost.
# {% endif %}
