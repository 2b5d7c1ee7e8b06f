"""Ten training losses in a row of a small mixture classifier, once under each router, and once with
the Switch loss and Adam (PyTorch, double precision).

x → router → experts with one ReLU layer each, every one computed for every token → head →
cross-entropy. Plain gradient descent on all weights. Routers that draw take the device's random
numbers, recomputed from the hash that defines them; hash routing its table likewise. BASE takes the
best of all even assignments: the cases are such that the second best is clearly worse in each step.

Run: python3 test/reference/router-training.py   (writes router-training.json beside it)
"""

import itertools
import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
WORD = 2**32
SEED, STEPS, RATE = 3, 10, 0.3
DIM, HIDDEN, WIDTH, CLASSES = 6, 5, 4, 3


def pcg(word):
    word %= WORD
    state = (word * 747796405 + 2891336453) % WORD
    mixed = ((state >> ((state >> 28) + 4)) ^ state) * 277803737 % WORD
    return (mixed >> 22) ^ mixed


def keyed(stream):
    key = pcg(SEED)
    for letter in stream:
        key = pcg(key ^ ord(letter))
    return key


def fractions(stream, step, size):
    start = pcg(keyed(stream) ^ step)
    return torch.tensor([(pcg(start + pcg(i)) >> 8) / 2**24 for i in range(size)])


def uniform(stream, step, shape, low=0.0, high=1.0):
    return (low + (high - low) * fractions(stream, step, shape[0] * shape[1])).reshape(shape)


def normal(stream, step, shape):
    u = fractions(stream, step, 2 * shape[0] * shape[1])
    return (torch.sqrt(-2 * torch.log(1 - u[0::2])) * torch.cos(2 * np.pi * u[1::2])).reshape(shape)


def gumbel_noise(stream, step, shape):
    return -torch.log(-torch.log(uniform(stream, step, shape, 1e-6, 1 - 1e-6)))


def chosen(values, k, margin=1e-5):
    """1 at the k largest of each row. Float32 must choose alike: no close decisions."""
    ranked = torch.sort(values.detach(), dim=1, descending=True)
    if k < values.shape[1]:
        gap = (ranked.values[:, k - 1] - ranked.values[:, k]).min()
        assert gap > margin, f"a decision by {gap}"
    return torch.zeros_like(values).scatter(1, ranked.indices[:, :k], 1.0)


# ---- routers: (weights, x, k, step, what the case gives) → gates, mask, more ---------------------


def softmax_top_k(w, x, k, step, case):
    p = torch.softmax(x @ w["router.weight"], 1)
    mask = chosen(p, k)
    return p * mask, mask, {"scores": p}


def renormalised(w, x, k, step, case):
    kept, mask, _ = softmax_top_k(w, x, k, step, case)
    return kept / kept.sum(1, keepdim=True), mask, {}


def top_k_softmax(w, x, k, step, case):
    z = x @ w["router.weight"]
    mask = chosen(z, k)
    return torch.softmax(z.masked_fill(mask == 0, -np.inf), 1), mask, {}


def sigmoid_normalised(w, x, k, step, case):
    s = torch.sigmoid(x @ w["router.weight"])
    mask = chosen(s, k)
    kept = s * mask
    return kept / kept.sum(1, keepdim=True), mask, {}


def noisy_top_k(w, x, k, step, case):
    deviation = torch.nn.functional.softplus(x @ w["router.noise"])
    noisy = x @ w["router.weight"] + deviation * normal("router.noise", step, deviation.shape)
    mask = chosen(noisy, k)
    return torch.softmax(noisy.masked_fill(mask == 0, -np.inf), 1), mask, {}


def switch(w, x, k, step, case):
    jitter = 1 + case["live"]["jitter"] * uniform("jitter", step, x.shape, -1, 1)
    return softmax_top_k(w, x * jitter, 1, step, case)


def hashed(w, x, k, step, case):
    key, experts = keyed("router.hash"), case["experts"]
    mask = torch.zeros(len(x), experts)
    for t, identity in enumerate(case["tokenIds"]):
        keys = [pcg(key + pcg(identity * experts + e)) for e in range(experts)]
        mask[t, np.argsort(keys)[:k].tolist()] = 1.0
    return mask / k, mask, {}


