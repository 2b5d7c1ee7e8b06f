"""Reference numbers of the expert arrangements (PyTorch, double precision).

SwiGLU experts, plain and with shared ones: output, and gradients of sum(output * onOutput).
Capacity by priority, by sorting and counting. The posterior and the ensemble of
branch-train-merge, token by token.

Run: python3 test/reference/experts.py   (writes experts.json beside it)
"""

import json
import math
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(23)


def numbers(*shape, scale=1.0):
    return torch.tensor((rng.normal(size=shape) * scale).round(4), requires_grad=True)


TOKENS, DIM, EXPERTS, HIDDEN, OUT, SHARED = 6, 4, 3, 5, 2, 2

x = numbers(TOKENS, DIM)
gates = torch.tensor(
    (rng.random((TOKENS, EXPERTS)) * (rng.random((TOKENS, EXPERTS)) > 0.4)).round(4),
    requires_grad=True,
)
on_output = torch.tensor(rng.normal(size=(TOKENS, OUT)).round(4))
w1, w3 = (numbers(DIM, EXPERTS * HIDDEN, scale=0.5) for _ in range(2))
w2 = numbers(EXPERTS * HIDDEN, OUT, scale=0.5)
s1, s3 = (numbers(DIM, SHARED * HIDDEN, scale=0.5) for _ in range(2))
s2 = numbers(SHARED * HIDDEN, OUT, scale=0.5)


def expert(x, w1, w3, w2, e):
    own = slice(e * HIDDEN, (e + 1) * HIDDEN)
    return (torch.nn.functional.silu(x @ w1[:, own]) * (x @ w3[:, own])) @ w2[own]


def routed():
    return sum(gates[:, e : e + 1] * expert(x, w1, w3, w2, e) for e in range(EXPERTS))


def with_shared():
    return routed() + sum(expert(x, s1, s3, s2, e) for e in range(SHARED))


given = {"x": x, "gates": gates, "w1": w1, "w3": w3, "w2": w2, "s1": s1, "s3": s3, "s2": s2}


def case(function, names):
    for tensor in given.values():
        tensor.grad = None
    output = function()
    (output * on_output).sum().backward()
    return {
        "output": output.tolist(),
        "gradients": {name: given[name].grad.tolist() for name in names},
    }


swiglu = case(routed, ["x", "gates", "w1", "w3", "w2"])
shared = case(with_shared, ["x", "gates", "w1", "w3", "w2", "s1", "s3", "s2"])

# Capacity by priority.
T, E = 16, 4
capacity = []
for k, factor, devices in [(1, 1.0, E), (2, 1.0, E), (2, 0.5, E), (2, 1.25, 2), (1, 8.0, E), (1, 0.2, E)]:
    scores = np.exp(rng.normal(size=(T, E)) + np.array([1.5, 0, 0, -1]))
    scores = (scores / scores.sum(1, keepdims=True)).round(5)
    mask = np.zeros((T, E))
    for t in range(T):
        mask[t, np.argsort(-scores[t])[:k]] = 1
    room = math.floor(factor * T * k / devices)
    kept = np.zeros((T, E))
    size = E // devices
    for d in range(devices):
        asked = [
            (-scores[t, e], e, t) for e in range(d * size, (d + 1) * size) for t in range(T) if mask[t, e]
        ]
        for _, e, t in sorted(asked)[:room]:
            kept[t, e] = 1
    capacity.append(
        {
            "topK": k,
            "factor": factor,
            "devices": devices,
            "scores": scores.tolist(),
            "mask": mask.tolist(),
            "kept": kept.tolist(),
        }
    )

# Branch-train-merge: three branches, two sequences of four tokens, vocabulary of five.
BRANCHES, LENGTH, WORDS = 3, 4, 5
probabilities = rng.dirichlet(np.ones(WORDS), size=(2 * LENGTH, BRANCHES)).round(5)
probabilities /= probabilities.sum(2, keepdims=True)
words = rng.integers(WORDS, size=2 * LENGTH)
prior = np.array([0.5, 0.3, 0.2])
weights = np.zeros((2 * LENGTH, BRANCHES))
for t in range(2 * LENGTH):
    start = t // LENGTH * LENGTH
    for b in range(BRANCHES):
        weights[t, b] = prior[b] * np.prod([probabilities[s, b, words[s]] for s in range(start, t)])
weights /= weights.sum(1, keepdims=True)
top2 = np.where(weights >= np.sort(weights, 1)[:, [-2]], weights, 0)
top2 /= top2.sum(1, keepdims=True)
together = np.log(np.einsum("tb,tbw->tw", weights, probabilities))

btm = {
    "sequenceLength": LENGTH,
    "prior": prior.tolist(),
    "logProbabilities": np.log(probabilities).tolist(),
    "words": words.tolist(),
    "posterior": weights.tolist(),
    "top2": top2.tolist(),
    "ensemble": together.tolist(),
}


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


out = {
    "given": {name: tensor.tolist() for name, tensor in given.items()},
    "onOutput": on_output.tolist(),
    "swiglu": swiglu,
    "shared": {"shared": SHARED, **shared},
    "capacity": capacity,
    "btm": btm,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(rounded(out)) + "\n")
