"""Writes layers.json. Run: python3 tests/Golden/layers.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden()
normal, labels = golden.normal, golden.labels


def inner_product(axis, transpose=False, bias=True):
    def function(x, w, b=None):
        return F.linear(x.flatten(axis), w.t() if transpose else w, b)

    def parameters(inputs, outputs):
        weights = normal(inputs, outputs) if transpose else normal(outputs, inputs)
        return [weights, normal(outputs)] if bias else [weights]

    return function, parameters


function, parameters = inner_product(axis=1)
golden.add("InnerProduct", "InnerProduct", {"num_output": 3}, function, [normal(5, 7)], parameters=parameters(7, 3))
golden.add("InnerProduct of images", "InnerProduct", {"num_output": 4}, function, [normal(2, 3, 2, 3)],
           parameters=parameters(18, 4))
function, parameters = inner_product(axis=2, bias=False)
golden.add("InnerProduct along the last axis without bias", "InnerProduct",
           {"num_output": 2, "axis": -1, "bias_term": False}, function, [normal(2, 3, 5)], parameters=parameters(5, 2))
function, parameters = inner_product(axis=1, transpose=True)
golden.add("InnerProduct transposed", "InnerProduct", {"num_output": 6, "transpose": True}, function, [normal(3, 5)],
           parameters=parameters(5, 6))

golden.add("ReLU", "ReLU", {}, F.relu, [normal(3, 7)])
golden.add("ReLU leaky", "ReLU", {"negative_slope": 0.1}, lambda x: F.leaky_relu(x, 0.1), [normal(2, 3, 5)])
golden.add("ReLU with a slope below 0", "ReLU", {"negative_slope": -0.5}, lambda x: F.leaky_relu(x, -0.5), [normal(11)])
golden.add("Sigmoid", "Sigmoid", {}, torch.sigmoid, [3 * normal(3, 7)])
golden.add("TanH", "TanH", {}, torch.tanh, [2 * normal(3, 7)])

golden.add("Softmax", "Softmax", {}, lambda x: F.softmax(x, 1), [3 * normal(5, 7)])
golden.add("Softmax of planes", "Softmax", {}, lambda x: F.softmax(x, 1), [3 * normal(2, 3, 2, 5)])
golden.add("Softmax of the first axis", "Softmax", {"axis": 0}, lambda x: F.softmax(x, 0), [3 * normal(4, 3)])

golden.add("SoftmaxLoss", "SoftmaxLoss", {}, F.cross_entropy, [3 * normal(5, 7)], labels=[labels(7, 5)])
golden.add("SoftmaxLoss of planes", "SoftmaxLoss", {}, F.cross_entropy, [3 * normal(2, 3, 2, 5)],
           labels=[labels(3, 2, 2, 5)])
golden.add("EuclideanLoss", "EuclideanLoss", {}, lambda a, b: F.mse_loss(a, b, reduction="sum") / (2 * a.shape[0]),
           [normal(3, 2, 5), normal(3, 2, 5)])


def hinge(power, delta):
    # PyTorch divides by the number of classes, which SVMHinge does not.
    return lambda s, y: F.multi_margin_loss(s, y, p=power, margin=delta) * s.shape[1]


golden.add("SVMHinge", "SVMHinge", {}, hinge(1, 1), [2 * normal(5, 7)], labels=[labels(7, 5)])
golden.add("SVMHinge squared", "SVMHinge", {"norm": "l2", "delta": 1.5}, hinge(2, 1.5), [2 * normal(5, 3)],
           labels=[labels(3, 5)])

golden.write(__file__)
