import functools

import torch
import torch.nn.functional as F

from moe import balance, mixed, routed


@functools.lru_cache(maxsize=None)
def tables(length, width):
    """Cosine and sine of each plane's angle at each position, and −∞ at later positions."""
    speeds = 10_000.0 ** (-2 * torch.arange(width // 2, dtype=torch.float64) / width)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * speeds
    mask = torch.full((length, length), float("-inf")).triu(1)
    return angles.cos().float(), angles.sin().float(), mask


def norm(x, weight):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight


def split(x, heads, length):
    """[rows, heads · width] → [sequences, heads, length, width]"""
    return x.reshape(-1, length, heads, x.shape[1] // heads).transpose(1, 2)


def join(x):
    sequences, heads, length, width = x.shape
    return x.transpose(1, 2).reshape(sequences * length, heads * width)


def rotate(x, cos, sin):
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), dim=-1).flatten(-2)


def by_heads(config, part, x):
    heads, length, width = config["heads"], config["length"], config["dim"] // config["heads"]
    cos, sin, mask = tables(length, width)
    query, key, value = (split(x @ part(name), heads, length) for name in ("query", "key", "value"))
    scores = rotate(query, cos, sin) @ rotate(key, cos, sin).transpose(-1, -2)
    weights = torch.softmax(scores * width**-0.5 + mask, dim=-1)
    return join(weights @ value) @ part("output")


def latent(config, part, x):
    heads, length, turned = config["heads"], config["length"], config["rotaryWidth"]
    width = config["dim"] // heads
    cos, sin, mask = tables(length, turned)
    shared = norm(x @ part("down.keyValue"), part("norm.keyValue.weight"))
    rotary_key = rotate(split(x @ part("rotary.key"), 1, length), cos, sin)
    rotary = rotate(split(x @ part("rotary.query"), heads, length), cos, sin)
    query = split(x @ part("up.query"), heads, length)
    key = split(shared @ part("up.key"), heads, length)
    scores = query @ key.transpose(-1, -2) + rotary @ rotary_key.transpose(-1, -2)
    weights = torch.softmax(scores * (width + turned) ** -0.5 + mask, dim=-1)
    return join(weights @ split(shared @ part("up.value"), heads, length)) @ part("output")


def mixture(config, own, x):
    top_k = config["topK"]
    scores, chosen, gates = routed(x, own("moe.router.weight"), top_k)

    def answer(expert, rows):
        w1, w3, w2 = (own(f"moe.experts.{name}.{expert}") for name in ("w1", "w3", "w2"))
        return (F.silu(rows @ w1) * (rows @ w3)) @ w2

    return mixed(x, chosen, gates, config["experts"], answer), balance(scores, chosen, top_k)


def loss(config, params, data):
    x = F.embedding(data["tokens"].long(), params["embedding.weight"])
    attend = by_heads if config["attention"] == "heads" else latent
    balances = []
    for layer in range(config["layers"]):
        own = lambda name: params[f"layers.{layer}.{name}"]
        part = lambda name: own(f"attention.{name}")
        x = x + attend(config, part, norm(x, own("norm.attention.weight")))
        y, unevenness = mixture(config, own, norm(x, own("norm.feedForward.weight")))
        x = x + y
        balances.append(unevenness)
    logits = norm(x, params["norm.weight"]) @ params["head.weight"]
    task = F.cross_entropy(logits, data["targets"].long())
    return task + config["balanceStrength"] * torch.stack(balances).mean()
