"""Reference numbers of the ensembles (PyTorch, double precision).

ncl         loss and gradient of negative correlation learning: the gradient as published, made by
            holding the other members' sum still, and the published member errors
adaBoost    five rounds on fixed votes: errors, alphas, weights, bound; a member's weighted loss
boosting    negative gradients of both losses by automatic differentiation
slide       the weights between an average and a gate, and the gradient of what they earn
weighted    members' errors under case weights, with gradients; out-of-bag error by loops

Run: python3 test/reference/ensembles.py   (writes ensembles.json beside it)
"""

import json
import math
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(1996)


def numbers(*shape, scale=1.0):
    return torch.tensor((rng.normal(size=shape) * scale).round(4))


def lists(t):
    return t.detach().tolist() if isinstance(t, torch.Tensor) else t


CASES, MEMBERS, WIDTH = 9, 4, 2
outputs = numbers(CASES, MEMBERS, WIDTH)
targets = numbers(CASES, WIDTH)

# --- negative correlation ----------------------------------------------------

ncl = []
for strength in (0.0, 0.6, 1.0):
    # The published gradient: member i's error with everyone else's part held still.
    grad = torch.zeros_like(outputs)
    errors = []
    average = outputs.mean(1)
    for i in range(MEMBERS):
        f = outputs[:, i].clone().requires_grad_(True)
        others = sum(outputs[:, j] - average for j in range(MEMBERS) if j != i)
        e = 0.5 * (f - targets) ** 2 + strength * (f - average) * others
        grad[:, i] = torch.autograd.grad(e.sum() / CASES, f)[0]
        errors.append(e.sum(1).mean().item())
    o = outputs.clone().requires_grad_(True)
    loss = 0.0
    for n in range(CASES):
        for i in range(MEMBERS):
            off = ((o[n, i] - targets[n]) ** 2).sum()
            apart = ((o[n, i] - o[n].mean(0)) ** 2).sum()
            loss = loss + 0.5 * off - 0.5 * strength * apart
    loss = loss / CASES
    exact = torch.autograd.grad(loss, o)[0]
    assert torch.allclose(exact, grad, atol=1e-12), "the loss does not have the published gradient"
    ncl.append(
        {"strength": strength, "loss": loss.item(), "memberErrors": errors, "gradient": lists(grad)}
    )

# --- AdaBoost ----------------------------------------------------------------

N, ROUNDS = 20, 5
labels = torch.tensor(rng.choice([-1.0, 1.0], size=N))
right = rng.random((ROUNDS, N)) < 0.75
votes = torch.tensor(np.where(right, 1.0, -1.0)) * labels
weights = torch.full((N,), 1 / N)
rounds, bound = [], 1.0
for t in range(ROUNDS):
    error = weights[votes[t] != labels].sum().item()
    alpha = 0.5 * math.log((1 - error) / error)
    bound *= 2 * math.sqrt(error * (1 - error))
    grown = weights * torch.exp(-alpha * labels * votes[t])
    weights = grown / grown.sum()
    rounds.append({"error": error, "alpha": alpha, "bound": bound, "weights": lists(weights)})
score = sum(r["alpha"] * votes[t] for t, r in enumerate(rounds))
logits = numbers(N, scale=2.0).requires_grad_(True)
weighted_loss = (weights * torch.nn.functional.softplus(-labels * logits)).sum()
ada = {
    "labels": lists(labels),
    "votes": lists(votes),
    "rounds": rounds,
    "score": lists(score),
    "trainingError": (torch.sign(score) != labels).double().mean().item(),
    "logits": lists(logits),
    "weightedLoss": weighted_loss.item(),
    "byLogits": lists(torch.autograd.grad(weighted_loss, logits)[0]),
}

# --- gradient boosting -------------------------------------------------------

f = numbers(6, 2).requires_grad_(True)
real = numbers(6, 2)
binary = torch.tensor(rng.integers(0, 2, size=(6, 2)).astype(float))
squared = -torch.autograd.grad(0.5 * ((real - f) ** 2).sum(), f)[0]
logistic = -torch.autograd.grad(
    torch.nn.functional.binary_cross_entropy_with_logits(f, binary, reduction="sum"), f
)[0]
boosting = {
    "score": lists(f),
    "squared": {"targets": lists(real), "residuals": lists(squared)},
    "logistic": {"targets": lists(binary), "residuals": lists(logistic)},
}

# --- slide -------------------------------------------------------------------

slides = []
gate = numbers(CASES, MEMBERS)
off = ((outputs - targets[:, None]) ** 2).sum(-1)
for position in (0.0, 0.3, 0.5, 0.8):
    z = gate.clone().requires_grad_(True)
    w = torch.softmax(z * (position / (1 - position)), 1)
    earned = (w * off).sum(1).mean()
    slides.append(
        {
            "position": position,
            "weights": lists(w),
            "gradient": lists(torch.autograd.grad(earned, z)[0]),
        }
    )

# --- case weights ------------------------------------------------------------

counts = torch.tensor(rng.integers(0, 3, size=(CASES, MEMBERS)).astype(float))
counts[0] = 1  # a case that no member left out
o = outputs.clone().requires_grad_(True)
per_member = ((o - targets[:, None]) ** 2).sum(-1)
member_errors = (per_member * counts).sum(0) / counts.sum(0)
total, seen = 0.0, 0
for n in range(CASES):
    out = [outputs[n, m] for m in range(MEMBERS) if counts[n, m] == 0]
    if out:
        total += ((sum(out) / len(out) - targets[n]) ** 2).sum().item()
        seen += 1

result = {
    "outputs": lists(outputs),
    "targets": lists(targets),
    "ncl": ncl,
    "adaBoost": ada,
    "boosting": boosting,
    "logits": lists(gate),
    "slide": slides,
    "weighted": {
        "counts": lists(counts),
        "memberErrors": lists(member_errors),
        "gradient": lists(torch.autograd.grad(member_errors.sum(), o)[0]),
        "outOfBag": total / seen,
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(result) + "\n")
print(path.name, path.stat().st_size, [r["error"] for r in rounds], bound, ada["trainingError"])
