"""Writes losses.json. Run: python3 tests/Golden/losses.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=4)
normal, labels = golden.normal, golden.labels


def with_ignored(ignored, classes, *shape):
    """Labels of which about a third, and the second at least, is the one to ignore."""
    values = labels(classes, *shape)
    mask = labels(3, *shape) == 0
    mask.view(-1)[1] = True
    return torch.where(mask, torch.tensor(ignored), values)


def cross_entropy(divisor, axis=1, **options):
    def function(scores, y):
        total = F.cross_entropy(scores.movedim(axis, 1), y, reduction="sum", **options)
        return total / divisor(y)
    return function


# Scores, labels, and what each normalization divides by.
SHAPES = [("", (5, 7), (5,)), (" of planes", (2, 3, 2, 5), (2, 2, 5))]
DIVISORS = {"full": lambda y: y.numel(), "valid": lambda y: (y != 255).sum(), "batch_size": lambda y: y.shape[0],
            "none": lambda y: 1}

for suffix, scores, places in SHAPES:
    classes = scores[1]
    for normalization, divisor in DIVISORS.items():
        golden.add(f"SoftmaxLoss{suffix} {normalization}", "SoftmaxLoss",
                   {"ignore_label": 255, "normalization": normalization}, cross_entropy(divisor, ignore_index=255),
                   [3 * normal(*scores)], labels=[with_ignored(255, classes, *places)])
    weights = 0.2 + normal(classes).abs()
    for name, given, options in [
            ("smooth", {"label_smoothing": 0.1}, {"label_smoothing": 0.1}),
            ("smooth and ignoring", {"label_smoothing": 0.3, "ignore_label": 1},
             {"label_smoothing": 0.3, "ignore_index": 1}),
            ("weighted", {"class_weights": weights.tolist()}, {"weight": weights}),
            ("weighted and ignoring", {"class_weights": weights.tolist(), "ignore_label": 0},
             {"weight": weights, "ignore_index": 0}),
            ("of all kinds", {"class_weights": weights.tolist(), "ignore_label": -1, "label_smoothing": 0.2},
             {"weight": weights, "ignore_index": -1, "label_smoothing": 0.2})]:
        y = with_ignored(options.get("ignore_index", 0), classes, *places)
        golden.add(f"SoftmaxLoss{suffix} {name}", "SoftmaxLoss", given, lambda s, y: F.cross_entropy(s, y, **options),
                   [3 * normal(*scores)], labels=[y])
        golden.add(f"SoftmaxLoss{suffix} {name} summed", "SoftmaxLoss", {**given, "normalization": "none"},
                   lambda s, y: F.cross_entropy(s, y, reduction="sum", **options), [3 * normal(*scores)], labels=[y])
golden.add("SoftmaxLoss of the last axis", "SoftmaxLoss", {"axis": -1, "normalization": "batch_size"},
           cross_entropy(lambda y: 6, axis=-1), [3 * normal(2, 3, 4)], labels=[labels(4, 2, 3)])


def infogain(axis, divisor):
    def function(scores, y, matrix):
        p = F.log_softmax(scores, axis).movedim(axis, -1)
        kept = (y != 255)
        rows = matrix[torch.where(kept, y, 0)] * kept[..., None]
        return -(rows * p).sum() / divisor(y)
    return function


for suffix, scores, places in SHAPES:
    classes = scores[1]
    for normalization, divisor in DIVISORS.items():
        golden.add(f"InfogainLoss{suffix} {normalization}", "InfogainLoss",
                   {"ignore_label": 255, "normalization": normalization}, infogain(1, divisor), [3 * normal(*scores)],
                   labels=[with_ignored(255, classes, *places), normal(classes, classes).abs()])
matrix = normal(4, 4).abs()
golden.add("InfogainLoss with a matrix in the options", "InfogainLoss", {"axis": -1, "matrix": matrix.tolist()},
           lambda s, y: infogain(-1, lambda y: y.numel())(s, y, matrix), [3 * normal(2, 3, 4)],
           labels=[labels(4, 2, 3)])


def sigmoid_cross_entropy(divisor, ignored=None):
    def function(scores, y):
        each = F.binary_cross_entropy_with_logits(scores, y.double(), reduction="none")
        return (each if ignored is None else each[y != ignored]).sum() / divisor(y)
    return function


for suffix, shape in [("", (5, 7)), (" of planes", (2, 3, 2, 5))]:
    golden.add(f"SigmoidCrossEntropyLoss{suffix}", "SigmoidCrossEntropyLoss", {},
               sigmoid_cross_entropy(lambda y: y.shape[0]), [3 * normal(*shape)],
               labels=[torch.rand(shape, generator=golden.random, dtype=torch.float64)])
    for normalization, divisor in DIVISORS.items():
        golden.add(f"SigmoidCrossEntropyLoss{suffix} {normalization}", "SigmoidCrossEntropyLoss",
                   {"ignore_label": 255, "normalization": normalization}, sigmoid_cross_entropy(divisor, 255),
                   [3 * normal(*shape)], labels=[with_ignored(255, 2, *shape)])

golden.add("MultinomialLogisticLoss", "MultinomialLogisticLoss", {}, lambda p, y: F.nll_loss(torch.log(p), y),
           [F.softmax(normal(5, 7), 1)], labels=[labels(7, 5)])


def contrastive(margin, legacy):
    def function(a, b, y):
        square = (a - b).square().flatten(1).sum(1)
        apart = torch.clamp(margin - square, min=0) if legacy else torch.clamp(margin - square.sqrt(), min=0).square()
        return torch.where(y == 1, square, apart).mean() / 2
    return function


for suffix, margin, legacy in [("", 1, False), (" with a wide margin", 4, False), (" of the legacy version", 8, True)]:
    golden.add(f"ContrastiveLoss{suffix}", "ContrastiveLoss", {"margin": margin, "legacy_version": legacy},
               contrastive(margin, legacy), [normal(9, 2, 2), normal(9, 2, 2)], labels=[labels(2, 9)])

golden.write(__file__)
