"""Writes solvers.json: what PyTorch's optimizers and schedulers do, in double precision, for SolverGoldenTests.cs.

Run: python3 tests/Golden/Solvers/solvers.py (needs PyTorch).

Trajectories: softmax regression of 12 samples in one batch, 100 steps. Where PyTorch's formula is another than Caffe's,
the settings make the two coincide: SGD and Nesterov have the rate inside the momentum in Caffe and outside in PyTorch,
which is the same while the rate stays as it is; Adam's eps is added before the correction of the bias in Caffe and after
it in PyTorch, so it is too small here to matter.
"""

import json
import os

import torch

STEPS = 100
SHOWN = [1, 2, 10, 50, 100]

random = torch.Generator().manual_seed(11)


def normal(*shape):
    return torch.randn(shape, generator=random, dtype=torch.float64)


data = normal(12, 4)
labels = torch.randint(3, (12,), generator=random)
weight, bias = 0.5 * normal(3, 4), 0.1 * normal(3)


def trajectory(name, solver, optimizer, scheduler=None):
    w, b = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimize = optimizer([w, b])
    schedule = scheduler(optimize) if scheduler else None
    shown = []
    for step in range(1, STEPS + 1):
        optimize.zero_grad()
        loss = torch.nn.functional.cross_entropy(data @ w.T + b, labels)
        loss.backward()
        clip = solver.get("clip_gradients")
        if clip:
            # clip_grad_norm_ without the 1e-6 that it adds to the norm.
            norm = torch.cat((w.grad.flatten(), b.grad)).norm()
            for p in (w, b):
                p.grad *= min(1, clip / norm.item())
        optimize.step()
        if schedule:
            schedule.step()
        if step in SHOWN:
            shown.append({"step": step, "loss": loss.item(), "weight": w.detach().flatten().tolist(),
                          "bias": b.detach().tolist()})
    return {"name": name, "solver": {"max_iter": STEPS, **solver}, "shown": shown}


optim = torch.optim
rates = optim.lr_scheduler

trajectories = [
    trajectory("SGD", {"type": "SGD", "base_lr": 0.1}, lambda p: optim.SGD(p, lr=0.1)),
    trajectory("SGD with momentum and decay", {"type": "SGD", "base_lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
               lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
    trajectory("SGD without momentum under step",
               {"type": "SGD", "base_lr": 0.5, "lr_policy": {"type": "step", "gamma": 0.5, "step_size": 30}},
               lambda p: optim.SGD(p, lr=0.5), lambda o: rates.StepLR(o, 30, 0.5)),
    trajectory("SGD with clipped gradients", {"type": "SGD", "base_lr": 0.1, "momentum": 0.9, "clip_gradients": 0.2},
               lambda p: optim.SGD(p, lr=0.1, momentum=0.9)),
    trajectory("Nesterov", {"type": "Nesterov", "base_lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
               lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)),
    trajectory("AdaGrad", {"type": "AdaGrad", "base_lr": 0.1, "weight_decay": 0.01, "delta": 1e-6},
               lambda p: optim.Adagrad(p, lr=0.1, weight_decay=0.01, eps=1e-6)),
    trajectory("RMSProp", {"type": "RMSProp", "base_lr": 0.01, "weight_decay": 0.01, "rms_decay": 0.95, "delta": 1e-3},
               lambda p: optim.RMSprop(p, lr=0.01, weight_decay=0.01, alpha=0.95, eps=1e-3)),
    trajectory("AdaDelta", {"type": "AdaDelta", "base_lr": 1, "weight_decay": 0.01, "momentum": 0.9, "delta": 1e-6},
               lambda p: optim.Adadelta(p, lr=1, weight_decay=0.01, rho=0.9, eps=1e-6)),
    trajectory("Adam", {"type": "Adam", "base_lr": 0.05, "weight_decay": 0.01, "delta": 1e-30},
               lambda p: optim.Adam(p, lr=0.05, weight_decay=0.01, eps=1e-30)),
    trajectory("Adam under a cosine",
               {"type": "Adam", "base_lr": 0.05, "momentum": 0.8, "momentum2": 0.99, "delta": 1e-30,
                "lr_policy": {"type": "cosine"}},
               lambda p: optim.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-30),
               lambda o: rates.CosineAnnealingLR(o, STEPS)),
    trajectory("AdamW", {"type": "AdamW", "base_lr": 0.05, "weight_decay": 0.1, "delta": 1e-4},
               lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.1, eps=1e-4)),
    trajectory("AdamW under a line",
               {"type": "AdamW", "base_lr": 0.05, "weight_decay": 0.1, "lr_policy": {"type": "poly", "power": 1}},
               lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.1),
               lambda o: rates.PolynomialLR(o, STEPS, power=1)),
]


