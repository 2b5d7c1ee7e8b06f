"""Ten training losses in a row of two tiny language models (PyTorch, double precision).

"latent": latent attention, one dense and one sparse layer (sigmoid router, shared expert,
sequence-wise loss), sequential multi-token module; AdamW, clipping, warm-up and cosine.
"grouped": grouped-query attention, tied head, every second layer sparse (selection bias moved
after each step), two parallel heads; gradient descent with momentum.

Batches, initial values, the losses of each step, the norm of its gradients and all gradients of
the first step are written; the optimizers are PyTorch's own. Choices of experts must be clear:
the script stops if two scores at the border are closer than 1e-4.

Run: python3 test/reference/transformer-training.py   (writes transformer-training.json beside it)
"""

import importlib.util
import json
import math
import pathlib

import numpy as np
import torch

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("layers", here / "transformer-layers.py")
layers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(layers)

STEPS, SEQUENCES, LENGTH = 10, 2, 6
rng = layers.rng = np.random.default_rng(5)
closest = math.inf


def rand(*shape, scale):
    return torch.tensor((rng.normal(size=shape) * scale).round(4))


def sentences(vocabulary):
    """Something to learn: the next word is 2 t + 1 modulo the vocabulary, but one time in five."""
    rows = []
    for _ in range(STEPS * SEQUENCES):
        row = [int(rng.integers(vocabulary))]
        while len(row) < LENGTH + 1:
            surprise = rng.random() < 0.2
            row.append(int(rng.integers(vocabulary)) if surprise else (2 * row[-1] + 1) % vocabulary)
        rows.append(row)
    return torch.tensor(rows).reshape(STEPS, SEQUENCES, LENGTH + 1)


def pick(params, prefix):
    return {k[len(prefix) + 1 :]: v for k, v in params.items() if k.startswith(prefix + ".")}


def mixture(x, p, moe, bias):
    """x [tokens, dim] → answer, chosen experts, scores. The bias chooses, the scores weigh."""
    global closest
    scores = torch.sigmoid(x @ p["router.weight"])
    ranked = torch.sort(scores.detach() + bias, dim=1, descending=True)
    k = moe["topK"]
    closest = min(closest, (ranked.values[:, k - 1] - ranked.values[:, k]).min().item())
    chosen = ranked.indices[:, :k]
    y = []
    for t, token in enumerate(x):
        total, out = scores[t, chosen[t]].sum(), 0
        for e in chosen[t].tolist():
            at = slice(e * moe["hidden"], (e + 1) * moe["hidden"])
            expert = layers.swiglu(token, p["experts.w1"][:, at], p["experts.w3"][:, at], p["experts.w2"][at])
            out = out + scores[t, e] / total * expert
        if moe.get("shared"):
            out = out + layers.swiglu(token, p["shared.w1"], p["shared.w3"], p["shared.w2"])
        y.append(out)
    return torch.stack(y), chosen, scores


