"""Writes units.json. Run: python3 tests/Golden/units.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=3)
normal = golden.normal


def statistics(channels):
    """Running mean, variance and weight, which get no gradient."""
    return [normal(channels), 0.5 + normal(channels).abs(), torch.tensor([3.0], dtype=torch.float64)]


for suffix, shape in [("", (5, 3)), (" of images", (2, 3, 4, 2))]:
    golden.add(f"BatchNorm{suffix}", "BatchNorm", {},
               lambda x, g, b, *_: F.batch_norm(x, None, None, g, b, training=True),
               [normal(*shape)], parameters=[normal(3), normal(3), *statistics(3)])
    golden.add(f"BatchNorm{suffix} without scale and bias", "BatchNorm", {"scale_bias": False, "eps": 0.1},
               lambda x, *_: F.batch_norm(x, None, None, training=True, eps=0.1),
               [normal(*shape)], parameters=statistics(3))
    golden.add(f"BatchNorm{suffix} tested", "BatchNorm", {},
               lambda x, g, b, mean, variance, _: F.batch_norm(x, mean.detach(), variance.detach(), g, b),
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

golden.write(__file__)
