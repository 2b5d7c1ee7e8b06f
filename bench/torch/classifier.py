import torch
import torch.nn.functional as F

from moe import balance, mixed, routed


def loss(config, params, data):
    experts, hidden, top_k = config["experts"], config["hidden"], config["topK"]
    x = data["x"]
    scores, chosen, gates = routed(x, params["router.weight"], top_k)
    w1, b1 = params["experts.w1"], params["experts.b1"]
    w2, b2 = params["experts.w2"], params["experts.b2"]

    def answer(expert, rows):
        part = slice(expert * hidden, (expert + 1) * hidden)
        return torch.relu(rows @ w1[:, part] + b1[part]) @ w2[part] + b2[expert]

    y = mixed(x, chosen, gates, experts, answer)
    logits = y @ params["head.weight"] + params["head.bias"]
    task = F.cross_entropy(logits, data["labels"].long())
    return task + config["balanceStrength"] * balance(scores, chosen, top_k)
