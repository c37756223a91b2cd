"""Writes embeddings.json. Run: python3 tests/Golden/embeddings.py (needs PyTorch)."""

import torch
import torch.nn.functional as F

from golden import Golden

golden = Golden(seed=6)
normal, labels = golden.normal, golden.labels


def negative_sampling(v, u):
    scores = (u * v[:, None]).sum(-1)
    targets = torch.zeros_like(scores)
    targets[:, 0] = 1
    return F.binary_cross_entropy_with_logits(scores, targets, reduction="sum") / len(v)


golden.add("NegativeSamplingLoss", "NegativeSamplingLoss", {}, negative_sampling, [normal(5, 7), normal(5, 6, 7)])

decisions = labels(3, 4, 5) - 1


def hierarchical_softmax(v, u, b):
    scores = (u * v[:, None]).sum(-1)
    costs = F.binary_cross_entropy_with_logits(scores, 1.0 - b.double(), reduction="none")
    return costs[b >= 0].sum() / len(v)


golden.add("HierarchicalSoftmaxLoss", "HierarchicalSoftmaxLoss", {}, hierarchical_softmax,
           [normal(4, 3), normal(4, 5, 3)], labels=[decisions])

counts = 150 * normal(6).abs()


def glove(w, u, b, c, x):
    distance = (w * u).sum(-1) + b[:, 0] + c[:, 0] - torch.log(x)
    return (torch.clamp((x / 100) ** 0.75, max=1) * distance ** 2).sum() / 2 / len(w)


golden.add("GloVeLoss", "GloVeLoss", {}, glove, [normal(6, 4), normal(6, 4), normal(6, 1), normal(6, 1)],
           labels=[counts])

words = labels(5, 4, 3)
golden.add("EmbedBag", "EmbedBag", {"input_dim": 5, "num_output": 2},
           lambda w, table: F.embedding_bag(w, table, mode="mean"), [], labels=[words], parameters=[normal(5, 2)])
padded = torch.tensor([[1, -1, 4], [-1, 2, -1], [0, 0, 3]])
golden.add("EmbedBag with places left out", "EmbedBag", {"input_dim": 5, "num_output": 2},
           lambda w, table: F.embedding_bag(torch.where(w < 0, 5, w), torch.cat([table, table[:1]]), mode="mean",
                                            padding_idx=5), [], labels=[padded], parameters=[normal(5, 2)])

golden.write(__file__)
