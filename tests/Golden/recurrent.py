"""Writes recurrent.json. Run: python3 tests/Golden/recurrent.py (needs PyTorch)."""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from golden import Golden

golden = Golden(seed=5)
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
TORCH = {"RNN": torch._VF.rnn_tanh, "LSTM": torch._VF.lstm, "GRU": torch._VF.gru, "relu": torch._VF.rnn_relu}


def normal(*shape):
    return 0.5 * golden.normal(*shape)


def parameters_of(type, inputs, outputs, layers, directions, bias):
    width = GATES[type] * outputs
    result = []
    for layer in range(layers):
        for _ in range(directions):
            result += [normal(width, inputs if layer == 0 else directions * outputs), normal(width, outputs)]
            if bias:
                result.append(normal(width))
            if bias and type == "GRU":
                result.append(normal(outputs))
    return result


def torch_weights(type, parameters, bias):
    """PyTorch's, from those of NeuralFramework, which has no sums of two biases."""
    result = []
    parameters = list(parameters)
    while parameters:
        result += [parameters.pop(0), parameters.pop(0)]
        if bias:
            hidden = parameters.pop(0)
            result.append(torch.zeros_like(hidden) if type != "GRU" else
                          torch.cat([torch.zeros(len(hidden) * 2 // 3, dtype=hidden.dtype), parameters.pop(0)]))
            result.append(hidden)
    return result


def run(type, function, x, states, parameters, layers, directions, bias, lengths=None):
    weights = torch_weights(type, parameters, bias)
    states = states if type == "LSTM" else states[0]
    options = (weights, bias, layers, 0.0, False, directions == 2)
    if lengths is None:
        return function(x, states, *options, False)
    packed = pack_padded_sequence(x, lengths)
    output, *rest = function(packed.data, packed.batch_sizes, states, *options)
    return pad_packed_sequence(PackedSequence(output, packed.batch_sizes), total_length=len(x))[0], *rest


def add(type, suffix, options, shape=(4, 3, 3), outputs=5, lengths=None):
    """shape: T×N×D. With expose_hidden or lengths, the bottom cont is given as well."""
    steps, count, inputs = shape
    layers = options.get("num_layers", 1)
    directions = 2 if options.get("bidirectional") else 1
    bias = options.get("bias_term", True)
    exposed = options.get("expose_hidden", False)
    reverse = options.get("reverse", False)
    states = 2 if type == "LSTM" else 1
    cont = torch.ones(steps, count, dtype=torch.float64)
    for sequence, length in enumerate(lengths or []):
        cont[length:, sequence] = -1
    zeros = torch.zeros(layers * directions, count, outputs, dtype=torch.float64)

    def function(x, *others):
        initial = others[:states] if exposed else [zeros] * states
        weights = others[(states if exposed else 0) + (1 if exposed or lengths else 0):]
        result = run(type, TORCH[options.get("nonlinearity", type)], x.flip(0) if reverse else x, initial, weights,
                     layers, directions, bias, lengths)
        output = result[0].flip(0) if reverse else result[0]
        return (output, *result[1:]) if exposed else output

    golden.add(f"{type}{suffix}", type, {"num_output": outputs, **options}, function,
               [golden.normal(*shape)] + [golden.normal(*zeros.shape) for _ in range(states if exposed else 0)],
               labels=[cont] if exposed or lengths else [],
               parameters=parameters_of(type, inputs, outputs, layers, directions, bias))
    put_cont_second(exposed or lengths)


def put_cont_second(is_given):
    bottoms = golden.cases[-1]["bottoms"]
    if is_given:
        bottoms.insert(1, bottoms.pop())


for type in GATES:
    add(type, "", {})
    add(type, " without a bias", {"bias_term": False})
    add(type, " of many outputs", {}, shape=(3, 5, 7), outputs=20)
    add(type, " of one step", {}, shape=(1, 2, 3))
    add(type, " backwards", {"reverse": True})
    add(type, " of two layers", {"num_layers": 2})
    add(type, " of both directions", {"bidirectional": True})
    add(type, " with initial states", {"expose_hidden": True})
    add(type, " of three layers and both directions with initial states",
        {"num_layers": 3, "bidirectional": True, "expose_hidden": True}, outputs=3)
    add(type, " of several lengths", {"bidirectional": True, "num_layers": 2}, lengths=[4, 3, 1])
    add(type, " of several lengths with initial states", {"bidirectional": True, "expose_hidden": True},
        lengths=[4, 2, 2])
    add(type, " of many sequences", {}, shape=(2, 70, 2), outputs=3)
add("RNN", " with ReLU", {"nonlinearity": "relu", "num_layers": 2})


# What PyTorch's layers lack is written out step by step.
def unroll(step, x, cont, states, reverse=False):
    steps = range(len(x))
    outputs = {}
    for t in reversed(steps) if reverse else steps:
        start = t + 1 if reverse else t
        if start < len(x):
            states = [state * cont[start][:, None] for state in states]
        states = step(x[t], *states)
        outputs[t] = states[0]
    return torch.stack([outputs[t] for t in steps])


def rnn(x, h, w_x, w_h, b, f=torch.tanh):
    return [f(x @ w_x.T + h @ w_h.T + b)]


def lstm(x, h, c, w_x, w_h, b, p=None):
    i, f, g, o = (x @ w_x.T + h @ w_h.T + b).chunk(4, 1)
    if p is not None:
        i, f = i + p[0] * c, f + p[1] * c
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    if p is not None:
        o = o + p[2] * c
    return [torch.sigmoid(o) * torch.tanh(c), c]


def gru(x, h, w_x, w_h, b, b_x):
    (r, z, n), (hr, hz, hn) = (x @ w_x.T).chunk(3, 1), (h @ w_h.T + b).chunk(3, 1)
    r, z = torch.sigmoid(r + hr), torch.sigmoid(z + hz)
    n = torch.tanh(n + b_x + r * hn)
    return [(1 - z) * n + z * h]


def add_steps(type, suffix, options, step, states, extra=(), reverse=False):
    cont = torch.tensor([[1, 0, 0], [1, 1, 1], [0, 1, 1], [1, 1, 0], [1, 1, 1]], dtype=torch.float64)
    zeros = torch.zeros(3, 5, dtype=torch.float64)

    def function(x, cont, *weights):
        return unroll(lambda x, *states: step(x, *states, *weights), x, cont, [zeros] * states, reverse)

    golden.add(f"{type}{suffix}", type, {"num_output": 5, **options}, function, [golden.normal(5, 3, 4)], labels=[cont],
               parameters=parameters_of(type, 4, 5, 1, 1, True) + list(extra))
    put_cont_second(True)


for type, step, states in [("RNN", rnn, 1), ("LSTM", lstm, 2), ("GRU", gru, 1)]:
    add_steps(type, " of sequences that start amid the batch", {}, step, states)
    add_steps(type, " of sequences that start amid the batch, backwards", {"reverse": True}, step, states, reverse=True)
add_steps("RNN", " with a sigmoid", {"nonlinearity": "sigmoid"}, lambda *a: rnn(*a, f=torch.sigmoid), 1)
add_steps("LSTM", " with peepholes", {"peepholes": True}, lstm, 2, extra=[normal(3, 5)])

golden.write(__file__)
