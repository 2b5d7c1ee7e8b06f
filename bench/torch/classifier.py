import torch
import torch.nn.functional as F

from moe import balance, mixed, routed


def loss(config, params, data):
    experts, top_k = config["experts"], config["topK"]
    x = data["x"]
    scores, chosen, gates = routed(x, params["router.weight"], top_k)
    def answer(expert, rows):
        own = lambda name: params[f"experts.{name}.{expert}"]
        return torch.relu(rows @ own("w1") + own("b1")) @ own("w2") + own("b2")

    y = mixed(x, chosen, gates, experts, answer)
    logits = y @ params["head.weight"] + params["head.bias"]
    task = F.cross_entropy(logits, data["labels"].long())
    return task + config["balanceStrength"] * balance(scores, chosen, top_k)
