"""Reference numbers of balancing losses of scores that are made one by one (NumPy).

Logits → sigmoid scores, two experts per token by score, each token's scores over their sum, and the
losses of the Switch Transformer, GShard and DeepSeek-V2 (by expert, by device, by traffic), with
their gradients in the logits: derivatives forward, one logit at a time, with the choices as they
are. fedus2021, eq. 4-6; lepikhin2020, algorithm 1 (times E squared); deepseekv2, eq. 23-31;
deepseekv3, eq. 19.

Run: python3 test/reference/independent-scores.py   (writes independent-scores.json beside it)
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(5)
TOKENS, EXPERTS, K, LENGTH, DEVICES, LIMIT = 12, 6, 2, 4, 3, 2

logits = (rng.normal(size=(TOKENS, EXPERTS)) * 1.5 - 1).round(3)


def chosen(values, k):
    mask = np.zeros(values.shape)
    for row, best in zip(mask, np.argsort(-values, axis=1, kind="stable")[:, :k]):
        row[best] = 1
    return mask


scores = 1 / (1 + np.exp(-logits))
mask, first = chosen(scores, K), chosen(scores, 1)
visits = mask.reshape(TOKENS, DEVICES, -1).max(axis=2)


def shares(moved):
    """Each score over its token's sum, and how that moves with the logits."""
    d_scores = scores * (1 - scores) * moved
    total, d_total = scores.sum(1, keepdims=True), d_scores.sum(1, keepdims=True)
    return scores / total, d_scores / total - scores * d_total / total**2


def per_sequence(values):
    return values.reshape(-1, LENGTH, values.shape[1]).mean(axis=1)


def by_device(values):
    return values.reshape(len(values), DEVICES, -1).sum(axis=2)


# Each loss is linear in the shares: of its own numbers, or of how they move.
losses = {
    "switch": lambda s: EXPERTS * (mask.mean(0) / K * s.mean(0)).sum(),
    "gshard": lambda s: EXPERTS * (first.mean(0) * s.mean(0)).sum(),
    "expert-level": lambda s: (per_sequence(mask) * EXPERTS / K * per_sequence(s)).sum(1).mean(),
    "device-level": lambda s: (
        (by_device(per_sequence(mask)) * DEVICES / K * by_device(per_sequence(s))).sum(1).mean()
    ),
    "communication": lambda s: (
        (per_sequence(visits) * DEVICES / LIMIT * by_device(per_sequence(s))).sum(1).mean()
    ),
}

cases = []
for name, loss in losses.items():
    gradient = np.zeros(logits.shape)
    for place in np.ndindex(gradient.shape):
        moved = np.zeros(logits.shape)
        moved[place] = 1
        gradient[place] = loss(shares(moved)[1])
    value = loss(shares(np.zeros(logits.shape))[0])
    cases.append({"name": name, "value": value, "gradient": gradient.tolist()})

out = {
    "topK": K,
    "context": {"sequenceLength": LENGTH, "devices": DEVICES, "deviceLimit": LIMIT},
    "logits": logits.tolist(),
    "cases": cases,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))
