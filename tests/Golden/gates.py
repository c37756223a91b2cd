"""Writes gates.json. Run: python3 tests/Golden/gates.py (needs PyTorch)."""

import torch

from golden import Golden

golden = Golden(seed=2)
normal = golden.normal


def away_from_zero(*shape):
    values = normal(*shape)
    return values + torch.sign(values)


def positive(*shape):
    return 0.5 + normal(*shape).abs()


# The shapes of two bottoms: equal, scalars, a scalar with a blob, rows, columns, both repeated, a middle axis.
PAIRS = [("", (3, 5), (3, 5)), (" of scalars", (), ()), (" with a scalar", (3, 5), ()),
         (" of a scalar with", (), (2, 4)), (" with a row", (3, 5), (5,)),
         (" with a column", (3, 5), (3, 1)), (" of row and column", (5,), (3, 1)),
         (" over a middle axis", (2, 3, 4), (2, 1, 4)), (" of other ranks", (2, 1, 4), (3, 1))]

for suffix, a, b in PAIRS:
    golden.add(f"Add{suffix}", "Add", {}, lambda x, y: x + y, [normal(*a), normal(*b)])
    golden.add(f"Subtract{suffix}", "Subtract", {}, lambda x, y: x - y, [normal(*a), normal(*b)])
    golden.add(f"Multiply{suffix}", "Multiply", {}, lambda x, y: x * y, [normal(*a), normal(*b)])
    golden.add(f"Divide{suffix}", "Divide", {}, lambda x, y: x / y, [normal(*a), away_from_zero(*b)])
    golden.add(f"Max{suffix}", "Max", {}, torch.maximum, [normal(*a), normal(*b)])

three = [(3, 1), (4,), (2, 3, 4)]
golden.add("Add of three", "Add", {}, lambda a, b, c: a + b + c, [normal(*shape) for shape in three])
golden.add("Multiply of three", "Multiply", {}, lambda a, b, c: a * b * c, [normal(*shape) for shape in three])
golden.add("Max of three", "Max", {}, lambda a, b, c: torch.maximum(torch.maximum(a, b), c),
           [normal(*shape) for shape in three])

for suffix, shape in [("", (3, 7)), (" of a scalar", ())]:
    golden.add(f"Negate{suffix}", "Negate", {}, torch.neg, [normal(*shape)])
    golden.add(f"Reciprocal{suffix}", "Reciprocal", {}, torch.reciprocal, [away_from_zero(*shape)])
    golden.add(f"AbsVal{suffix}", "AbsVal", {}, torch.abs, [normal(*shape)])
    golden.add(f"Exp{suffix}", "Exp", {}, torch.exp, [normal(*shape)])
    golden.add(f"Exp to a base{suffix}", "Exp", {"base": 2.5, "scale": -0.5, "shift": 1.5},
               lambda x: 2.5 ** (1.5 - 0.5 * x), [normal(*shape)])
    golden.add(f"Log{suffix}", "Log", {}, torch.log, [positive(*shape)])
    golden.add(f"Log to a base{suffix}", "Log", {"base": 10, "scale": 2, "shift": 0.5},
               lambda x: torch.log10(0.5 + 2 * x), [positive(*shape)])
    golden.add(f"Power{suffix}", "Power", {"power": 1.7, "scale": 0.5, "shift": 1},
               lambda x: (1 + 0.5 * x) ** 1.7, [positive(*shape)])
    golden.add(f"Power of 2{suffix}", "Power", {"power": 2}, torch.square, [normal(*shape)])
    golden.add(f"Power of 3{suffix}", "Power", {"power": 3, "shift": -0.5}, lambda x: (x - 0.5) ** 3, [normal(*shape)])
    golden.add(f"SumOfSquares{suffix}", "SumOfSquares", {"coeff": 0.5}, lambda x: 0.5 * torch.sum(x * x),
               [normal(*shape)])

for operation, function in [("sum", lambda x, axes: x.sum(axes)), ("asum", lambda x, axes: x.abs().sum(axes)),
                            ("sumsq", lambda x, axes: x.square().sum(axes)), ("mean", lambda x, axes: x.mean(axes))]:
    for axis, shape in [(0, (3, 5)), (1, (3, 5)), (-2, (2, 3, 2, 3))]:
        axes = tuple(range(axis % len(shape), len(shape)))
        golden.add(f"Reduction {operation} from axis {axis}", "Reduction",
                   {"operation": operation, "axis": axis, "coeff": 1.5}, lambda x: 1.5 * function(x, axes),
                   [normal(*shape)])