def sequence_wise(scores, length, moe):
    total = 0
    for seq in scores.split(length):
        best = torch.argsort(seq.detach(), dim=1, descending=True)[:, : moe["topK"]]
        f = torch.bincount(best.flatten(), minlength=moe["experts"]) * moe["experts"] / (moe["topK"] * length)
        total = total + (f * (seq / seq.sum(1, keepdim=True)).mean(0)).sum()
    return total / (len(scores) // length)


def block(x, p, config, sparse, bias, length):
    """x [sequences, length, dim] → the stream behind it, and what was routed."""
    a, own = config["attention"], pick(p, "attention")
    quiet = layers.rms_norm(x, p["norm.attention.weight"])
    if a["kind"] == "latent":
        y, _ = layers.latent_attention(
            quiet, own, a["heads"], a["headWidth"], a["rotaryWidth"], a.get("queryRank"), a["rotaryBase"]
        )
    else:
        y, _ = layers.attention(
            quiet, own, a["heads"], a["keyValueHeads"], a["headWidth"], a["rotaryBase"], a["queryKeyNorm"]
        )
    x = x + y.reshape(x.shape)
    flat = layers.rms_norm(x, p["norm.feedForward.weight"]).reshape(-1, config["dim"])
    if not sparse:
        return x + layers.swiglu(flat, p["feedForward.w1"], p["feedForward.w3"], p["feedForward.w2"]).reshape(x.shape), None
    y, chosen, scores = mixture(flat, pick(p, "moe"), config["moe"], bias)
    return x + y.reshape(x.shape), (chosen, scores)


def sparse_layers(config):
    first, every = config.get("firstDense", 0), config.get("sparseEvery", 1)
    return [layer >= first and (layer - first + 1) % every == 0 for layer in range(config["layers"])]


def head(p, x):
    return x @ (p["head.weight"] if "head.weight" in p else p["embedding.weight"].T)


def losses(p, tokens, config, extra, biases, balance_strength):
    """deepseekv3, eq. 21-25, or gloeckle2024, eq. 2; also the choices of each sparse block."""
    inputs, length = tokens[:, :LENGTH], LENGTH
    x, routed, balance = p["embedding.weight"][inputs], {}, []
    for layer, sparse in enumerate(sparse_layers(config)):
        x, choice = block(x, pick(p, f"layers.{layer}"), config, sparse, biases.get(layer, 0), length)
        if choice:
            routed[layer] = choice[0]
            balance.append(sequence_wise(choice[1], length, config["moe"]))
    logits = head(p, layers.rms_norm(x, p["norm.weight"]))
    task = torch.nn.functional.cross_entropy(logits.reshape(-1, config["vocabulary"]), tokens[:, 1:].reshape(-1))
    further, state = 0, x
    for module in range(extra["depths"]):
        k, own = module + 1, pick(p, f"mtp.{module}")
        left = length - k
        if extra["kind"] == "sequential":
            before = layers.rms_norm(state[:, :left], own["norm.hidden.weight"])
            seen = layers.rms_norm(p["embedding.weight"][tokens[:, k : k + left]], own["norm.embedding.weight"])
            start = torch.cat([before, seen], -1) @ own["projection"]
        else:
            start = x[:, :left]
        number = config["layers"] + module
        state, choice = block(start, pick(own, "block"), config, True, biases.get(number, 0), left)
        routed[number] = choice[0]
        log_p = torch.log_softmax(head(p, layers.rms_norm(state, own["norm.output.weight"])), -1)
        for s in range(SEQUENCES):
            for i in range(left):
                further = further - log_p[s, i, tokens[s, i + k + 1]] / (SEQUENCES * length)
    further = further * extra["weight"] / extra["depths"]
    balance = sum(balance) / len(balance)
    total = task + balance_strength * balance + further
    return total, {"task": task, "balance": balance, "further": further, "total": total}, routed


def initial(config, extra):
    d, a, moe = config["dim"], config["attention"], config["moe"]

    def attention_params():
        if a["kind"] == "latent":
            return layers.latent_params(a["heads"], a["headWidth"], a["keyValueRank"], a["rotaryWidth"], a.get("queryRank"))
        return layers.attention_params(a["heads"], a["keyValueHeads"], a["headWidth"], a["queryKeyNorm"])

    def block_params(sparse):
        p = {f"attention.{k}": v for k, v in attention_params().items()}
        p["norm.attention.weight"] = 1 + rand(d, scale=0.2)
        p["norm.feedForward.weight"] = 1 + rand(d, scale=0.2)
        if not sparse:
            h = config["hidden"]
            shapes = {"feedForward.w1": (d, h), "feedForward.w3": (d, h), "feedForward.w2": (h, d)}
        else:
            e, h, s = moe["experts"], moe["hidden"], moe.get("shared", 0)
            shapes = {
                "moe.router.weight": (d, e),
                "moe.experts.w1": (d, e * h),
                "moe.experts.w3": (d, e * h),
                "moe.experts.w2": (e * h, d),
            }
            if s:
                shapes |= {"moe.shared.w1": (d, s * h), "moe.shared.w3": (d, s * h), "moe.shared.w2": (s * h, d)}
        return p | {name: rand(*shape, scale=0.4) for name, shape in shapes.items()}

    p = {"embedding.weight": rand(config["vocabulary"], d, scale=0.7), "norm.weight": 1 + rand(d, scale=0.2)}
    for layer, sparse in enumerate(sparse_layers(config)):
        p |= {f"layers.{layer}.{k}": v for k, v in block_params(sparse).items()}
    if not config.get("tied"):
        p["head.weight"] = rand(d, config["vocabulary"], scale=0.35)
    for module in range(extra["depths"]):
        own = {f"block.{k}": v for k, v in block_params(True).items()}
        own["norm.output.weight"] = 1 + rand(d, scale=0.2)
        if extra["kind"] == "sequential":
            own["norm.hidden.weight"] = 1 + rand(d, scale=0.2)
            own["norm.embedding.weight"] = 1 + rand(d, scale=0.2)
            own["projection"] = rand(2 * d, d, scale=0.3)
        p |= {f"mtp.{module}.{k}": v for k, v in own.items()}
    return p


def train(config, extra, training):
    global closest
    closest = math.inf
    p = initial(config, extra)
    kept = {name: value.tolist() for name, value in p.items()}
    tokens = sentences(config["vocabulary"])
    for value in p.values():
        value.requires_grad_(True)
    moe = config["moe"]
    sparse = [i for i, s in enumerate(sparse_layers(config)) if s] + [config["layers"] + m for m in range(extra["depths"])]
    biases = {i: torch.zeros(moe["experts"]) for i in sparse}
    if training["optimizer"] == "adamw":
        groups = [
            {"params": [v for v in p.values() if v.dim() >= 2], "weight_decay": 0.1},
            {"params": [v for v in p.values() if v.dim() < 2], "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.999), eps=1e-8)
    else:
        optimizer = torch.optim.SGD(p.values(), lr=1.0, momentum=0.9)

    rows, first = [], {}
    for step in range(STEPS):
        factor = 1.0
        if "warmUpSteps" in training:
            warm, to, floor = training["warmUpSteps"], training["to"], training["floor"]
            past = min(max((step - warm) / (to - warm), 0), 1)
            factor = min(1, (step + 1) / warm) * (floor + (1 - floor) * (1 + math.cos(math.pi * past)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = training["learningRate"] * factor
        optimizer.zero_grad()
        total, parts, routed = losses(p, tokens[step], config, extra, biases, training["balanceStrength"])
        total.backward()
        if step == 0:
            first = {name: value.grad.tolist() for name, value in p.items()}
        norm = torch.nn.utils.clip_grad_norm_(list(p.values()), training.get("clip", math.inf))
        rows.append({**{k: v.item() for k, v in parts.items()}, "norm": norm.item(), "rate": group["lr"]})
        optimizer.step()
        if training.get("biasRate"):
            for i, chosen in routed.items():
                load = torch.bincount(chosen.flatten(), minlength=moe["experts"]) / chosen.numel()
                biases[i] = biases[i] + training["biasRate"] * torch.sign(1 / moe["experts"] - load)
    assert closest > 1e-4, f"a choice of experts is too close to call: {closest}"
    print(f"closest choice {closest:.2e}; total loss {rows[0]['total']:.4f} → {rows[-1]['total']:.4f}")
    return {
        "config": config,
        "extra": extra,
        "training": training,
        "tokens": tokens.tolist(),
        "params": kept,
        "firstGrads": first,
        "steps": rows,
        "biases": {i: b.tolist() for i, b in biases.items()},
    }


runs = {
    "latent": train(
        {
            "vocabulary": 11,
            "dim": 8,
            "layers": 2,
            "firstDense": 1,
            "hidden": 10,
            "attention": {
                "kind": "latent",
                "heads": 2,
                "headWidth": 4,
                "keyValueRank": 5,
                "queryRank": 6,
                "rotaryWidth": 2,
                "rotaryBase": 100,
            },
            "moe": {"experts": 4, "topK": 2, "hidden": 4, "shared": 1},
        },
        {"kind": "sequential", "depths": 2, "weight": 0.3},
        {
            "optimizer": "adamw",
            "learningRate": 0.02,
            "balanceStrength": 0.05,
            "clip": 1.0,
            "warmUpSteps": 3,
            "to": 9,
            "floor": 0.1,
        },
    ),
    "grouped": train(
        {
            "vocabulary": 9,
            "dim": 8,
            "layers": 2,
            "sparseEvery": 2,
            "hidden": 10,
            "tied": True,
            "attention": {
                "kind": "heads",
                "heads": 4,
                "keyValueHeads": 2,
                "headWidth": 4,
                "rotaryBase": 100,
                "queryKeyNorm": True,
            },
            "moe": {"experts": 4, "topK": 2, "hidden": 4},
        },
        {"kind": "parallel", "depths": 2, "weight": 2.0},
        {"optimizer": "momentum", "learningRate": 0.03, "balanceStrength": 0.0, "biasRate": 0.01},
    ),
}


def rounded(value):
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return float(f"{value:.8g}") if isinstance(value, float) else value


target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(json.dumps(rounded(runs)) + "\n")
print(target.name, target.stat().st_size, "bytes")