def at_random(w, x, k, step, case):
    mask = chosen(uniform("router.random", step, (len(x), case["experts"])), k)
    return mask / k, mask, {}


def expert_choice(w, x, k, step, case):
    p = torch.softmax(x @ w["router.weight"], 1)
    mask = chosen(p.T, len(x) * k // p.shape[1]).T
    return p * mask, mask, {}


def sinkhorn(w, x, k, step, case):
    z = x @ w["router.weight"]
    plan = torch.exp(z.detach())
    for _ in range(8):
        plan = plan / plan.sum(1, keepdim=True)
        plan = plan / plan.sum(0, keepdim=True) * len(x) / z.shape[1]
    mask = chosen(plan, k)
    return torch.softmax(z, 1) * mask, mask, {}


def base(w, x, k, step, case):
    z = x @ w["router.weight"]
    tokens, experts = z.shape
    assert experts == 2
    sums = []
    for first in itertools.combinations(range(tokens), tokens // 2):
        mask = torch.zeros_like(z)
        mask[:, 1] = 1.0
        mask[list(first), 0], mask[list(first), 1] = 1.0, 0.0
        sums.append((float((z.detach() * mask).sum()), mask))
    sums.sort(key=lambda pair: -pair[0])
    spread = float(z.detach().max() - z.detach().min())
    gap = sums[0][0] - sums[1][0]
    assert gap > tokens * spread / 256, f"step {step}: the second best is only {gap} worse"
    mask = sums[0][1]
    return torch.sigmoid(z) * mask, mask, {}


def reinforce(w, x, k, step, case):
    z = x @ w["router.weight"]
    keys = (z + gumbel_noise("router.sample", step, z.shape)).detach()
    mask = chosen(keys, k)
    order = torch.argsort(keys, dim=1, descending=True)[:, :k]
    chances = []
    for t in range(len(x)):
        left, total = list(range(z.shape[1])), 0.0
        for e in order[t].tolist():
            total = total + z[t, e] - torch.logsumexp(z[t, left], 0)
            left.remove(e)
        chances.append(total)
    return mask / k, mask, {"logProbability": torch.stack(chances)}


def gumbel(w, x, k, step, case):
    noisy = x @ w["router.weight"] + gumbel_noise("router.gumbel", step, (len(x), case["experts"]))
    mask = chosen(noisy, k)
    soft = torch.softmax(noisy, 1)
    return mask / k + soft - soft.detach(), mask, {}


def relu(w, x, k, step, case):
    z = x @ w["router.weight"]
    assert z.detach().abs().min() > 1e-5
    return torch.clamp(z, min=0), (z.detach() > 0).double(), {}


def soft(w, x, k, step, case):
    """Dispatch and combine of soft MoE: not gates, so the layer is made here."""
    length = case["sequenceLength"]
    out = []
    for tokens in x.split(length):
        z = tokens @ w["router.weight"]
        mixed = torch.softmax(z, 0).T @ tokens
        answers = torch.stack([expert(w, mixed[e : e + 1], e, case["experts"])[0] for e in range(len(mixed))])
        out.append(torch.softmax(z, 1) @ answers)
    return torch.cat(out), None, {}


# ---- the classifier --------------------------------------------------------------------------


def expert(w, x, e, experts):
    part = slice(e * HIDDEN, (e + 1) * HIDDEN)
    inner = torch.relu(x @ w["experts.w1"][:, part] + w["experts.b1"][part])
    return inner @ w["experts.w2"][part] + w["experts.b2"][e]


def train(name, router, k, experts, tokens=24, balance=0.0, adam=False, rate=RATE, **given):
    rng = np.random.default_rng(given.pop("draws", 1))
    case = {"router": name, "topK": k, "experts": experts, "learningRate": rate, **given}
    case["x"] = rng.normal(size=(tokens, DIM)).round(4).tolist()
    case["labels"] = rng.integers(CLASSES, size=tokens).tolist()
    case["tokenIds"] = rng.integers(50, size=tokens).tolist()
    shapes = {
        "router.weight": (DIM, experts),
        "router.noise": (DIM, experts),
        "experts.w1": (DIM, experts * HIDDEN),
        "experts.b1": (experts * HIDDEN,),
        "experts.w2": (experts * HIDDEN, WIDTH),
        "experts.b2": (experts, WIDTH),
        "head.weight": (WIDTH, CLASSES),
        "head.bias": (CLASSES,),
    }
    unused = {"hash": ["router.weight"], "random": ["router.weight"]}.get(name, [])
    if name != "noisy-top-k":
        unused.append("router.noise")
    w = {
        key: torch.tensor((rng.normal(size=shape) * 0.5).round(4), requires_grad=True)
        for key, shape in shapes.items()
        if key not in unused
    }
    case["params"] = {key: value.detach().tolist() for key, value in w.items()}
    x, labels = torch.tensor(case["x"]), torch.tensor(case["labels"])
    baseline, losses, loads = 0.0, [], []
    moments = {key: (torch.zeros_like(v), torch.zeros_like(v)) for key, v in w.items()}
    for step in range(STEPS):
        gates, mask, more = router(w, x, k, step, case)
        if name == "soft":
            hidden = gates
        else:
            hidden = sum(gates[:, e : e + 1] * expert(w, x, e, experts) for e in range(experts))
        said = torch.log_softmax(hidden @ w["head.weight"] + w["head.bias"], 1)
        costs = -said[torch.arange(tokens), labels]
        loss = costs.mean()
        losses.append(float(loss.detach()))
        if mask is not None:
            loads.append((mask.sum(0) / mask.sum()).tolist())
        if "logProbability" in more:
            loss = loss + ((costs.detach() - baseline) * more["logProbability"]).mean()
            baseline = 0.95 * baseline + 0.05 * float(costs.detach().mean())
        if balance:
            share = mask.sum(0) / mask.sum()
            loss = loss + balance * experts * (share * more["scores"].mean(0)).sum()
        grads = torch.autograd.grad(loss, list(w.values()))
        for (key, value), grad in zip(w.items(), grads):
            if adam:
                m, v = moments[key]
                m = 0.9 * m + 0.1 * grad
                v = 0.999 * v + 0.001 * grad**2
                moments[key] = (m, v)
                move = (m / (1 - 0.9 ** (step + 1))) / (torch.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
            else:
                move = grad
            w[key] = (value - rate * move).detach().requires_grad_()
    return {**case, "balance": balance, "adam": adam, "losses": losses, "lastLoad": loads[-1] if loads else None}


def clear(*arguments, **given):
    """The first draw of data whose choices are all clear."""
    for draws in range(1, 4000):
        try:
            return train(*arguments, draws=draws, **given)
        except AssertionError:
            continue
    raise SystemExit(f"{arguments[0]}: no data with clear choices")


cases = [
    clear("softmax-top-k", softmax_top_k, 2, 4),
    clear("softmax-top-k-renormalised", renormalised, 2, 4),
    clear("top-k-softmax", top_k_softmax, 2, 4),
    clear("sigmoid-normalised", sigmoid_normalised, 2, 4),
    clear("noisy-top-k", noisy_top_k, 2, 4),
    clear("switch-top-1", switch, 1, 4, live={"jitter": 0.1}),
    clear("hash", hashed, 2, 4),
    clear("random", at_random, 2, 4),
    clear("expert-choice", expert_choice, 2, 4),
    clear("sinkhorn", sinkhorn, 1, 4),
    clear("base", base, 1, 2, tokens=6),
    clear("reinforce", reinforce, 2, 4),
    clear("gumbel", gumbel, 2, 4),
    clear("relu", relu, 2, 4),
    clear("soft", soft, 1, 4, sequenceLength=8),
]
classifier = clear("softmax-top-k", softmax_top_k, 2, 6, tokens=48, balance=0.1, adam=True, rate=0.02)


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(rounded({"seed": SEED, "cases": cases, "classifier": classifier})) + "\n")
print(path.name, path.stat().st_size)
for case in [*cases, classifier]:
    print(case["router"], case["losses"][0], case["losses"][-1], case["lastLoad"])
