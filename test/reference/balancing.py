"""Reference numbers of the balancers (PyTorch, double precision).

For each case: the loss, and its gradients with respect to the logits (and to the noise's
deviation before softplus, for the smooth load). Scores come from softmax or sigmoid. Written
apart from the TypeScript: loops over sequences, devices and tokens, as the papers' sums read.
Bias updates: the bias after several rounds on fixed scores.

Run: python3 test/reference/balancing.py   (writes balancing.json beside it)
"""

import json
import math
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(11)
TOKENS, EXPERTS, LENGTH, DEVICES = 12, 8, 4, 4
SIZE = EXPERTS // DEVICES

logits = torch.tensor(rng.normal(size=(TOKENS, EXPERTS)).round(4) * 1.5, requires_grad=True)
rough = torch.tensor(rng.normal(size=(TOKENS, EXPERTS)).round(4), requires_grad=True)
drawn = torch.tensor(rng.normal(size=(TOKENS, EXPERTS)).round(4))
bias = torch.tensor(rng.normal(size=EXPERTS).round(4) * 0.3)


def chosen(values, k):
    return [sorted(range(EXPERTS), key=lambda e: -float(row[e]))[:k] for row in values.detach()]


def sequences(length):
    return [range(s, s + length) for s in range(0, TOKENS, length)]


def gshard(scores, sets, k, length, devices, limit):
    first = chosen(scores, 1)
    total = 0
    for e in range(EXPERTS):
        share = sum(1 for c in first if c[0] == e) / TOKENS
        total = total + share * scores[:, e].mean() / EXPERTS
    return EXPERTS**2 * total


def expert_level(scores, sets, k, length, devices, limit):
    losses = []
    for tokens in sequences(length):
        loss = 0
        for e in range(EXPERTS):
            f = EXPERTS / (k * length) * sum(e in sets[t] for t in tokens)
            p = sum(scores[t, e] for t in tokens) / length
            loss = loss + f * p
        losses.append(loss)
    return sum(losses) / len(losses)


def device_level(scores, sets, k, length, devices, limit):
    size = EXPERTS // devices
    losses = []
    for tokens in sequences(length):
        loss = 0
        for d in range(devices):
            members = range(d * size, (d + 1) * size)
            f = sum(
                EXPERTS / (k * length) * sum(e in sets[t] for t in tokens) for e in members
            ) / size
            p = sum(sum(scores[t, e] for t in tokens) / length for e in members)
            loss = loss + f * p
        losses.append(loss)
    return sum(losses) / len(losses)


def communication(scores, sets, k, length, devices, limit):
    size = EXPERTS // devices
    losses = []
    for tokens in sequences(length):
        loss = 0
        for d in range(devices):
            members = range(d * size, (d + 1) * size)
            f = devices / (limit * length) * sum(any(e in sets[t] for e in members) for t in tokens)
            p = sum(sum(scores[t, e] for t in tokens) / length for e in members)
            loss = loss + f * p
        losses.append(loss)
    return sum(losses) / len(losses)


def sequence_wise(scores, sets, k, length, devices, limit):
    own = chosen(scores, k)
    losses = []
    for tokens in sequences(length):
        loss = 0
        for e in range(EXPERTS):
            f = EXPERTS / (k * length) * sum(e in own[t] for t in tokens)
            p = sum(scores[t, e] / scores[t].sum() for t in tokens) / length
            loss = loss + f * p
        losses.append(loss)
    return sum(losses) / len(losses)


FUNCTIONS = {
    "gshard": gshard,
    "expert-level": expert_level,
    "device-level": device_level,
    "communication": communication,
    "sequence-wise": sequence_wise,
}

cases = []
for name, function in FUNCTIONS.items():
    for kind in ("softmax", "sigmoid"):
        for k in (1, 2):
            for length in (LENGTH, TOKENS):
                logits.grad = None
                scores = torch.softmax(logits, 1) if kind == "softmax" else torch.sigmoid(logits)
                sets = chosen(scores + bias, k)
                context = {"sequenceLength": length, "devices": DEVICES, "deviceLimit": 2}
                loss = function(scores, sets, k, length, DEVICES, 2)
                loss.backward()
                cases.append(
                    {
                        "balancer": name,
                        "scores": kind,
                        "topK": k,
                        "context": context,
                        "mask": [[float(e in s) for e in range(EXPERTS)] for s in sets],
                        "loss": float(loss),
                        "gradient": logits.grad.tolist(),
                    }
                )

# Smooth load: every probability by itself, thresholds by sorting the others' noisy logits.
noisy_cases = []
for k in (1, 2, 4):
    logits.grad = rough.grad = None
    deviation = torch.nn.functional.softplus(rough)
    noisy = logits + drawn * deviation
    load = []
    for e in range(EXPERTS):
        total = 0
        for t in range(TOKENS):
            others = torch.stack([noisy[t, j] for j in range(EXPERTS) if j != e])
            kth_excluding = torch.sort(others, descending=True).values[k - 1]
            z = (logits[t, e] - kth_excluding) / deviation[t, e]
            total = total + 0.5 * (1 + torch.erf(z / math.sqrt(2)))
        load.append(total)
    load = torch.stack(load)
    loss = ((load - load.mean()) ** 2).mean() / load.mean() ** 2
    loss.backward()
    noisy_cases.append(
        {
            "topK": k,
            "loss": float(loss),
            "gradient": logits.grad.tolist(),
            "gradientRough": rough.grad.tolist(),
        }
    )

# ReMoE: gates are max(0, logit).
logits.grad = None
gates = torch.clamp(logits, min=0)
share = (logits > 0).double().mean(0)
l1 = EXPERTS / 2 * (share * gates.mean(0)).sum()
l1.backward()
l1_case = {"topK": 2, "loss": float(l1), "gradient": logits.grad.tolist()}

# Bias updates on fixed scores.
fixed = torch.sigmoid(logits).detach().numpy()


def loads(b, k):
    count = np.zeros(EXPERTS)
    for row in fixed + b:
        count[np.argsort(-row)[:k]] += 1
    return count / count.sum()


updates = []
for k in (1, 2):
    b = np.zeros(EXPERTS)
    for _ in range(5):
        b = b + 0.05 * (1 / EXPERTS - loads(b, k)) * EXPERTS
    updates.append({"balancer": "bias-proportional", "topK": k, "rounds": 5, "rate": 0.05, "bias": b.tolist()})
    b = np.zeros(EXPERTS)
    fair = round(TOKENS * k / EXPERTS)
    for _ in range(5):
        cutoff = np.sort(fixed + b, 1)[:, ::-1][:, k]
        margins = np.sort(fixed - cutoff[:, None], 0)[::-1]
        b = -(margins[fair - 1] + margins[fair]) / 2
    updates.append({"balancer": "quantile", "topK": k, "rounds": 5, "rate": 0, "bias": b.tolist()})


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


out = {
    "logits": logits.tolist(),
    "rough": rough.tolist(),
    "drawn": drawn.tolist(),
    "cases": cases,
    "load": noisy_cases,
    "l1": l1_case,
    "updates": updates,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(rounded(out)) + "\n")
