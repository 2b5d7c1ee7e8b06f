"""Reference numbers of networks of several layers (PyTorch, double precision): answers, gradients,
and ten losses in a row of gradient descent, for each activation.

Run: python3 test/reference/deep-mlp.py   (writes deep-mlp.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(2016)
SIZES, POINTS, RATE = [2, 5, 4, 3, 2], 8, 0.05
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "square": torch.square}

x = torch.tensor(rng.uniform(-1, 1, (POINTS, SIZES[0])).round(4))
y = torch.tensor(rng.normal(size=(POINTS, SIZES[-1])).round(4))
names = [f"layers.{i}" for i in range(len(SIZES) - 2)] + ["out"]
start = {}
for name, a, b in zip(names, SIZES, SIZES[1:]):
    start[f"{name}.weight"] = torch.tensor((rng.normal(size=(a, b)) * 0.6).round(4))
    start[f"{name}.bias"] = torch.tensor((rng.normal(size=b) * 0.3).round(4))


def answer(p, act):
    signal = x
    for name in names[:-1]:
        signal = act(torch.nn.functional.linear(signal, p[f"{name}.weight"].T, p[f"{name}.bias"]))
    return torch.nn.functional.linear(signal, p["out.weight"].T, p["out.bias"])


cases = {}
for name, act in ACTIVATIONS.items():
    p = {k: v.clone().requires_grad_(True) for k, v in start.items()}
    losses = []
    for step in range(10):
        said = answer(p, act)
        loss = torch.nn.functional.mse_loss(said, y)
        grads = dict(zip(p, torch.autograd.grad(loss, list(p.values()))))
        losses.append(loss.item())
        if step == 0:
            first = {"answer": said.tolist(), "gradients": {k: g.tolist() for k, g in grads.items()}}
        p = {k: (v - RATE * grads[k]).detach().requires_grad_(True) for k, v in p.items()}
    cases[name] = {**first, "losses": losses}

out = {
    "x": x.tolist(),
    "y": y.tolist(),
    "widths": SIZES[1:-1],
    "learningRate": RATE,
    "params": {k: v.tolist() for k, v in start.items()},
    "cases": cases,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.name, path.stat().st_size, {k: v["losses"][-1] for k, v in cases.items()})
