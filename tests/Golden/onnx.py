"""Writes small nets of PyTorch's as ONNX files, each with an input and what PyTorch makes of it, for OnnxImporterTests.cs:
NAME.onnx, and Onnx/cases.txt with a line for each tensor: name, "x" or "y", shape, values."""

import os

import torch
from torch import nn

torch.manual_seed(1)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3, padding=1, groups=2, bias=False)
        self.out = nn.Linear(4, 5)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        x = torch.relu(x + self.second(x))
        return torch.softmax(self.out(x.mean((2, 3))), dim=1)


class Sequence(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.embed = nn.Embedding(11, 4)
        self.cell = kind(4, 6, **options)
        self.out = nn.Linear(6 * (2 if options.get("bidirectional") else 1), 3)

    def forward(self, x):
        return self.out(self.cell(self.embed(x))[0])


class Concatenated(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(3, 2, 1)
        self.right = nn.ConvTranspose2d(3, 2, 3, padding=1)

    def forward(self, x):
        return torch.cat([torch.sigmoid(self.left(x)), torch.tanh(self.right(x))], 1).transpose(2, 3)


def statistics(net):
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -1, 1)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.uniform_(module.bias, -1, 1)
    return net.eval()


image = torch.randn(2, 3, 8, 8)
words = torch.randint(11, (5, 2))
cases = {
    "convolutional": (nn.Sequential(
        nn.Conv2d(3, 4, 5, padding=2, stride=1), nn.BatchNorm2d(4), nn.LeakyReLU(0.1), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, dilation=1), nn.ELU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6, 5), nn.LogSoftmax(1)), image),
    "perceptron": (nn.Sequential(
        nn.Linear(7, 6), nn.Sigmoid(), nn.LayerNorm(6), nn.Dropout(0.5), nn.Linear(6, 5, bias=False), nn.PReLU()),
        torch.randn(3, 7)),
    "residual": (Residual(), image),
    "concatenated": (Concatenated(), image),
    "lstm": (Sequence(nn.LSTM, num_layers=2), words),
    "gru": (Sequence(nn.GRU, bidirectional=True), words),
    "rnn": (Sequence(nn.RNN), words),
}

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Onnx")
with open(os.path.join(folder, "cases.txt"), "w", newline="\n") as file:
    for name, (net, x) in cases.items():
        statistics(net)
        batch = 1 if x.dtype == torch.int64 else 0
        torch.onnx.export(net, x, os.path.join(folder, name + ".onnx"), opset_version=17, input_names=["x"],
                          output_names=["y"], dynamic_axes={"x": {batch: "batch"}, "y": {batch: "batch"}})
        for label, tensor in (("x", x), ("y", net(x).detach())):
            values = " ".join(repr(value) for value in tensor.flatten().tolist())
            file.write(f"{name} {label} {','.join(map(str, tensor.shape))} {values}\n")
