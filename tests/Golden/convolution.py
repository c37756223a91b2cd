"""Writes convolution.json. Run: python3 tests/Golden/convolution.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=3)
normal = golden.normal

# Name, N×C×H×W, num_output, kernel, and the options given to both frameworks. PyTorch calls pad padding and group groups.
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
         (" over the whole image", (2, 3, 4, 5), 2, [4, 5], {})]


def torch_options(options):
    names = {"pad": "padding", "group": "groups"}
    return {names.get(name, name): value for name, value in options.items()}


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

golden.write(__file__)
