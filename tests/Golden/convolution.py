"""Writes convolution.json. Run: python3 tests/Golden/convolution.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=3)
normal = golden.normal

# Name, N×C×H×W, num_output, kernel, and the options given to both frameworks. PyTorch says padding and groups.
CASES = [("", (2, 3, 5, 6), 4, 3, {}),
         (" of one element", (2, 3, 4, 5), 4, 1, {}),
         (" of one element with a stride", (2, 3, 5, 4), 2, 1, {"stride": 2}),
         (" of one element in groups", (2, 4, 3, 3), 6, 1, {"group": 2}),
         (" with a pad", (2, 2, 5, 7), 3, 3, {"pad": 1}),
         (" with a pad as large as the kernel", (1, 2, 3, 4), 2, 2, {"pad": 2}),
         (" with a stride", (2, 2, 8, 7), 3, 3, {"stride": 2, "pad": 1}),
         (" with a stride above the kernel", (1, 2, 9, 8), 2, 2, {"stride": 3, "pad": 1}),
         (" with a dilation", (2, 2, 7, 8), 2, 3, {"dilation": 2, "pad": 1}),
         (" in groups", (2, 6, 5, 5), 4, 3, {"group": 2, "pad": 1}),
         (" of each channel alone", (2, 4, 5, 4), 8, 3, {"group": 4}),
         (" by a row", (2, 2, 4, 7), 3, [1, 4], {"stride": [1, 2], "pad": [0, 2]}),
         (" of all kinds", (3, 4, 11, 9), 6, [3, 2],
          {"stride": [2, 3], "pad": [2, 1], "dilation": [2, 3], "group": 2}),
         (" of many images", (19, 2, 4, 4), 3, 3, {"pad": 1}),
         (" over the whole image", (2, 3, 4, 5), 2, [4, 5], {}),
         (" of a row", (2, 3, 1, 13), 2, [1, 5], {"stride": [1, 3], "pad": [0, 2]}),
         (" of a column", (1, 2, 11, 1), 3, [4, 1], {"dilation": [3, 1], "pad": [1, 0]}),
         (" with a stride that leaves a rest", (1, 3, 10, 7), 2, [3, 5], {"stride": [4, 3], "pad": [0, 1]}),
         (" with a dilation by height and width", (2, 2, 9, 13), 3, [2, 4],
          {"dilation": [5, 3], "stride": 2, "pad": 3}),
         (" of three groups", (1, 9, 7, 5), 6, [5, 3], {"group": 3, "pad": [2, 0], "dilation": [1, 2]}),
         (" of each channel alone with a dilation", (2, 5, 8, 9), 5, 3,
          {"group": 5, "stride": 2, "pad": 2, "dilation": 2}),
         (" of a channel", (5, 1, 6, 3), 1, 3, {"pad": 2, "stride": [3, 1]})]


# The same by Winograd's filtering, on tiles that overlap the border and channels that fill no vector.
WINOGRAD = [(" by Winograd", (2, 3, 7, 9), 5, 3, {"pad": 1}),
            (" by Winograd without a pad", (3, 5, 6, 6), 2, 3, {}),
            (" by Winograd with a pad of the whole kernel", (1, 2, 5, 4), 3, 3, {"pad": 2}),
            (" by Winograd of 5", (2, 3, 6, 7), 4, 5, {"pad": 2}),
            (" by Winograd of 5 without a pad", (2, 2, 9, 5), 3, 5, {})]


def torch_options(options):
    names = {"pad": "padding", "group": "groups"}
    return {names.get(name, name): value for name, value in options.items() if name != "algorithm"}


def add(type, function, suffix, bottom, outputs, weights, kernel, options, bias=True):
    height, width = kernel if isinstance(kernel, list) else (kernel, kernel)
    parameters = [normal(*weights, height, width)] + ([normal(outputs)] if bias else [])
    given = {"num_output": outputs, "kernel_size": kernel, **options}
    if not bias:
        given["bias_term"] = False
    golden.add(f"{type}{suffix}", type, given, lambda x, w, b=None: function(x, w, b, **torch_options(options)),
               [normal(*bottom)], parameters=parameters)


for suffix, bottom, outputs, kernel, options in CASES:
    add("Convolution", F.conv2d, suffix, bottom, outputs, (outputs, bottom[1] // options.get("group", 1)), kernel,
        options)
add("Convolution", F.conv2d, " without a bias", (2, 3, 5, 5), 2, (2, 3), 3, {"stride": 2}, bias=False)

for suffix, bottom, outputs, kernel, options in CASES:
    if suffix == " with a pad as large as the kernel":  # It would cut off the whole top.
        continue
    add("Deconvolution", F.conv_transpose2d, suffix, bottom[:2] + tuple(min(extent, 4) for extent in bottom[2:]),
        outputs, (bottom[1], outputs // options.get("group", 1)), kernel, options)
add("Deconvolution", F.conv_transpose2d, " without a bias", (2, 3, 3, 3), 2, (3, 2), 3, {"stride": 2}, bias=False)

# Name, N×C×H×W, and kernel, stride and pad. PyTorch rounds up, clips the last window and counts the pads of a mean as
# Caffe does, but takes no pad above half the kernel.
POOLS = [("", (2, 3, 6, 8), 2, 2, 0),
         (" of windows that overlap", (2, 3, 7, 7), 3, 2, 0),
         (" of windows over the border", (2, 2, 8, 6), 3, 2, 0),
         (" with a pad", (2, 2, 7, 8), 3, 2, 1),
         (" with a last window in the pad", (2, 2, 5, 7), 2, 2, 1),
         (" at every place", (1, 2, 5, 4), 3, 1, 1),
         (" with a stride above the kernel", (1, 2, 8, 11), 2, 3, 1),
         (" by height and width", (2, 2, 9, 10), [4, 3], [3, 2], [2, 1]),
         (" of a row", (2, 3, 1, 13), [1, 5], [1, 3], [0, 2]),
         (" of large windows", (1, 2, 11, 13), [7, 5], [2, 5], [3, 1]),
         (" of one element", (2, 2, 5, 7), 1, 2, 0)]

for suffix, bottom, kernel, stride, pad in POOLS:
    for mode in ["ceil", "floor"]:
        options = {"kernel_size": kernel, "stride": stride, "pad": pad}
        given = options if mode == "ceil" else {**options, "round_mode": mode}
        pool = {**torch_options(options), "ceil_mode": mode == "ceil"}
        golden.add(f"Pooling max {mode}{suffix}", "Pooling", given, lambda x: F.max_pool2d(x, **pool),
                   [normal(*bottom)])
        golden.add(f"Pooling ave {mode}{suffix}", "Pooling", {"pool": "ave", **given},
                   lambda x: F.avg_pool2d(x, **pool), [normal(*bottom)])

golden.add("Pooling max global", "Pooling", {"global_pooling": True}, lambda x: torch.amax(x, (2, 3), keepdim=True),
           [normal(2, 3, 4, 5)])
golden.add("Pooling ave global", "Pooling", {"pool": "ave", "global_pooling": True},
           lambda x: torch.mean(x, (2, 3), keepdim=True), [normal(2, 3, 4, 5)])

golden.add("Pooling max with the places", "Pooling", {"kernel_size": 3, "stride": 2, "pad": 1},
           lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True, return_indices=True), [normal(2, 3, 6, 9)])


def weighted_mean(x, kernel, stride):
    # The area cancels out where a last window is cut off, as both means are over it.
    mean = lambda values: F.avg_pool2d(values, kernel, stride, ceil_mode=True)
    return mean(x * x) / mean(x)


for suffix, bottom, kernel, stride in [("", (2, 3, 6, 8), 2, 2), (" of windows that overlap", (1, 2, 8, 6), 3, 2)]:
    golden.add(f"Pooling stochastic tested{suffix}", "Pooling",
               {"pool": "stochastic", "kernel_size": kernel, "stride": stride},
               lambda x: weighted_mean(x, kernel, stride), [0.1 + normal(*bottom).abs()], phase="test")

for suffix, bottom, outputs, kernel, options in WINOGRAD:
    options = {**options, "algorithm": "winograd"}
    add("Convolution", F.conv2d, suffix, bottom, outputs, (outputs, bottom[1]), kernel, options)
    add("Deconvolution", F.conv_transpose2d, suffix, bottom, outputs, (bottom[1], outputs), kernel, options)

golden.write(__file__)
