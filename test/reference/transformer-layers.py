"""Reference numbers of the transformer's parts (PyTorch, double precision).

For each case: inputs, parameters, outputs, and the gradients of sum(y * onY) with respect to
every input and parameter. Written apart from the TypeScript: rotary positions are complex
numbers, heads are a loop, masks are infinities, gradients are PyTorch's.

Run: python3 test/reference/transformer-layers.py   (writes transformer-layers.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(11)
SEQUENCES, LENGTH, DIM = 2, 5, 8
EPSILON = 1e-6
cases = {}


def rand(*shape, scale=1.0):
    return torch.tensor((rng.normal(size=shape) * scale).round(4))


def record(name, config, inputs, params, forward, extra=None):
    """Runs forward(inputs, params) → y or (y, more outputs) and keeps values and gradients."""
    leaves = {**inputs, **params}
    for leaf in leaves.values():
        leaf.requires_grad_(True)
    result = forward(inputs, params)
    y, more = result if isinstance(result, tuple) else (result, {})
    on_y = rand(*y.shape) if y.dim() else torch.tensor(1.0)
    grads = torch.autograd.grad((y * on_y).sum(), list(leaves.values()))
    cases[name] = {
        "config": config,
        "inputs": {key: value.tolist() for key, value in inputs.items()},
        "params": {key: value.tolist() for key, value in params.items()},
        "y": y.tolist(),
        "more": {key: value.tolist() for key, value in more.items()},
        "onY": on_y.tolist(),
        "grads": {key: grad.tolist() for key, grad in zip(leaves, grads)},
        **(extra or {}),
    }


def rms_norm(x, weight):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + EPSILON) * weight


def rope(x, first=0, base=10000.0):
    """x [..., positions, width] as complex numbers, each multiplied by e^(i · angle)."""
    positions, width = x.shape[-2:]
    speeds = base ** (-torch.arange(0, width, 2) / width)
    angles = torch.outer(torch.arange(first, first + positions).double(), speeds)
    turned = torch.view_as_complex(x.reshape(*x.shape[:-1], width // 2, 2)) * torch.polar(
        torch.ones_like(angles), angles
    )
    return torch.view_as_real(turned).reshape(x.shape)


def softmax_rows(scores, causal=True):
    if causal:
        queries, keys = scores.shape
        later = torch.triu(torch.ones(queries, keys), diagonal=1).bool()
        scores = scores.masked_fill(later, float("-inf"))
    return torch.softmax(scores, dim=-1)


def attention(x, p, heads, kv_heads, width, base=None, qk_norm=False, causal=True):
    """One sequence after another, one head after another. x [sequences, length, dim]."""
    y, all_weights = [], []
    for seq in x:
        outs = []
        for head in range(heads):
            kv = head * kv_heads // heads
            q = (seq @ p["query"])[:, head * width : (head + 1) * width]
            k = (seq @ p["key"])[:, kv * width : (kv + 1) * width]
            v = (seq @ p["value"])[:, kv * width : (kv + 1) * width]
            if qk_norm:
                q, k = rms_norm(q, p["queryNorm.weight"]), rms_norm(k, p["keyNorm.weight"])
            if base:
                q, k = rope(q, base=base), rope(k, base=base)
            weights = softmax_rows(q @ k.T / width**0.5, causal)
            all_weights.append(weights)
            outs.append(weights @ v)
        y.append(torch.cat(outs, dim=-1) @ p["output"])
    return torch.cat(y), torch.stack(all_weights)


def attention_params(heads, kv_heads, width, qk_norm=False):
    p = {
        "query": rand(DIM, heads * width, scale=0.6),
        "key": rand(DIM, kv_heads * width, scale=0.6),
        "value": rand(DIM, kv_heads * width, scale=0.6),
        "output": rand(heads * width, DIM, scale=0.6),
    }
    if qk_norm:
        p["queryNorm.weight"] = 1 + rand(width, scale=0.3)
        p["keyNorm.weight"] = 1 + rand(width, scale=0.3)
    return p


def latent_attention(x, p, heads, width, rotary, query_rank, base=10000.0):
    y, all_weights, latents, rotary_keys = [], [], [], []
    for seq in x:
        c = rms_norm(seq @ p["down.keyValue"], p["norm.keyValue.weight"])
        k_r = rope(seq @ p["rotary.key"], base=base)
        c_q = rms_norm(seq @ p["down.query"], p["norm.query.weight"]) if query_rank else seq
        outs = []
        for head in range(heads):
            at = slice(head * width, (head + 1) * width)
            at_r = slice(head * rotary, (head + 1) * rotary)
            q = torch.cat([(c_q @ p["up.query"])[:, at], rope((c_q @ p["rotary.query"])[:, at_r], base=base)], -1)
            k = torch.cat([(c @ p["up.key"])[:, at], k_r], -1)
            weights = softmax_rows(q @ k.T / (width + rotary) ** 0.5)
            all_weights.append(weights)
            outs.append(weights @ (c @ p["up.value"])[:, at])
        y.append(torch.cat(outs, -1) @ p["output"])
        latents.append(c)
        rotary_keys.append(k_r)
    return torch.cat(y), {
        "weights": torch.stack(all_weights),
        "latent": torch.stack(latents),
        "rotaryKey": torch.stack(rotary_keys),
    }


def latent_params(heads, width, rank, rotary, query_rank):
    source = query_rank or DIM
    p = {
        "down.keyValue": rand(DIM, rank, scale=0.5),
        "norm.keyValue.weight": 1 + rand(rank, scale=0.3),
        "up.key": rand(rank, heads * width, scale=0.6),
        "up.value": rand(rank, heads * width, scale=0.6),
        "rotary.key": rand(DIM, rotary, scale=0.5),
        "up.query": rand(source, heads * width, scale=0.6),
        "rotary.query": rand(source, heads * rotary, scale=0.6),
        "output": rand(heads * width, DIM, scale=0.6),
    }
    if query_rank:
        p["down.query"] = rand(DIM, query_rank, scale=0.5)
        p["norm.query.weight"] = 1 + rand(query_rank, scale=0.3)
    return p


def routed_attention(x, p, heads, top_k, width, base):
    """Only the chosen heads of each token are computed."""
    y = []
    for seq in x:
        k, v = rope(seq @ p["key"], base=base), seq @ p["value"]
        scores = torch.softmax(seq @ p["router.weight"], -1)
        queries = [rope((seq @ p["query"])[:, h * width : (h + 1) * width], base=base) for h in range(heads)]
        for t in range(LENGTH):
            chosen = torch.argsort(scores[t].detach(), descending=True)[:top_k]
            total = 0
            for h in chosen.tolist():
                weights = torch.softmax(queries[h][t] @ k[: t + 1].T / width**0.5, -1)
                total = total + scores[t, h] * (weights @ v[: t + 1]) @ p["output"][h * width : (h + 1) * width]
            y.append(total)
    return torch.stack(y)


def swiglu(x, w1, w3, w2):
    return (torch.nn.functional.silu(x @ w1) * (x @ w3)) @ w2


def mixture(x, p, hidden, top_k, shared):
    """DeepSeek-V3's layer, token by token, only the chosen experts. x [tokens, dim]."""
    y, scores = [], torch.sigmoid(x @ p["router.weight"])
    for t, token in enumerate(x):
        chosen = torch.argsort(scores[t].detach(), descending=True)[:top_k]
        total = scores[t, chosen].sum()
        out = 0
        for e in chosen.tolist():
            at = slice(e * hidden, (e + 1) * hidden)
            out = out + scores[t, e] / total * swiglu(
                token, p["experts.w1"][:, at], p["experts.w3"][:, at], p["experts.w2"][at]
            )
        if shared:
            out = out + swiglu(token, p["shared.w1"], p["shared.w3"], p["shared.w2"])
        y.append(out)
    return torch.stack(y)


