"""Times one of the nets of benchmarks/nets in PyTorch and prints {"median_ms", "min_ms"} as one line of JSON.

The step is the one that `nf time` takes: forward, loss, backward, SGD with momentum 0.9 and weight decay, on one batch
in memory; with --inference forward alone. PyTorch is at its best setting found: see README.md for the environment that
compare.cs starts it with.
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

WARM_UP_SECONDS = 3
LEAST_WARM_UP_STEPS = 10


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 100), nn.ReLU(inplace=True), nn.Linear(100, 10))


def mlp3():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(3072, 512), nn.ReLU(inplace=True),
        nn.Linear(512, 256), nn.ReLU(inplace=True),
        nn.Linear(256, 10))


def cifar10_quick():
    # Caffe rounds the extents of a pooling up.
    return nn.Sequential(
        nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(3, 2, ceil_mode=True), nn.ReLU(inplace=True),
        nn.Conv2d(32, 32, 5, padding=2), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Flatten(), nn.Linear(1024, 64), nn.Linear(64, 10))


def vgg():
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]

    return nn.Sequential(
        *block(3, 64), *block(64, 64), nn.MaxPool2d(2, 2),
        *block(64, 128), nn.MaxPool2d(2, 2),
        *block(128, 256), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(256, 10))


class Lstm(nn.Module):
    """32 steps of sequences of 128 numbers; the rows of data and scores are those of the steps, one behind the other."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(128, 256)
        self.fc = nn.Linear(256, 64)

    def forward(self, data):
        states, _ = self.lstm(data.view(32, -1, 128))
        return self.fc(states.view(-1, 256))


def images(count):
    return torch.randn(count, 3, 32, 32), torch.randint(10, (count,))


def steps_of_sequences(count):
    return torch.randn(count, 128), torch.randint(64, (count,))


NETS = {
    "mlp": (mlp, images),
    "mlp3": (mlp3, images),
    "cifar10_quick": (cifar10_quick, images),
    "vgg": (vgg, images),
    "lstm": (Lstm, steps_of_sequences),
}


def training_step(net, data, labels):
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9, weight_decay=0.0005)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(net(data), labels).backward()
        optimizer.step()

    return step


def inference_step(net, data):
    net.eval()

    def step():
        with torch.inference_mode():
            net(data)

    return step


def milliseconds(step):
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=NETS)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--iterations", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    create, draw = NETS[args.net]
    net = create()
    data, labels = draw(args.batch)
    if args.channels_last:
        net = net.to(memory_format=torch.channels_last)
        data = data.contiguous(memory_format=torch.channels_last)
    step = inference_step(net, data) if args.inference else training_step(net, data, labels)

    start = time.perf_counter()
    steps = 0
    while steps < LEAST_WARM_UP_STEPS or time.perf_counter() - start < WARM_UP_SECONDS:
        step()
        steps += 1
    times = [milliseconds(step) for _ in range(args.iterations)]
    print(json.dumps({
        "median_ms": statistics.median(times),
        "min_ms": min(times),
        "version": torch.__version__,
    }))


if __name__ == "__main__":
    main()