def factors(name, solver, scheduler, lr=1.0):
    """The rates of STEPS iterations."""
    optimize = optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    schedulers = scheduler(optimize)
    schedulers = schedulers if isinstance(schedulers, list) else [schedulers]
    result = []
    for _ in range(STEPS):
        result.append(optimize.param_groups[0]["lr"])
        optimize.step()
        for schedule in schedulers:
            schedule.step()
    return {"name": name, "solver": {"base_lr": 1, "max_iter": STEPS, **solver}, "rates": result}


def policy(**members):
    return {"lr_policy": members}


schedules = [
    factors("step", policy(type="step", gamma=0.3, step_size=7), lambda o: rates.StepLR(o, 7, 0.3)),
    factors("multistep", policy(type="multistep", gamma=0.3, step_value=[10, 15, 70]),
            lambda o: rates.MultiStepLR(o, [10, 15, 70], 0.3)),
    factors("exp", policy(type="exp", gamma=0.97), lambda o: rates.ExponentialLR(o, 0.97)),
    factors("poly", policy(type="poly", power=2.5), lambda o: rates.PolynomialLR(o, STEPS, power=2.5)),
    factors("cosine", policy(type="cosine", min_factor=0.05), lambda o: rates.CosineAnnealingLR(o, STEPS, eta_min=0.05)),
    factors("cosine with restarts", policy(type="cosine", min_factor=0.05, period=10, period_mult=2),
            lambda o: rates.CosineAnnealingWarmRestarts(o, 10, T_mult=2, eta_min=0.05)),
    factors("cosine with restarts of one length", policy(type="cosine", period=13),
            lambda o: rates.CosineAnnealingWarmRestarts(o, 13)),
    factors("triangular", policy(type="triangular", max_factor=6, step_size=9),
            lambda o: rates.CyclicLR(o, 1, 6, step_size_up=9)),
    factors("triangular2", policy(type="triangular", max_factor=6, step_size=9, gamma=0.5),
            lambda o: rates.CyclicLR(o, 1, 6, step_size_up=9, mode="triangular2")),
    factors("one_cycle", policy(type="one_cycle"),
            lambda o: rates.OneCycleLR(o, 1, total_steps=STEPS + 1)),
    factors("one_cycle of lines",
            policy(type="one_cycle", rise_fraction=0.4, start_factor=0.1, end_factor=0.002, anneal="linear"),
            lambda o: rates.OneCycleLR(o, 1, total_steps=STEPS + 1, pct_start=0.4, div_factor=10, final_div_factor=50,
                                       anneal_strategy="linear")),
    factors("warmup", {"warmup": {"iterations": 20, "start_factor": 0.1}},
            lambda o: rates.LinearLR(o, start_factor=0.1, total_iters=20)),
    factors("warmup before exp",
            {"warmup": {"iterations": 20, "start_factor": 0.1}, **policy(type="exp", gamma=0.97)},
            lambda o: [rates.LinearLR(o, start_factor=0.1, total_iters=20), rates.ExponentialLR(o, 0.97)]),
]
for schedule in schedules:
    # PyTorch's cycle takes one step more than it has iterations here.
    if schedule["name"].startswith("one_cycle"):
        schedule["solver"]["max_iter"] = STEPS + 1


def plateau(name, members, **arguments):
    """The rate after each test of a loss that falls, stands still and rises."""
    optimize = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = rates.ReduceLROnPlateau(optimize, threshold_mode="abs", eps=0, **arguments)
    values, result = [], []
    for step in range(STEPS):
        values.append(float(2 / (1 + step // 8) + 0.3 * torch.rand((), generator=random, dtype=torch.float64)))
        schedule.step(values[-1])
        result.append(optimize.param_groups[0]["lr"])
    solver = {"base_lr": 1, "max_iter": STEPS, "test_interval": 1, "lr_policy": {"type": "reduce_on_plateau", **members}}
    return {"name": name, "solver": solver, "values": values, "rates": result}


plateaus = [
    plateau("reduce_on_plateau", {"gamma": 0.5, "patience": 3}, factor=0.5, patience=3, threshold=0),
    plateau("reduce_on_plateau with all members",
            {"gamma": 0.7, "patience": 2, "min_delta": 0.05, "cooldown": 4, "min_factor": 0.1},
            factor=0.7, patience=2, threshold=0.05, cooldown=4, min_lr=0.1),
    plateau("reduce_on_plateau by accuracy", {"gamma": 0.5, "patience": 3, "metric": "accuracy"},
            factor=0.5, patience=3, threshold=0, mode="max"),
]

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "solvers.json")
with open(path, "w", newline="\n") as file:
    def rows(cases):
        return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]"

    problem = {"data": data.flatten().tolist(), "labels": labels.tolist(), "weight": weight.flatten().tolist(),
               "bias": bias.tolist()}
    file.write(f'{{\n"problem": {json.dumps(problem)},\n"trajectories": {rows(trajectories)},\n'
               f'"schedules": {rows(schedules)},\n"plateaus": {rows(plateaus)}\n}}\n')