def sequence_loss(x, p, experts, top_k, length):
    """deepseekv3, eq. 17-20, mean over the sequences."""
    scores, total = torch.sigmoid(x @ p["router.weight"]), 0
    for seq in scores.split(length):
        order = torch.argsort(seq.detach(), dim=1, descending=True)[:, :top_k]
        f = torch.bincount(order.flatten(), minlength=experts) * experts / (top_k * length)
        total = total + (f * (seq / seq.sum(1, keepdim=True)).mean(0)).sum()
    return total / (len(scores) // length)


if __name__ == "__main__":
    record(
        "rms-norm",
        {},
        {"x": rand(4, 6)},
        {"weight": 1 + rand(6, scale=0.3)},
        lambda i, p: rms_norm(i["x"], p["weight"]),
    )
    record("rope", {"first": 3, "base": 100}, {"x": rand(2, 4, 6)}, {}, lambda i, p: rope(i["x"], 3, 100.0))

    for name, heads, kv_heads, base, qk_norm, causal in [
        ("attention-mha", 4, 4, 10000, False, True),
        ("attention-gqa-norm", 4, 2, 100, True, True),
        ("attention-mqa-two-ways", 4, 1, None, False, False),
    ]:
        width = 4 if name == "attention-gqa-norm" else DIM // heads

        def run(i, p, heads=heads, kv_heads=kv_heads, base=base, qk_norm=qk_norm, causal=causal, width=width):
            x = i["x"].reshape(SEQUENCES, LENGTH, DIM)
            y, weights = attention(x, p, heads, kv_heads, width, base, qk_norm, causal)
            return y, {"weights": weights}

        config = {
            "dim": DIM,
            "heads": heads,
            "keyValueHeads": kv_heads,
            "headWidth": width,
            "queryKeyNorm": qk_norm,
            "causal": causal,
            **({"rotaryBase": base} if base else {}),
        }
        params = attention_params(heads, kv_heads, width, qk_norm)
        record(name, config, {"x": rand(SEQUENCES * LENGTH, DIM)}, params, run, {"sequenceLength": LENGTH})

    for name, query_rank in [("latent", 6), ("latent-lite", None)]:
        heads, width, rank, rotary = 3, 4, 5, 2

        def run_latent(i, p, query_rank=query_rank):
            x = i["x"].reshape(SEQUENCES, LENGTH, DIM)
            return latent_attention(x, p, heads, width, rotary, query_rank, 100.0)

        config = {
            "dim": DIM,
            "heads": heads,
            "headWidth": width,
            "keyValueRank": rank,
            "rotaryWidth": rotary,
            "rotaryBase": 100,
            **({"queryRank": query_rank} if query_rank else {}),
        }
        params = latent_params(heads, width, rank, rotary, query_rank)
        record(name, config, {"x": rand(SEQUENCES * LENGTH, DIM)}, params, run_latent, {"sequenceLength": LENGTH})

    heads, top_k, width = 6, 2, 4
    record(
        "routed-attention",
        {"dim": DIM, "experts": heads, "topK": top_k, "headWidth": width, "rotaryBase": 100},
        {"x": rand(SEQUENCES * LENGTH, DIM)},
        {
            "router.weight": rand(DIM, heads, scale=0.8),
            "query": rand(DIM, heads * width, scale=0.6),
            "key": rand(DIM, width, scale=0.6),
            "value": rand(DIM, width, scale=0.6),
            "output": rand(heads * width, DIM, scale=0.6),
        },
        lambda i, p: routed_attention(i["x"].reshape(SEQUENCES, LENGTH, DIM), p, heads, top_k, width, 100.0),
        {"sequenceLength": LENGTH},
    )

    vocabulary, tokens, targets = 7, [3, 0, 6, 3, 1], [0, 6, 3, 1, 2]
    record(
        "embedding",
        {"tokens": tokens},
        {},
        {"weight": rand(vocabulary, DIM)},
        lambda i, p: p["weight"][tokens],
    )
    record(
        "cross-entropy",
        {"targets": targets},
        {"logits": rand(5, vocabulary, scale=2)},
        {},
        lambda i, p: torch.nn.functional.cross_entropy(i["logits"], torch.tensor(targets)),
    )

    hidden = 5
    record(
        "feed-forward",
        {"dim": DIM, "hidden": hidden},
        {"x": rand(6, DIM)},
        {"w1": rand(DIM, hidden), "w3": rand(DIM, hidden), "w2": rand(hidden, DIM)},
        lambda i, p: swiglu(i["x"], p["w1"], p["w3"], p["w2"]),
    )

    experts, top_k, shared, hidden = 6, 2, 1, 3
    record(
        "sparse-layer",
        {"dim": DIM, "experts": experts, "topK": top_k, "shared": shared, "hidden": hidden},
        {"x": rand(SEQUENCES * LENGTH, DIM)},
        {
            "router.weight": rand(DIM, experts, scale=0.8),
            "experts.w1": rand(DIM, experts * hidden, scale=0.6),
            "experts.w3": rand(DIM, experts * hidden, scale=0.6),
            "experts.w2": rand(experts * hidden, DIM, scale=0.6),
            "shared.w1": rand(DIM, shared * hidden, scale=0.6),
            "shared.w3": rand(DIM, shared * hidden, scale=0.6),
            "shared.w2": rand(shared * hidden, DIM, scale=0.6),
        },
        lambda i, p: (
            mixture(i["x"], p, hidden, top_k, shared),
            {"balance": sequence_loss(i["x"], p, experts, top_k, LENGTH)},
        ),
        {"sequenceLength": LENGTH},
    )

    def rounded(value):
        if isinstance(value, list):
            return [rounded(v) for v in value]
        if isinstance(value, dict):
            return {k: rounded(v) for k, v in value.items()}
        return float(f"{value:.9g}") if isinstance(value, float) else value

    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(rounded(cases)) + "\n")
    print(target.name, target.stat().st_size, "bytes,", len(cases), "cases")
