"""Writes what PyTorch computes, in double precision, as cases for GoldenTests.cs.

A case: layer type, options, bottoms, gradients of the tops -> tops, gradients of the bottoms, parameters and their
gradients. Every *.json in this folder is run; a new script needs no change of the C# side.
"""

import json
import os

import torch


class Golden:
    def __init__(self, seed=1):
        self.random = torch.Generator().manual_seed(seed)
        self.cases = []

    def normal(self, *shape):
        return torch.randn(shape, generator=self.random, dtype=torch.float64)

    def labels(self, classes, *shape):
        return torch.randint(classes, shape, generator=self.random)

    def add(self, name, type, options, function, bottoms, labels=(), parameters=(), phase="train"):
        """function(*bottoms, *labels, *parameters) -> the top, or a tuple of them. No gradient goes to labels, and none
        comes from a top that depends on nothing, such as places of maxima."""
        bottoms = [bottom.detach().requires_grad_() for bottom in bottoms]
        parameters = [parameter.detach().requires_grad_() for parameter in parameters]
        tops = function(*bottoms, *labels, *parameters)
        tops = list(tops) if isinstance(tops, tuple) else [tops]
        top_diffs = [self.normal(*top.shape) for top in tops]
        torch.autograd.backward(*zip(*[(top, diff) for top, diff in zip(tops, top_diffs) if top.requires_grad]))
        self.cases.append({
            "name": name,
            "type": type,
            "options": options,
            "phase": phase,
            "bottoms": [_tensor(blob, blob.grad) for blob in bottoms] + [_tensor(blob) for blob in labels],
            "parameters": [_tensor(blob, blob.grad) for blob in parameters],
            "tops": [_tensor(top, diff) for top, diff in zip(tops, top_diffs)],
        })

    def write(self, script):
        path = os.path.splitext(script)[0] + ".json"
        with open(path, "w", newline="\n") as file:
            file.write("[\n" + ",\n".join(json.dumps(case) for case in self.cases) + "\n]\n")


def _tensor(values, diff=None):
    result = {"shape": list(values.shape), "data": values.detach().double().flatten().tolist()}
    if diff is not None:
        result["diff"] = diff.flatten().tolist()
    return result