bottoms = [normal(3, 5) for _ in range(3)]
golden.add("Eltwise", "Eltwise", {}, lambda a, b, c: a + b + c, bottoms)
golden.add("Eltwise with coefficients", "Eltwise", {"operation": "sum", "coeff": [1, -2, 0.5]},
           lambda a, b, c: a - 2 * b + 0.5 * c, bottoms)
golden.add("Eltwise prod", "Eltwise", {"operation": "prod"}, lambda a, b, c: a * b * c, bottoms)
golden.add("Eltwise max", "Eltwise", {"operation": "max"},
           lambda a, b, c: torch.maximum(torch.maximum(a, b), c), bottoms)

golden.add("Concat", "Concat", {}, lambda a, b: torch.cat((a, b), 1), [normal(2, 3, 2, 2), normal(2, 1, 2, 2)])
golden.add("Concat of vectors", "Concat", {"axis": 0}, lambda a, b, c: torch.cat((a, b, c)),
           [normal(3), normal(1), normal(4)])
golden.add("Concat along the last axis", "Concat", {"axis": -1}, lambda a, b: torch.cat((a, b), -1),
           [normal(2, 3, 2), normal(2, 3, 5)])
golden.add("Slice", "Slice", {}, lambda x: tuple(torch.chunk(x, 3, 1)), [normal(2, 6, 2, 2)])
golden.add("Slice at points", "Slice", {"axis": -1, "slice_point": [1, 3]},
           lambda x: tuple(torch.split(x, [1, 2, 4], -1)), [normal(2, 3, 7)])

golden.add("MatMul", "MatMul", {}, torch.matmul, [normal(3, 4), normal(4, 5)])
golden.add("MatMul of A transposed", "MatMul", {"transpose_a": True}, lambda a, b: a.mT @ b,
           [normal(4, 3), normal(4, 5)])
golden.add("MatMul of B transposed", "MatMul", {"transpose_b": True}, lambda a, b: a @ b.mT,
           [normal(3, 4), normal(5, 4)])
golden.add("MatMul of both transposed", "MatMul", {"transpose_a": True, "transpose_b": True},
           lambda a, b: a.mT @ b.mT, [normal(4, 3), normal(5, 4)])
golden.add("MatMul of stacks", "MatMul", {}, torch.matmul, [normal(2, 3, 4, 5), normal(2, 3, 5, 2)])
golden.add("MatMul by a vector", "MatMul", {}, torch.matmul, [normal(3, 4), normal(4)])
golden.add("MatMul of a vector", "MatMul", {}, torch.matmul, [normal(4), normal(4, 3)])
golden.add("MatMul of two vectors", "MatMul", {}, torch.matmul, [normal(4), normal(4)])
golden.add("Transpose", "Transpose", {}, torch.t, [normal(3, 5)])
golden.add("Transpose of images", "Transpose", {"axes": [0, 2, 3, 1]}, lambda x: x.permute(0, 2, 3, 1),
           [normal(2, 3, 2, 4)])

golden.add("Bias", "Bias", {}, lambda x, b: x + b[:, None, None], [normal(2, 3, 2, 4)], parameters=[normal(3)])
golden.add("Bias by a blob", "Bias", {"axis": 0}, lambda x, b: x + b[:, :, None], [normal(2, 3, 4), normal(2, 3)])
golden.add("Bias of all axes", "Bias", {"axis": 0, "num_axes": -1}, lambda x, b: x + b, [normal(3, 4)],
           parameters=[normal(3, 4)])
golden.add("Scale", "Scale", {}, lambda x, s: x * s[:, None, None], [normal(2, 3, 2, 4)], parameters=[normal(3)])
golden.add("Scale with a bias", "Scale", {"bias_term": True}, lambda x, s, b: x * s[:, None, None] + b[:, None, None],
           [normal(2, 3, 2, 4)], parameters=[normal(3), normal(3)])
golden.add("Scale by a scalar", "Scale", {"num_axes": 0}, lambda x, s: x * s, [normal(2, 3)], parameters=[normal()])
golden.add("Scale by a blob with a bias", "Scale", {"axis": 0, "bias_term": True},
           lambda x, s, b: x * s[:, None] + b[:, None], [normal(3, 4), normal(3)], parameters=[normal(3)])

golden.add("Constant that learns", "Constant", {"shape": [2, 3], "trainable": True}, lambda c: 1 * c, [],
           parameters=[normal(2, 3)])
golden.add("Input that learns", "Input", {"shape": [], "trainable": True}, lambda c: 1 * c, [], parameters=[normal()])
golden.add("Split", "Split", {}, lambda x: (1 * x, 1 * x, 1 * x), [normal(2, 3)])

golden.write(__file__)
