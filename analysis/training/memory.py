"""The structures of `step.c`, and the NumPy arrays that they point to."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_double, c_float, c_int64, c_void_p
from itertools import pairwise
from typing import Any

import numpy as np

LINE = 64  # bytes of a line of the cache, and of the longest vector

FORWARD = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_int64)
Stride = Callable[[int], int]  # units -> the numbers of a row in memory


class Layer(Structure):
    """Pointers to the weights of a layer, and to what an optimizer keeps of their gradients."""

    _fields_ = [(name, c_void_p) for name in ("W", "b", "u_W", "u_b", "s_W", "s_b")]


class Network(Structure):
    """A network."""

    _fields_ = [
        ("depth", c_int64), ("units", c_void_p), ("layers", c_void_p), ("forward", c_void_p),
        ("backward", c_void_p), ("steps", c_int64), ("loss", c_double), ("correct", c_int64),
    ]  # fmt: skip


class Optimizer(Structure):
    """What decides a step along a gradient."""

    _fields_ = [
        ("rule", c_int64),
        *(
            (name, c_double)
            for name in ("learning_rate", "weight_decay", "momentum", "beta1", "beta2", "small")
        ),
    ]


class Arrays(Structure):
    """Where the arrays of a mini-batch are."""

    _fields_ = [(name, c_void_p) for name in ("x", "labels", "y", "slope", "delta", "W_T", "sum")]


class Images(Structure):
    """Images as bytes, and their labels."""

    _fields_ = [("pixels", c_void_p), ("labels", c_void_p), ("inputs", c_int64)]


def place(array: np.ndarray | None) -> int | None:
    """Where an array is in memory."""
    return None if array is None else array.ctypes.data


def aligned(*shape: int, kind: type) -> np.ndarray:
    """Zeros that begin with a line of the cache."""
    count, size = int(np.prod(shape)), np.dtype(kind).itemsize
    room: np.ndarray = np.zeros(count + LINE // size, kind)
    begin = -room.ctypes.data % LINE // size
    return room[begin : begin + count].reshape(shape)


class NetworkArrays:
    """The parameters of one network, side by side in memory.

    `filled[name][r]` is the array of layer r with its rows filled up to whole vectors, W of the first layer
    transposed; `real[name][r]` is the part of it that counts, (units, units below) or (units,).
    """

    def __init__(self, units: Sequence[int], names: Sequence[str], stride: Stride, kind: type) -> None:
        self.units = np.array(units, np.int64)
        layers = list(enumerate(pairwise(units)))
        shapes = {
            (name, r): _shape(name[-1], r, below, here, stride)
            for r, (below, here) in layers
            for name in names
        }
        room = aligned(sum(map(int, map(np.prod, shapes.values()))), kind=kind)
        ends = np.cumsum([np.prod(shape) for shape in shapes.values()])
        parts = dict(zip(shapes, np.split(room, ends[:-1]), strict=True))
        self.real = {
            name: [
                _real(parts[name, r].reshape(shapes[name, r]), r, below, here) for r, (below, here) in layers
            ]
            for name in names
        }
        self.layers = (Layer * len(layers))()
        for (name, r), part in parts.items():
            setattr(self.layers[r], name, place(part))

    def network(self, activation: Any) -> Network:
        """The structure of the network, with the functions of an activation's library."""
        forward, backward = (
            ctypes.cast(function, c_void_p).value for function in (activation.forward, activation.backward)
        )
        layers = ctypes.addressof(self.layers)
        return Network(len(self.layers), place(self.units), layers, forward, backward)


def _shape(letter: str, r: int, below: int, here: int, stride: Stride) -> tuple[int, ...]:
    if letter == "b":
        return (stride(here),)
    return (below, stride(here)) if r == 0 else (stride(here), stride(below))


def _real(filled: np.ndarray, r: int, below: int, here: int) -> np.ndarray:
    if filled.ndim == 1:
        return filled[:here]
    return filled[:, :here].T if r == 0 else filled[:here, :below]


@contextmanager
def watched(network: Network, kind: type) -> Iterator[list[np.ndarray]]:
    """The v of every hidden layer, before it becomes y, as the network's forward passes come to them."""
    seen: list[np.ndarray] = []
    activate, number = FORWARD(network.forward), c_double if kind is np.float64 else c_float

    def keep_and_activate(v: int, slope: int | None, count: int) -> None:
        seen.append(np.ctypeslib.as_array(ctypes.cast(v, POINTER(number)), (count,)).copy())
        activate(v, slope, count)

    watching, before = FORWARD(keep_and_activate), network.forward
    network.forward = ctypes.cast(watching, c_void_p).value
    try:
        yield seen
    finally:
        network.forward = before


class BatchArrays:
    """The arrays of a mini-batch of at most so many patterns: `y[r]` is (patterns, stride of the units).

    Layers that are not next to each other share the place of their delta, unless `apart`.
    """

    def __init__(
        self,
        units: Sequence[int],
        patterns: int,
        keeps_slope: bool,
        stride: Stride,
        kind: type,
        apart: bool = False,
    ) -> None:
        inputs, *here = units
        hidden, last = here[:-1], here[-1]

        def rows(count: int) -> np.ndarray:
            return aligned(patterns, stride(count), kind=kind)

        self.labels = np.zeros(patterns, np.int32)
        self.y = [rows(count) for count in here]
        self.slope = [rows(count) if keeps_slope else None for count in hidden]
        two = [] if apart else [rows(max(hidden)) for _ in hidden[:2]]
        self.delta = [*(rows(count) if apart else two[r % 2] for r, count in enumerate(hidden)), rows(last)]
        pairs = list(pairwise(units))
        self.x = rows(inputs)
        self.W_T = aligned(max(stride(below) * stride(above) for below, above in pairs[1:]), kind=kind)
        self.sum = aligned(
            max(max(below, stride(above)) * max(stride(below), stride(above)) for below, above in pairs),
            kind=kind,
        )
        self._lists = [_pointers(arrays) for arrays in (self.y, [*self.slope, None], self.delta)]
        self.structure = Arrays(
            place(self.x),
            place(self.labels),
            *map(ctypes.addressof, self._lists),
            place(self.W_T),
            place(self.sum),
        )


def _pointers(arrays: Sequence[np.ndarray | None]) -> Any:
    return (c_void_p * len(arrays))(*map(place, arrays))


class ByteImages:
    """Images and their labels as bytes."""

    def __init__(self, pixels: np.ndarray, labels: np.ndarray) -> None:
        self.pixels, self.labels = np.ascontiguousarray(pixels, np.uint8), labels.astype(np.uint8)
        self.structure = Images(place(self.pixels), place(self.labels), pixels.shape[1])
