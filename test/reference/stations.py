"""Reference numbers of stations 01 and 06 (PyTorch, double precision).

Values and gradients of the routers, losses and layers that the two stations use, and their first
ten training losses from the same initial values and the same batches: the seeded numbers are
drawn again here, from the hash that defines them.

Run: python3 test/reference/stations.py   (writes stations.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


# The hash of src/tensor/random.ts, by its definition (32-bit words).
def pcg(word):
    word &= 0xFFFFFFFF
    state = (word * 747796405 + 2891336453) & 0xFFFFFFFF
    mixed = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & 0xFFFFFFFF
    return (mixed >> 22) ^ mixed


def keyed(seed, purpose):
    key = pcg(seed)
    for letter in purpose:
        key = pcg(key ^ ord(letter))
    return key


def host_source(seed, purpose):
    key, count = keyed(seed, purpose), 0
    while True:
        yield pcg(key + pcg(count)) / 2**32
        count += 1


def host_normal(shape, deviation, seed, purpose):
    draw = host_source(seed, purpose)
    flat = [
        deviation * np.sqrt(-2 * np.log(1 - next(draw))) * np.cos(2 * np.pi * next(draw))
        for _ in range(int(np.prod(shape)))
    ]
    return torch.tensor(np.array(flat, dtype=np.float32).astype(float).reshape(shape))


def device_words(seed, stream, step, size):
    key = pcg(keyed(seed, stream) ^ step)
    return np.array([pcg(key + pcg(i)) for i in range(size)], dtype=np.uint64)


def device_normal(shape, seed, stream, step):
    size = int(np.prod(shape))
    fraction = (device_words(seed, stream, step, 2 * size) >> np.uint64(8)) / 2**24
    radius = np.sqrt(-2 * np.log(1 - fraction[0::2]))
    return torch.tensor((radius * np.cos(2 * np.pi * fraction[1::2])).reshape(shape))


def device_uniform(size, seed, stream, step):
    return (device_words(seed, stream, step, size) >> np.uint64(8)) / 2**24


def choose(values, k):
    order = torch.argsort(values.detach(), dim=1, descending=True, stable=True)[:, :k]
    return torch.zeros_like(values).scatter(1, order, 1.0)


def listed(tensor):
    return np.round(tensor.detach().numpy(), 9).tolist()


def gradients(value, *inputs):
    return [listed(g) for g in torch.autograd.grad(value, inputs)]


# ---- members ---------------------------------------------------------------------------------
rng = np.random.default_rng(11)
TOKENS, DIM, EXPERTS, HIDDEN, OUT, TOP_K = 12, 5, 6, 3, 4, 2


def leaf(*shape, scale=1.0):
    return torch.tensor((rng.normal(size=shape) * scale).round(4), requires_grad=True)


x = leaf(TOKENS, DIM)
weight = leaf(DIM, EXPERTS, scale=0.7)
on_gates = leaf(TOKENS, EXPERTS).detach()
on_scores = leaf(TOKENS, EXPERTS).detach()
bias = leaf(EXPERTS, scale=0.3).detach()

logits = x @ weight
scores = torch.softmax(logits, 1)
routers = []
for with_bias in (False, True):
    mask = choose(scores + bias if with_bias else scores, TOP_K)
    gates = torch.where(mask > 0, scores, torch.zeros_like(scores))
    noisy_mask = choose(scores + bias if with_bias else logits, TOP_K)
    kept = logits.masked_fill(noisy_mask == 0, -np.inf)
    noisy_gates = torch.softmax(kept, 1)
    for name, m, g in (("softmax-top-k", mask, gates), ("noisy-top-k", noisy_mask, noisy_gates)):
        value = (g * on_gates).sum() + (scores * on_scores).sum()
        grad_x, grad_weight = torch.autograd.grad(value, (x, weight), retain_graph=True)
        routers.append(
            dict(router=name, biased=with_bias, mask=listed(m), gates=listed(g),
                 gradX=listed(grad_x), gradWeight=listed(grad_weight))
        )

z = leaf(TOKENS, EXPERTS)
p = torch.softmax(z, 1)
m = choose(p, TOP_K)
g = p * m
f = m.sum(0) / m.sum()
switch = EXPERTS * sum(f[e] * p[:, e].mean() for e in range(EXPERTS))
importance = g.sum(0)
cv2 = importance.var(unbiased=False) / importance.mean() ** 2
log_sum = torch.log(torch.exp(z).sum(1))
z_loss = (log_sum**2).mean()
losses = {
    name: dict(value=float(v), gradLogits=listed(torch.autograd.grad(v, z, retain_graph=True)[0]))
    for name, v in (("switch", switch), ("importance", cv2), ("z-loss", z_loss))
}
moved_bias = [
    float(b) + 0.01 * float(np.sign(1 / EXPERTS - share)) for b, share in zip(bias, f)
]

w1, b1 = leaf(EXPERTS, DIM, HIDDEN), leaf(EXPERTS, HIDDEN)
w2, b2 = leaf(EXPERTS, HIDDEN, OUT), leaf(EXPERTS, OUT)
gate = leaf(TOKENS, EXPERTS)
answer = 0
for e in range(EXPERTS):
    answer = answer + gate[:, e : e + 1] * (torch.relu(x @ w1[e] + b1[e]) @ w2[e] + b2[e])
weights_out = leaf(TOKENS, OUT).detach()
names = ["x", "gates", "w1", "b1", "w2", "b2"]
expert_layer = dict(
    answer=listed(answer),
    weightsOut=listed(weights_out),
    w1=listed(w1), b1=listed(b1), w2=listed(w2), b2=listed(b2), gates=listed(gate),
    grads=dict(zip(names, gradients((answer * weights_out).sum(), x, gate, w1, b1, w2, b2))),
)

# Capacity: tokens · k / experts · factor, whoever comes first.
capacity = []
for factor in (0.5, 1.0, 1.3, 4.0):
    room = int(np.floor(factor * TOKENS * TOP_K / EXPERTS + 1e-9))
    taken, kept_mask = np.zeros(EXPERTS), np.zeros((TOKENS, EXPERTS))
    for t in range(TOKENS):
        for e in range(EXPERTS):
            if m[t, e] > 0 and taken[e] < room:
                kept_mask[t, e] = 1
                taken[e] += 1
    capacity.append(dict(factor=factor, kept=kept_mask.tolist()))

members = dict(
    topK=TOP_K, x=listed(x), weight=listed(weight), bias=listed(bias),
    onGates=listed(on_gates), onScores=listed(on_scores), routers=routers,
    z=listed(z), mask=listed(m), losses=losses, biasAfter=moved_bias, biasRate=0.01,
    experts=expert_layer, capacity=capacity,
)


# ---- station 01: ten losses ------------------------------------------------------------------
def one_hidden_layer(seed, hidden, activation, rate):
    draw = host_source(seed, "hidden")
    slopes = []
    for _ in range(hidden):
        sign = -1 if next(draw) < 0.5 else 1
        slopes.append(sign * (1 + 2 * next(draw)))
    slopes = np.array(slopes, dtype=np.float32).astype(float)
    kinks = [-1 + 2 * (i + next(draw)) / hidden for i in range(hidden)]
    offsets = np.array([-s * k for s, k in zip(slopes, kinks)], dtype=np.float32).astype(float)
    draw = host_source(seed, "out")
    size = hidden**-0.5
    out = [-size + 2 * size * next(draw) for _ in range(hidden)]
    params = [
        torch.tensor(slopes, requires_grad=True),
        torch.tensor(offsets, requires_grad=True),
        torch.tensor(np.array(out, dtype=np.float32).astype(float), requires_grad=True),
        torch.zeros(1, requires_grad=True),
    ]
    grid = torch.linspace(-1, 1, 128)
    target = 0.6 * torch.sin(np.pi * grid) + 0.35 * torch.cos(3 * np.pi * grid)
    optimizer = torch.optim.Adam(params, lr=rate)
    losses = []
    for _ in range(10):
        before = grid[:, None] * params[0] + params[1]
        units = {"relu": torch.relu, "tanh": torch.tanh, "square": torch.square}[activation](before)
        loss = ((units @ params[2] + params[3] - target) ** 2).mean()
        losses.append(float(loss))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return dict(
        seed=seed, hidden=hidden, activation=activation, learningRate=rate, rateSteps=0, losses=losses
    )


# ---- station 06: ten losses ------------------------------------------------------------------
def moe_balance(
    seed, balancer, alpha, rate=0.02, k=2, experts=8, capacity_factor=8.0, z=0.0, router="softmax-top-k",
    deviation=0.3, learn=True, common=1.0, skew=0.0,
):
    clusters, dim, out, hidden, tokens = 16, 8, 4, 8, 128
    shared = host_normal((1, dim), 1, seed, "clusters.shared")
    goal = host_normal((1, out), 1, seed, "clusters.common")
    centers = host_normal((clusters, dim), 1, seed, "clusters.centers") + shared * 4 * common / shared.norm()
    answers = host_normal((clusters, out), 0.6, seed, "clusters.answers") + goal * 4 * common / goal.norm()
    maps = host_normal((clusters, dim, out), 0.6 * dim**-0.5, seed, "clusters.maps")
    weight = host_normal((dim, experts), deviation, seed, "router.weight").requires_grad_()
    w1 = host_normal((dim, experts * hidden), dim**-0.5, seed, "experts.w1").requires_grad_()
    b1 = torch.zeros(experts * hidden, requires_grad=True)
    w2 = host_normal((experts * hidden, out), 0.1, seed, "experts.w2").requires_grad_()
    b2 = torch.zeros(experts, out, requires_grad=True)
    optimizer = torch.optim.Adam([weight] + ([w1, b1, w2, b2] if learn else []), lr=rate)
    shares = np.arange(1, clusters + 1) ** -skew
    borders = np.cumsum(shares / shares.sum())[:-1]
    bias = torch.zeros(experts)
    rows = []
    for step in range(10):
        drawn = device_uniform(tokens, seed, "clusters.ids", step)
        ids = torch.tensor((drawn[:, None] > borders).sum(1))
        place = device_normal((tokens, dim), seed, "clusters.place", step)
        x = centers[ids] + 0.5 * place
        y = answers[ids] + (place[:, :, None] * maps[ids]).sum(1)
        logits = x @ weight
        scores = torch.softmax(logits, 1)
        mask = choose(scores + bias if balancer == "bias" else scores, k)
        room = np.floor(capacity_factor * tokens * k / experts)
        kept = mask * (mask.cumsum(0) <= room)
        gates = scores * mask
        if router == "softmax-top-k-renormalised":
            gates = gates / gates.sum(1, keepdim=True)
        gates = gates * kept
        prediction = 0
        for e in range(experts):
            part = slice(e * hidden, (e + 1) * hidden)
            h = torch.relu(x @ w1[:, part] + b1[part])
            prediction = prediction + gates[:, e : e + 1] * (h @ w2[part] + b2[e])
        task = ((prediction - y) ** 2).mean() / 0.72
        load = mask.sum(0) / mask.sum()
        balance = torch.zeros(())
        if balancer == "switch":
            balance = experts * (load * scores.mean(0)).sum()
        if balancer == "importance":
            total = (scores * mask).sum(0)
            balance = total.var(unbiased=False) / total.mean() ** 2
        objective = task + alpha * balance + z * (torch.logsumexp(logits, 1) ** 2).mean()
        rows.append(dict(loss=float(task), load=listed(load), dropped=float(1 - kept.sum() / mask.sum())))
        optimizer.zero_grad()
        objective.backward()
        optimizer.step()
        if balancer == "bias":
            bias = bias + 0.003 * torch.sign(1 / experts - load)
    return dict(
        seed=seed, balancer=balancer, balanceStrength=alpha, learningRate=rate, topK=k,
        capacityFactor=capacity_factor, zLoss=z, router=router, routerDeviation=deviation,
        expertsLearn=learn, common=common, skew=skew, rows=rows,
    )


reference = dict(
    members=members,
    oneHiddenLayer=[
        one_hidden_layer(3, 16, "relu", 0.01),
        one_hidden_layer(5, 7, "tanh", 0.03),
        one_hidden_layer(9, 12, "square", 0.01),
    ],
    moeBalance=[
        moe_balance(1, "none", 0.0),
        moe_balance(2, "switch", 1.0),
        moe_balance(3, "importance", 0.1, k=1),
        moe_balance(4, "bias", 0.0, capacity_factor=1.25, z=0.001),
        moe_balance(5, "switch", 0.1, router="softmax-top-k-renormalised", deviation=0.05, skew=1.5),
        moe_balance(6, "none", 0.0, learn=False, common=0.5),
    ],
)
path = pathlib.Path(__file__).with_name("stations.json")
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
