"""What other libraries call the keys of a study and their values."""

from __future__ import annotations

from collections.abc import Collection

_KEYS = {
    "learning_rate": ("lr", "eta", "step_size"),
    "batch_size": ("bs", "batch", "minibatch", "mini_batch_size"),
    "width": ("units", "hidden_units", "hidden_size", "hidden_dim", "neurons", "nodes"),
    "depths": ("layers", "n_layers", "num_layers", "depth"),
    "epochs": ("n_epochs", "num_epochs", "max_epochs"),
    "seeds": ("seed", "random_state", "repeats", "runs"),
    "activations": ("activation", "nonlinearity", "functions"),
    "initializer": (
        "init",
        "initialization",
        "initialisation",
        "initialiser",
        "weight_init",
        "kernel_initializer",
    ),
    "optimizer": ("opt", "optim", "optimiser"),
    "weight_decay": ("wd", "l2"),
    "adam_eps": ("eps", "epsilon"),
    "dataset": ("data", "data_set"),
}
_VALUES = {
    "he_normal": ("kaiming_normal",),
    "he_uniform": ("kaiming_uniform",),
    "glorot_normal": ("xavier_normal",),
    "glorot_uniform": ("xavier_uniform",),
    "sgd": ("gd", "gradient_descent"),
}


def meant(name: str, known: Collection[str]) -> str | None:
    """The one of these that is called so elsewhere, or that differs in capitals and underscores only.

    >>> meant("lr", ["learning_rate", "epochs"]), meant("KaimingNormal", ["he_normal"]), meant("zeros", ["normal"])
    ('learning_rate', 'he_normal', None)
    """
    called = {_bare(each): each for each in known}
    called |= {
        _bare(other): own for own, others in (_KEYS | _VALUES).items() if own in known for other in others
    }
    return called.get(_bare(name))


def _bare(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")
