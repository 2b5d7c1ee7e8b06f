"""Reference numbers of the routers that need no random numbers (PyTorch, double precision).

For each case: logits, scores, mask, gates, and the gradients of
    sum(gates * onGates) + sum(scores * onScores)
with respect to the router's input and weight. Written apart from the TypeScript: choices are
made by sorting, gates by gathering, gradients by PyTorch.

Run: python3 test/reference/routers.py   (writes routers.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(7)
TOKENS, DIM, EXPERTS = 12, 5, 8

x = torch.tensor(rng.normal(size=(TOKENS, DIM)).round(4), requires_grad=True)
weight = torch.tensor(rng.normal(size=(DIM, EXPERTS)).round(4) * 0.6, requires_grad=True)
on_gates = torch.tensor(rng.normal(size=(TOKENS, EXPERTS)).round(4))
on_scores = torch.tensor(rng.normal(size=(TOKENS, EXPERTS)).round(4))
bias = torch.tensor(rng.normal(size=EXPERTS).round(4) * 0.3)


def top_mask(values, k):
    """1 at the k largest of each row."""
    order = torch.argsort(values.detach(), dim=1, descending=True)[:, :k]
    mask = torch.zeros_like(values)
    mask[torch.arange(len(values))[:, None], order] = 1.0
    return mask


def softmax_rows(z):
    e = torch.exp(z - z.detach().max(dim=1, keepdim=True).values)
    return e / e.sum(dim=1, keepdim=True)


def top_k_softmax(k, b=None):
    logits = x @ weight
    scores = softmax_rows(logits)
    mask = top_mask(scores if b is None else scores + b, k)
    gates = torch.zeros_like(logits)
    for t in range(TOKENS):
        chosen = mask[t].nonzero()[:, 0]
        gates = gates.index_put((torch.tensor([t]), chosen), torch.softmax(logits[t, chosen], 0))
    return logits, scores, mask, gates


def renormalised(k, b=None):
    logits = x @ weight
    scores = softmax_rows(logits)
    mask = top_mask(scores if b is None else scores + b, k)
    kept = scores * mask
    return logits, scores, mask, kept / kept.sum(1, keepdim=True)


def switch(k, b=None):
    logits = x @ weight
    scores = softmax_rows(logits)
    mask = top_mask(scores if b is None else scores + b, 1)
    return logits, scores, mask, scores * mask


def sigmoid_normalised(k, b=None, scale=1.0):
    logits = x @ weight
    scores = 1 / (1 + torch.exp(-logits))
    mask = top_mask(scores if b is None else scores + b, k)
    kept = scores * mask
    return logits, scores, mask, scale * kept / kept.sum(1, keepdim=True)


def expert_choice(k, b=None):
    logits = x @ weight
    scores = softmax_rows(logits)
    mask = top_mask(scores.T, TOKENS * k // EXPERTS).T
    return logits, scores, mask, scores * mask


def sinkhorn(k, b=None):
    """Eight rounds of scaling rows to 1 and columns to tokens / experts, in plain space."""
    logits = x @ weight
    plan = np.exp(logits.detach().numpy())
    for _ in range(8):
        plan = plan / plan.sum(1, keepdims=True)
        plan = plan / plan.sum(0, keepdims=True) * TOKENS / EXPERTS
    scores = softmax_rows(logits)
    mask = top_mask(torch.tensor(plan), k)
    return logits, scores, mask, scores * mask


def relu(k, b=None):
    logits = x @ weight
    gates = torch.clamp(logits, min=0)
    return logits, gates, (logits > 0).double(), gates


def group_limited(score, groups, limit, k, b=None):
    """DeepSeek-V2 (score "max") and V3 (score "sum") on sigmoid scores with normalised gates."""
    logits = x @ weight
    scores = 1 / (1 + torch.exp(-logits))
    biased = (scores if b is None else scores + b).detach().numpy()
    size = EXPERTS // groups
    mask = torch.zeros_like(logits)
    for t in range(TOKENS):
        in_groups = biased[t].reshape(groups, size)
        if score == "max":
            value = in_groups.max(1)
        else:
            value = np.sort(in_groups, 1)[:, ::-1][:, : k // limit].sum(1)
        allowed = set(np.argsort(-value)[:limit])
        order = [e for e in np.argsort(-biased[t]) if e // size in allowed][:k]
        mask[t, order] = 1.0
    kept = scores * mask
    return logits, scores, mask, kept / kept.sum(1, keepdim=True)


def case(router, function, k, with_bias=False, **extra):
    x.grad = weight.grad = None
    logits, scores, mask, gates = function(k, bias if with_bias else None)
    ((gates * on_gates).sum() + (scores * on_scores).sum()).backward()
    return {
        "router": router,
        "topK": k,
        "biased": with_bias,
        **extra,
        "logits": logits.tolist(),
        "scores": scores.tolist(),
        "mask": mask.tolist(),
        "gates": gates.tolist(),
        "gradX": x.grad.tolist(),
        "gradWeight": weight.grad.tolist(),
    }


cases = []
for name, function in [
    ("top-k-softmax", top_k_softmax),
    ("softmax-top-k-renormalised", renormalised),
    ("sigmoid-normalised", sigmoid_normalised),
]:
    for k in (1, 2, 3):
        for with_bias in (False, True):
            cases.append(case(name, function, k, with_bias))
for with_bias in (False, True):
    cases.append(case("switch-top-1", switch, 1, with_bias))
cases.append(
    case(
        "sigmoid-normalised",
        lambda k, b: sigmoid_normalised(k, b, 2.5),
        2,
        True,
        live={"routeScale": 2.5},
    )
)
for k in (2, 4):
    cases.append(case("expert-choice", expert_choice, k))
for k in (1, 2):
    cases.append(case("sinkhorn", sinkhorn, k))
cases.append(case("relu", relu, 2))

grouped = []
for score, groups, limit, k in [("max", 4, 2, 3), ("sum", 4, 2, 2), ("sum", 2, 1, 2), ("sum", 2, 1, 3), ("sum", 4, 1, 2)]:
    for with_bias in (False, True):
        grouped.append(
            case(
                "sigmoid-normalised",
                lambda k, b: group_limited(score, groups, limit, k, b),
                k,
                with_bias,
                score=score,
                groups=groups,
                limit=limit,
            )
        )

# All biased scores negative: filling excluded groups with 0 instead of minus infinity would
# let them win.
low = -2.0 + bias
x.grad = weight.grad = None
logits, scores, mask, gates = group_limited("sum", 4, 2, 2, low)
negative = {"bias": low.tolist(), "groups": 4, "limit": 2, "topK": 2, "mask": mask.tolist()}


def best_assignment(affinity):
    """Exact balanced assignment by trying every one: largest sum of affinities."""
    tokens, experts = affinity.shape
    room = tokens // experts
    best = -np.inf

    def search(token, free, total):
        nonlocal best
        if token == tokens:
            best = max(best, total)
            return
        for e in range(experts):
            if free[e]:
                free[e] -= 1
                search(token + 1, free, total + affinity[token, e])
                free[e] += 1

    search(0, [room] * experts, 0.0)
    return best


assignments = []
for tokens, experts in [(4, 2), (6, 3), (8, 4), (8, 2), (9, 3)]:
    for kind in ("random", "one favourite", "nearly equal"):
        affinity = rng.normal(size=(tokens, experts))
        if kind == "one favourite":
            affinity[:, 0] += 3
        if kind == "nearly equal":
            affinity *= 0.01
        affinity = affinity.round(5)
        assignments.append(
            {"kind": kind, "affinity": affinity.tolist(), "best": best_assignment(affinity)}
        )

# Routers that draw: the device's random numbers again, from the hash that defines them.
SEED, COUNTER = 5, 3
WORD = 2**32


def pcg(word):
    state = (word * 747796405 + 2891336453) % WORD
    mixed = ((state >> ((state >> 28) + 4)) ^ state) * 277803737 % WORD
    return (mixed >> 22) ^ mixed


def uniform(stream, low, high):
    key = pcg(SEED)
    for letter in stream:
        key = pcg(key ^ ord(letter))
    step = pcg(key ^ COUNTER)

    def draw(rows, columns):
        words = [pcg((step + pcg(i)) % WORD) >> 8 for i in range(rows * columns)]
        return low + (high - low) * torch.tensor(words).reshape(rows, columns) / 2**24

    return draw


def gumbel_noise(stream):
    return -torch.log(-torch.log(uniform(stream, 1e-6, 1 - 1e-6)(TOKENS, EXPERTS)))


def gumbel(k, b, temperature):
    logits = x @ weight
    noisy = logits + gumbel_noise("router.gumbel")
    mask = top_mask(noisy if b is None else noisy + b, k)
    soft = torch.softmax(noisy / temperature, 1)
    return logits, softmax_rows(logits), mask, mask / k + soft - soft.detach()


def jittered_switch(k, b, jitter):
    logits = (x * (1 + jitter * uniform("jitter", -1, 1)(TOKENS, DIM))) @ weight
    scores = softmax_rows(logits)
    mask = top_mask(scores if b is None else scores + b, 1)
    return logits, scores, mask, scores * mask


def at_random(k, b):
    mask = top_mask(uniform("router.random", 0, 1)(TOKENS, EXPERTS), k)
    zero = 0 * (x @ weight)
    return zero, zero + 1 / EXPERTS, mask, zero + mask / k


drawn = []
for k in (1, 3):
    for with_bias in (False, True):
        drawn.append(
            case("gumbel", lambda k, b: gumbel(k, b, 0.7), k, with_bias, live={"temperature": 0.7})
        )
drawn.append(case("switch-top-1", lambda k, b: jittered_switch(k, b, 0.1), 1, live={"jitter": 0.1}))
drawn.append(case("random", at_random, 2))

# REINFORCE: the drawn order's probability, expert by expert (Plackett and Luce).
costs = torch.tensor(rng.normal(size=TOKENS).round(4))
BASELINE = 0.25
policy = []
for k in (1, 2, 3):
    x.grad = weight.grad = None
    logits = x @ weight
    keys = (logits + gumbel_noise("router.sample")).detach()
    order = torch.argsort(keys, dim=1, descending=True)[:, :k]
    log_probabilities = []
    for t in range(TOKENS):
        left, total = list(range(EXPERTS)), 0
        for e in order[t].tolist():
            total = total + logits[t, e] - torch.logsumexp(logits[t, left], 0)
            left.remove(e)
        log_probabilities.append(total)
    log_probability = torch.stack(log_probabilities)
    loss = ((costs - BASELINE) * log_probability).mean()
    loss.backward()
    policy.append(
        {
            "topK": k,
            "mask": top_mask(keys, k).tolist(),
            "logProbability": log_probability.tolist(),
            "loss": float(loss),
            "gradX": x.grad.tolist(),
            "gradWeight": weight.grad.tolist(),
        }
    )

# Soft MoE: dispatch softmaxed over a sequence's tokens, combine softmaxed over all slots.
SEQUENCES, LENGTH, SLOTS, OUT = 3, 4, 2, 3
slot_weight = torch.tensor(
    rng.normal(size=(DIM, EXPERTS * SLOTS)).round(4) * 0.6, requires_grad=True
)
maps = torch.tensor(rng.normal(size=(EXPERTS, DIM, OUT)).round(4))
on_output = torch.tensor(rng.normal(size=(TOKENS, OUT)).round(4))
x.grad = None
outputs, combines = [], []
for s in range(SEQUENCES):
    tokens = x[s * LENGTH : (s + 1) * LENGTH]
    slot_logits = tokens @ slot_weight
    dispatch = torch.softmax(slot_logits, 0)
    combine = torch.softmax(slot_logits, 1)
    slots = dispatch.T @ tokens
    answers = torch.cat(
        [torch.tanh(slots[e * SLOTS : (e + 1) * SLOTS] @ maps[e]) for e in range(EXPERTS)]
    )
    outputs.append(combine @ answers)
    combines.append(combine)
output = torch.cat(outputs)
(output * on_output).sum().backward()
soft = {
    "sequenceLength": LENGTH,
    "slotsPerExpert": SLOTS,
    "weight": slot_weight.tolist(),
    "maps": maps.tolist(),
    "onOutput": on_output.tolist(),
    "output": output.tolist(),
    "gates": torch.cat(combines).reshape(TOKENS, EXPERTS, SLOTS).sum(2).tolist(),
    "gradX": x.grad.tolist(),
    "gradWeight": slot_weight.grad.tolist(),
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
    "x": x.tolist(),
    "weight": weight.tolist(),
    "bias": bias.tolist(),
    "onGates": on_gates.tolist(),
    "onScores": on_scores.tolist(),
    "cases": cases,
    "grouped": grouped,
    "negative": negative,
    "assignments": assignments,
    "soft": soft,
    "random": {"seed": SEED, "counter": COUNTER},
    "drawn": drawn,
    "policy": {"costs": costs.tolist(), "baseline": BASELINE, "cases": policy},
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(rounded(out)) + "\n")
