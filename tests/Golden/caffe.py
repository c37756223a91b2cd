"""Writes Caffe/weights.caffemodel for Caffe/net.prototxt, byte by byte, and Caffe/outputs.json with what OpenCV
computes of both. Run it with Debian's python3-opencv (4.6): /usr/bin/python3 tests/Golden/caffe.py

With two arguments, a prototxt and a caffemodel of the same net, it compares OpenCV's results of those with outputs.json.
"""
import json
import pathlib
import struct
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent / "Caffe"
BLOBS = ["norm", "both", "prelu", "joined", "power", "prob"]


def varint(value):
    result = b""
    while value > 127:
        result += bytes([value & 127 | 128])
        value >>= 7
    return result + bytes([value])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(values):
    shape = field(1, b"".join(varint(extent) for extent in values.shape))
    return field(7, field(7, shape) + field(5, struct.pack(f"<{values.size}f", *values.ravel())))


def layer(name, kind, *blobs):
    return field(100, field(1, name.encode()) + field(2, kind.encode()) + b"".join(map(blob, blobs)))


def weights():
    random = np.random.RandomState(1)
    normal = lambda *shape: random.normal(0, 0.4, shape)
    positive = lambda *shape: random.uniform(0.5, 2, shape)
    return field(1, b"golden") + b"".join([
        layer("conv", "Convolution", normal(6, 2, 3, 5), normal(6)),
        layer("bn", "BatchNorm", normal(6), positive(6), np.array([1.5])),
        layer("scale", "Scale", positive(6), normal(6)),
        layer("prelu", "PReLU", positive(6) * 0.2),
        layer("up", "Deconvolution", normal(6, 4, 3, 3), normal(4)),
        layer("dilated", "Convolution", normal(3, 4, 3, 3)),
        layer("fc", "InnerProduct", normal(7, 3 * 11 * 3) * 0.2, normal(7)),
    ])


def run(prototxt, model):
    net = cv2.dnn.readNetFromCaffe(str(prototxt), str(model))
    data = np.random.RandomState(2).normal(0, 1, (2, 4, 11, 9)).astype(np.float32)
    net.setInput(data)
    return data, dict(zip(BLOBS, net.forward(BLOBS)))


def main():
    if len(sys.argv) == 3:
        expected = json.loads((HERE / "outputs.json").read_text())["blobs"]
        for name, values in run(*sys.argv[1:])[1].items():
            print(name, values.shape, np.abs(values.ravel() - np.array(expected[name])).max())
        return
    (HERE / "weights.caffemodel").write_bytes(weights())
    data, blobs = run(HERE / "net.prototxt", HERE / "weights.caffemodel")
    numbers = lambda values: [float(f"{value:.8g}") for value in values.ravel()]
    result = {"opencv": cv2.__version__, "data": numbers(data), "blobs": {name: numbers(blobs[name]) for name in BLOBS}}
    (HERE / "outputs.json").write_text(json.dumps(result))
    for name in BLOBS:
        print(name, blobs[name].shape)


main()
