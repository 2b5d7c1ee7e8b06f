"""Reference numbers of the classical mixtures (PyTorch and NumPy, double precision).

errors    the three error functions of 1991 with the gradients of their means by the experts'
          answers and the gate's logits, and the posterior
training  ten losses in a row of a mixture with a hidden gate under each error, plain gradient descent
tree      loss, posterior and gradients of a hierarchical mixture
em        log-likelihoods of EM steps and the parameters after them

Written apart from the TypeScript: gates by plain loops, experts by numpy.linalg.lstsq on rows
scaled with the square root of their weight, softmax regression by Newton's method on the full,
singular Hessian with a pseudo-inverse.

Run: python3 test/reference/mixtures.py   (writes mixtures.json beside it)
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(1991)


def numbers(*shape, scale=1.0):
    return (rng.normal(size=shape) * scale).round(4)


def lists(t):
    return (t.detach().numpy() if isinstance(t, torch.Tensor) else np.asarray(t)).tolist()


# --- errors ------------------------------------------------------------------

CASES, EXPERTS, WIDTH = 7, 4, 3
outputs = torch.tensor(numbers(CASES, EXPERTS, WIDTH), requires_grad=True)
logits = torch.tensor(numbers(CASES, EXPERTS), requires_grad=True)
targets = torch.tensor(numbers(CASES, WIDTH))


def distance(o, d):
    return ((d[:, None, :] - o) ** 2).sum(-1)


def cooperative(o, z, d, variance):
    p = torch.softmax(z, 1)
    return ((d - (p[..., None] * o).sum(1)) ** 2).sum(1)


def competitive(o, z, d, variance):
    return (torch.softmax(z, 1) * distance(o, d)).sum(1)


def likelihood(o, z, d, variance):
    return -torch.log((torch.softmax(z, 1) * torch.exp(-distance(o, d) / (2 * variance))).sum(1))


ERRORS = {"cooperative": cooperative, "competitive": competitive, "likelihood": likelihood}
VARIANCE = 0.7
errors = {}
for name, error in ERRORS.items():
    per_case = error(outputs, logits, targets, VARIANCE)
    by_outputs, by_logits = torch.autograd.grad(per_case.mean(), [outputs, logits])
    errors[name] = {
        "perCase": lists(per_case),
        "byOutputs": lists(by_outputs),
        "byLogits": lists(by_logits),
    }
joint = torch.softmax(logits, 1) * torch.exp(-distance(outputs, targets) / (2 * VARIANCE))
posterior = joint / joint.sum(1, keepdim=True)

# --- ten training losses -----------------------------------------------------

N, GATE = 24, 6
x = torch.tensor(np.linspace(-1, 1, N).reshape(-1, 1))
y = torch.tensor(np.where(np.linspace(-1, 1, N) < 0.1, 1.0, -1.0).reshape(-1, 1)) * x + 0.3
start = {
    "members.w": numbers(1, EXPERTS, scale=0.5),
    "members.b": numbers(EXPERTS, 1, scale=0.5),
    "gate.w1": numbers(1, GATE, scale=2.0),
    "gate.b1": numbers(GATE),
    "gate.w2": numbers(GATE, EXPERTS, scale=0.3),
    "gate.b2": numbers(EXPERTS, scale=0.3),
}


def mixture(p):
    o = torch.stack([x * p["members.w"][0, e] + p["members.b"][e] for e in range(EXPERTS)], 1)
    z = torch.tanh(x @ p["gate.w1"] + p["gate.b1"]) @ p["gate.w2"] + p["gate.b2"]
    return o, z


RATE, RUN_VARIANCE = 0.1, 0.25
training = {}
for name, error in ERRORS.items():
    p = {k: torch.tensor(v, requires_grad=True) for k, v in start.items()}
    losses = []
    for _ in range(10):
        loss = error(*mixture(p), y, RUN_VARIANCE).mean()
        losses.append(loss.item())
        grads = torch.autograd.grad(loss, list(p.values()))
        p = {
            k: (v - RATE * g).detach().requires_grad_(True)
            for (k, v), g in zip(p.items(), grads)
        }
    training[name] = losses

# --- a tree, by gradient -----------------------------------------------------

TREE = {"branching": [2, 3], "inputs": 2, "outputs": 2}


def start_tree(branching, inputs, out, scale=0.6):
    nodes, params = 1, {}
    for level, children in enumerate(branching):
        params[f"gates.{level}.w"] = numbers(inputs, nodes * children, scale=scale)
        params[f"gates.{level}.b"] = numbers(nodes * children, scale=scale)
        nodes *= children
    params["experts.w"] = numbers(inputs, nodes * out, scale=scale)
    params["experts.b"] = numbers(nodes * out, scale=scale)
    params["experts.logVariance"] = numbers(nodes, scale=0.3)
    return params


def log_joint(p, xs, ys, branching, out):
    """[cases, leaves], leaf by leaf down the tree."""
    n_leaves = int(np.prod(branching))
    columns = []
    for leaf in range(n_leaves):
        log_prior = torch.zeros(len(xs))
        node, left = 0, leaf
        below = n_leaves
        for level, children in enumerate(branching):
            below //= children
            child, left = left // below, left % below
            cols = slice(node * children, (node + 1) * children)
            z = xs @ p[f"gates.{level}.w"][:, cols] + p[f"gates.{level}.b"][cols]
            log_prior = log_prior + torch.log_softmax(z, 1)[:, child]
            node = node * children + child
        cols = slice(leaf * out, (leaf + 1) * out)
        mean = xs @ p["experts.w"][:, cols] + p["experts.b"][cols]
        lv = p["experts.logVariance"][leaf]
        density = torch.distributions.Normal(mean, torch.exp(lv / 2)).log_prob(ys).sum(1)
        columns.append(log_prior + density)
    return torch.stack(columns, 1)


tree_x, tree_y = torch.tensor(numbers(11, 2)), torch.tensor(numbers(11, 2))
tree_start = start_tree(**{k: TREE[k] for k in ("branching", "inputs")}, out=TREE["outputs"])
p = {k: torch.tensor(v, requires_grad=True) for k, v in tree_start.items()}
lj = log_joint(p, tree_x, tree_y, TREE["branching"], TREE["outputs"])
tree_loss = -torch.logsumexp(lj, 1).mean()
tree_grads = dict(zip(p, torch.autograd.grad(tree_loss, list(p.values()), retain_graph=True)))
tree = {
    "config": TREE,
    "params": {k: lists(np.ravel(v)) for k, v in tree_start.items()},
    "x": lists(tree_x),
    "targets": lists(tree_y),
    "loss": tree_loss.item(),
    "posterior": lists(torch.softmax(lj, 1)),
    "gradients": {k: lists(torch.flatten(g)) for k, g in tree_grads.items()},
}

# --- EM ----------------------------------------------------------------------


def newton_softmax(design, soft, weight, theta):
    """Maximises sum weight * soft * log softmax(design @ theta) on the full Hessian."""
    classes = soft.shape[1]
    for _ in range(100):
        z = design @ theta
        prob = np.exp(z - z.max(1, keepdims=True))
        prob /= prob.sum(1, keepdims=True)
        gradient = design.T @ (weight[:, None] * (soft - prob))
        if np.abs(gradient).max() < 1e-12:
            break
        size = design.shape[1] * classes
        hessian = np.zeros((size, size))
        for row in range(len(design)):
            block = np.diag(prob[row]) - np.outer(prob[row], prob[row])
            hessian += weight[row] * np.kron(np.outer(design[row], design[row]), block)
        step = (np.linalg.pinv(hessian, rcond=1e-11) @ gradient.ravel()).reshape(theta.shape)
        before = (weight[:, None] * soft * np.log(prob)).sum()
        scale = 1.0
        while True:
            z = design @ (theta + scale * step)
            lp = z - z.max(1, keepdims=True)
            lp -= np.log(np.exp(lp).sum(1, keepdims=True))
            if (weight[:, None] * soft * lp).sum() >= before or scale < 1e-8:
                break
            scale /= 2
        theta = theta + scale * step
    return theta


def em(config, params, xs, ys, steps):
    branching, out = config["branching"], config["outputs"]
    n_leaves = int(np.prod(branching))
    design = np.hstack([xs, np.ones((len(xs), 1))])
    p = {k: np.array(v, dtype=float) for k, v in params.items()}
    found = []
    for _ in range(steps):
        tp = {k: torch.tensor(v) for k, v in p.items()}
        lj = log_joint(tp, torch.tensor(xs), torch.tensor(ys), branching, out)
        found.append(torch.logsumexp(lj, 1).mean().item())
        h = torch.softmax(lj, 1).numpy()
        for leaf in range(n_leaves):
            root = np.sqrt(h[:, leaf])[:, None]
            beta = np.linalg.lstsq(root * design, root * ys, rcond=None)[0]
            residual = ((ys - design @ beta) ** 2).sum(1)
            cols = slice(leaf * out, (leaf + 1) * out)
            p["experts.w"][:, cols] = beta[:-1]
            p["experts.b"][cols] = beta[-1]
            p["experts.logVariance"][leaf] = np.log(
                (h[:, leaf] * residual).sum() / (out * h[:, leaf].sum())
            )
        nodes = 1
        for level, children in enumerate(branching):
            grouped = h.reshape(len(xs), nodes, children, -1).sum(-1)
            for node in range(nodes):
                weight = grouped[:, node].sum(1)
                soft = grouped[:, node] / weight[:, None]
                cols = slice(node * children, (node + 1) * children)
                theta = np.vstack([p[f"gates.{level}.w"][:, cols], p[f"gates.{level}.b"][cols]])
                theta = newton_softmax(design, soft, weight, theta)
                p[f"gates.{level}.w"][:, cols] = theta[:-1]
                p[f"gates.{level}.b"][cols] = theta[-1]
            nodes *= children
    tp = {k: torch.tensor(v) for k, v in p.items()}
    lj = log_joint(tp, torch.tensor(xs), torch.tensor(ys), branching, out)
    found.append(torch.logsumexp(lj, 1).mean().item())
    return found, torch.softmax(lj, 1).numpy(), p


def em_case(config, xs, ys, steps):
    begin = start_tree(config["branching"], config["inputs"], config["outputs"], scale=0.4)
    found, h, p = em(config, begin, xs, ys, steps)
    return {
        "config": config,
        "params": {k: lists(np.ravel(v)) for k, v in begin.items()},
        "x": lists(np.ravel(xs)),
        "targets": lists(np.ravel(ys)),
        "logLikelihoods": found,
        "posteriors": lists(np.ravel(h)),
        "expertsW": lists(np.ravel(p["experts.w"])),
        "expertsB": lists(np.ravel(p["experts.b"])),
        "logVariance": lists(p["experts.logVariance"]),
    }


xs = rng.uniform(-1, 1, size=(60, 1)).round(4)
flat_y = (np.where(xs < 0.1, 0.5 + xs, -0.4 - 0.5 * xs) + 0.3 * rng.normal(size=xs.shape)).round(4)
xs2 = rng.uniform(-1, 1, size=(80, 2)).round(4)
side = np.where(xs2[:, :1] + xs2[:, 1:] > 0, 1.0, -1.0)
deep_y = (side * xs2 + 0.4 * rng.normal(size=xs2.shape)).round(4)

out = {
    "errors": {
        "variance": VARIANCE,
        "outputs": lists(outputs),
        "logits": lists(logits),
        "targets": lists(targets),
        "posterior": lists(posterior),
        **errors,
    },
    "training": {
        "x": lists(x),
        "y": lists(y),
        "start": {k: lists(v) for k, v in start.items()},
        "learningRate": RATE,
        "variance": RUN_VARIANCE,
        "losses": training,
    },
    "tree": tree,
    "em": [
        em_case({"branching": [3], "inputs": 1, "outputs": 1}, xs, flat_y, 6),
        em_case({"branching": [2, 2], "inputs": 2, "outputs": 2}, xs2, deep_y, 6),
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.name, path.stat().st_size, [c["logLikelihoods"] for c in out["em"]])
