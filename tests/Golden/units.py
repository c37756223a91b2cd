"""Writes units.json. Run: python3 tests/Golden/units.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=3)
normal = golden.normal


def statistics(channels):
    """Running sums of mean and variance and of their weights, which get no gradient."""
    return [normal(channels), 0.5 + normal(channels).abs(), torch.tensor([3.0], dtype=torch.float64)]


for suffix, shape in [("", (5, 3)), (" of images", (2, 3, 4, 2))]:
    golden.add(f"BatchNorm{suffix}", "BatchNorm", {},
               lambda x, g, b, *_: F.batch_norm(x, None, None, g, b, training=True),
               [normal(*shape)], parameters=[normal(3), normal(3), *statistics(3)])
    golden.add(f"BatchNorm{suffix} without scale and bias", "BatchNorm", {"scale_bias": False, "eps": 0.1},
               lambda x, *_: F.batch_norm(x, None, None, training=True, eps=0.1),
               [normal(*shape)], parameters=statistics(3))
    golden.add(f"BatchNorm{suffix} tested", "BatchNorm", {},
               lambda x, g, b, means, variances, w:
               F.batch_norm(x, (means / w).detach(), (variances / w).detach(), g, b),
               [normal(*shape)], parameters=[normal(3), normal(3), *statistics(3)], phase="test")

golden.add("Dropout tested", "Dropout", {}, lambda x: F.dropout(x, training=False), [normal(3, 7)], phase="test")

golden.add("PReLU", "PReLU", {}, F.prelu, [normal(5, 3)], parameters=[normal(3)])
golden.add("PReLU of images", "PReLU", {}, F.prelu, [normal(2, 3, 4, 2)], parameters=[normal(3)])
golden.add("PReLU shared", "PReLU", {"channel_shared": True}, lambda x, a: F.prelu(x, a.reshape(1)), [normal(5, 3)],
           parameters=[normal()])
golden.add("ELU", "ELU", {}, F.elu, [2 * normal(3, 7)])
golden.add("ELU with an alpha", "ELU", {"alpha": 0.3}, lambda x: F.elu(x, 0.3), [2 * normal(3, 100)])
golden.add("GELU", "GELU", {}, F.gelu, [3 * normal(3, 100)])
golden.add("Swish", "Swish", {}, F.silu, [3 * normal(3, 7)])
golden.add("Swish with a beta", "Swish", {"beta": 1.7}, lambda x: x * torch.sigmoid(1.7 * x), [3 * normal(3, 7)])
golden.add("Clip", "Clip", {"min": -0.5, "max": 1}, lambda x: torch.clip(x, -0.5, 1), [normal(3, 7)])
golden.add("BNLL", "BNLL", {}, F.softplus, [3 * normal(3, 100)])


def within_channel(size, alpha, beta):
    def function(x):
        mean = F.avg_pool2d(x * x, size, stride=1, padding=size // 2, count_include_pad=True)
        return x * (1 + alpha * mean) ** -beta

    return function


golden.add("LRN", "LRN", {}, lambda x: F.local_response_norm(x, 5, 1, 0.75, 1), [normal(2, 7, 3, 2)])
golden.add("LRN with options", "LRN", {"local_size": 3, "alpha": 0.5, "beta": 1.2, "k": 2},
           lambda x: F.local_response_norm(x, 3, 0.5, 1.2, 2), [normal(2, 4, 5)])
golden.add("LRN within channels", "LRN", {"norm_region": "within_channel", "local_size": 3, "alpha": 0.8},
           within_channel(3, 0.8, 0.75), [normal(2, 3, 4, 5)])
golden.add("LRN within small channels", "LRN", {"norm_region": "within_channel", "beta": 0.5},
           within_channel(5, 1, 0.5), [normal(1, 2, 3, 2)])
golden.add("LayerNorm", "LayerNorm", {}, lambda x, g, b: F.layer_norm(x, (7,), g, b), [normal(3, 7)],
           parameters=[normal(7), normal(7)])
golden.add("LayerNorm of images", "LayerNorm", {"axis": 1, "eps": 0.1},
           lambda x, g, b: F.layer_norm(x, (3, 2, 4), g, b, 0.1), [normal(2, 3, 2, 4)],
           parameters=[normal(3, 2, 4), normal(3, 2, 4)])
golden.add("LayerNorm without scale and bias", "LayerNorm", {"scale_bias": False},
           lambda x: F.layer_norm(x, (4,)), [normal(2, 3, 4)])


def mvn(axes, eps):
    def function(x):
        return (x - x.mean(axes, keepdim=True)) / (x.std(axes, correction=0, keepdim=True) + eps)

    return function


golden.add("MVN", "MVN", {}, mvn((2, 3), 1e-9), [normal(2, 3, 2, 4)])
golden.add("MVN across channels", "MVN", {"across_channels": True, "eps": 0.2}, mvn((1, 2, 3), 0.2),
           [normal(2, 3, 2, 4)])
golden.add("MVN of the mean alone", "MVN", {"normalize_variance": False}, lambda x: x - x.mean(2, keepdim=True),
           [normal(2, 3, 5)])
golden.add("Tile", "Tile", {"tiles": 3}, lambda x: torch.tile(x, (1, 3, 1)), [normal(2, 3, 4)])
golden.add("Tile along the first axis", "Tile", {"tiles": 2, "axis": 0}, lambda x: torch.tile(x, (2, 1)),
           [normal(3, 2)])

for suffix, shape, groups in [("", (3, 6), 2), (" of images", (2, 6, 3, 5), 3), (" of all channels", (2, 3, 4), 1),
                              (" of each channel", (2, 4, 5, 3), 4)]:
    golden.add(f"GroupNorm{suffix}", "GroupNorm", {"groups": groups},
               lambda x, g, b: F.group_norm(x, groups, g, b), [normal(*shape)],
               parameters=[normal(shape[1]), normal(shape[1])])
golden.add("GroupNorm without scale and bias", "GroupNorm", {"groups": 2, "scale_bias": False, "eps": 0.1},
           lambda x: F.group_norm(x, 2, eps=0.1), [normal(2, 4, 3, 2)])

golden.add("BatchNorm tested as Caffe's", "BatchNorm", {"scale_bias": False},
           lambda x, means, variances, w: F.batch_norm(x, (means / w).detach(), (variances / w).detach()),
           [normal(2, 3, 4, 2)], parameters=statistics(3), phase="test")

golden.add("Crop", "Crop", {"offset": [1, 2]}, lambda x, r: x[:, :, 1:4, 2:7], [normal(2, 3, 5, 9)],
           labels=[normal(1, 1, 3, 5)])
golden.add("Crop along all axes", "Crop", {"axis": 0, "offset": 1}, lambda x, r: x[1:3, 1:2, 1:5], [normal(4, 3, 6)],
           labels=[normal(2, 1, 4)])


def pyramid(height, pool):
    """Levels of windows as SPP lays them: with pads that torch takes only up to half the window, so made here."""
    def level(x, windows):
        extents = [-(-extent // windows) for extent in x.shape[2:]]
        pads = [(extent * windows - image + 1) // 2 for extent, image in zip(extents, x.shape[2:])]
        def place(extent, pad, image, i):
            start = i * extent - pad
            return slice(max(start, 0), min(start + extent, image)), min(start + extent, image + pad) - start
        values = []
        for i in range(windows):
            for j in range(windows):
                rows, height = place(extents[0], pads[0], x.shape[2], i)
                columns, width = place(extents[1], pads[1], x.shape[3], j)
                part = x[:, :, rows, columns]
                values.append(part.amax((2, 3)) if pool == "max" else part.sum((2, 3)) / (height * width))
        return torch.stack(values, 2).flatten(1)
    return lambda x: torch.cat([level(x, 2 ** i) for i in range(height)], 1)


for pool in ["max", "ave"]:
    for shape in [(2, 3, 8, 8), (2, 2, 7, 6), (1, 2, 13, 9)]:
        golden.add(f"SPP {pool} of {shape[2]}x{shape[3]}", "SPP", {"pyramid_height": 3, "pool": pool}, pyramid(3, pool),
                   [normal(*shape)])

golden.write(__file__)
