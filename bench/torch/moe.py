"""What the two mixtures share."""

import torch


def routed(x, weight, top_k):
    """Scores [rows, experts], the chosen experts [rows, k] and their gates."""
    scores = torch.softmax(x @ weight, dim=1)
    gates, chosen = scores.topk(top_k, dim=1)
    return scores, chosen, gates


def balance(scores, chosen, top_k):
    """E · Σ share of the assignments · mean score, as in the Switch Transformer."""
    experts = scores.shape[1]
    load = torch.bincount(chosen.reshape(-1), minlength=experts) / (scores.shape[0] * top_k)
    return experts * (load * scores.mean(0)).sum()


def mixed(x, chosen, gates, experts, answer):
    """Each expert's answer for the rows that chose it, weighed by their gates."""
    y = None
    for expert in range(experts):
        rows, place = (chosen == expert).nonzero(as_tuple=True)
        if len(rows) == 0:
            continue
        part = answer(expert, x[rows]) * gates[rows, place].unsqueeze(1)
        if y is None:
            y = torch.zeros(x.shape[0], part.shape[1])
        y = y.index_add(0, rows, part)
    return y
