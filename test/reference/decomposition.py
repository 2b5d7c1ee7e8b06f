"""Reference numbers of parameter decomposition (PyTorch, double precision): attributions, the choice
of components, the three losses and their gradients, for the toy model of superposition and for a
small ReLU network.

Written apart from the TypeScript: components are full matrices, attributions come from reverse-mode
gradients of each output of each case, the network runs once per case with that case's own weights,
complexity by loops; for rank 1 and orthogonal terms it is compared with torch.linalg.svdvals here.

Run: python3 test/reference/decomposition.py   (writes decomposition.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(2025)


def numbers(*shape, scale=1.0):
    return torch.tensor((rng.normal(size=shape) * scale).round(4))


def superposition(p, x):
    return torch.relu(p["W"].T @ (p["W"] @ x) + p["b"])


def network(p, x):
    hidden = torch.relu(x @ p["layers.0.weight"] + p["layers.0.bias"])
    return hidden @ p["out.weight"] + p["out.bias"]


def written_out(left, right, c, rank):
    return sum(torch.outer(left[:, c * rank + r], right[c * rank + r]) for r in range(rank))


def case(run, target, matrices, x, components, rank, per_case, power):
    factors = {}
    for name in matrices:
        rows, columns = target[name].shape
        factors[f"{name}.left"] = numbers(rows, components * rank, scale=0.5).requires_grad_(True)
        factors[f"{name}.right"] = numbers(components * rank, columns, scale=0.5).requires_grad_(True)
    full = [
        {m: written_out(factors[f"{m}.left"], factors[f"{m}.right"], c, rank) for m in matrices}
        for c in range(components)
    ]

    scores = torch.zeros(len(x), components)
    for n, one in enumerate(x):
        p = {k: v.clone().requires_grad_(True) for k, v in target.items()}
        said = run(p, one)
        for o in range(len(said)):
            grads = torch.autograd.grad(said[o], [p[m] for m in matrices], retain_graph=True)
            for c in range(components):
                along = sum((g * full[c][m]).sum() for g, m in zip(grads, matrices))
                scores[n, c] += along.detach() ** 2 / len(said)

    chosen = torch.zeros(len(x) * components)
    chosen[torch.argsort(scores.flatten(), descending=True)[: round(per_case * len(x))]] = 1
    chosen = chosen.reshape(len(x), components)

    count = sum(target[m].numel() for m in matrices)
    faithfulness = sum(
        ((target[m] - sum(full[c][m] for c in range(components))) ** 2).sum() for m in matrices
    ) / count

    minimality = 0.0
    for n, one in enumerate(x):
        own = dict(target)
        for m in matrices:
            own[m] = sum(chosen[n, c] * full[c][m] for c in range(components))
        off = (run(target, one) - run(own, one)) ** 2
        minimality = minimality + off.mean() / len(x)

    complexity = []
    for c in range(components):
        terms = 0.0
        for m in matrices:
            for r in range(rank):
                at = c * rank + r
                length = factors[f"{m}.left"][:, at].norm() * factors[f"{m}.right"][at].norm()
                terms = terms + length**power
        complexity.append(terms)
        exact = sum((torch.linalg.svdvals(full[c][m].detach()) ** power).sum() for m in matrices)
        if rank == 1:
            rest = [v for m in matrices for v in torch.linalg.svdvals(full[c][m].detach())[1:]]
            exact = exact - sum(v**power for v in rest)  # rounding, raised to a power below 1
            assert abs(exact - terms) < 1e-9
        else:
            assert terms > exact
    simplicity = sum(chosen[:, c].sum() * complexity[c] for c in range(components)) / len(x)

    weights = [1.0, 0.7, 0.05]
    loss = weights[0] * faithfulness + weights[1] * minimality + weights[2] * simplicity
    grads = torch.autograd.grad(loss, list(factors.values()))
    return {
        "config": {
            "components": components,
            "rank": rank,
            "perCase": per_case,
            "power": power,
        },
        "target": {k: v.tolist() for k, v in target.items()},
        "x": x.tolist(),
        "factors": {k: v.tolist() for k, v in factors.items()},
        "attributions": scores.tolist(),
        "chosen": chosen.tolist(),
        "faithfulness": faithfulness.item(),
        "minimality": minimality.item(),
        "complexity": [c.item() for c in complexity],
        "simplicity": simplicity.item(),
        "weights": weights,
        "gradients": {k: g.tolist() for k, g in zip(factors, grads)},
    }


sparse = torch.tensor((rng.random((9, 5)) * (rng.random((9, 5)) < 0.4)).round(4))
out = {
    "superposition": case(
        superposition,
        {"W": numbers(2, 5, scale=0.8), "b": numbers(5, scale=0.1)},
        ["W"],
        sparse,
        components=6,
        rank=1,
        per_case=1.5,
        power=0.9,
    ),
    "network": case(
        network,
        {
            "layers.0.weight": numbers(3, 4, scale=0.8),
            "layers.0.bias": numbers(4, scale=0.2),
            "out.weight": numbers(4, 2, scale=0.8),
            "out.bias": numbers(2, scale=0.2),
        },
        ["layers.0.weight", "out.weight"],
        numbers(8, 3),
        components=4,
        rank=2,
        per_case=2,
        power=0.6,
    ),
}
matrix = numbers(4, 6)
out["singular"] = {"matrix": matrix.tolist(), "values": torch.linalg.svdvals(matrix).tolist()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.name, path.stat().st_size)
