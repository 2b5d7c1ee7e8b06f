"""Reference numbers of Adam and AdamW with constants of one's own (NumPy, double precision).

A matrix and a vector, five steps along random gradients. kingma2014, algorithm 1; loshchilov2017,
algorithm 2, where only the matrix decays.

Run: python3 test/reference/adam.py   (writes adam.json beside it)
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(5)
STEPS, RATE = 5, 0.03
start = {"matrix": rng.normal(size=(3, 4)).round(3), "vector": rng.normal(size=5).round(3)}
gradients = [
    {name: (rng.normal(size=value.shape) * 10.0 ** rng.integers(-3, 2)).round(6) for name, value in start.items()}
    for _ in range(STEPS)
]


def train(beta1, beta2, epsilon, decay):
    params = {name: value.copy() for name, value in start.items()}
    mean = {name: np.zeros_like(value) for name, value in start.items()}
    square = {name: np.zeros_like(value) for name, value in start.items()}
    for step, grads in enumerate(gradients, 1):
        for name, gradient in grads.items():
            mean[name] = beta1 * mean[name] + (1 - beta1) * gradient
            square[name] = beta2 * square[name] + (1 - beta2) * gradient**2
            m = mean[name] / (1 - beta1**step)
            v = square[name] / (1 - beta2**step)
            lost = RATE * decay * params[name] if params[name].ndim > 1 else 0
            params[name] = params[name] - RATE * m / (np.sqrt(v) + epsilon) - lost
    return {name: value.tolist() for name, value in params.items()}


cases = []
for optimizer, constants in [
    ("adam", {}),
    ("adam", {"beta1": 0.5, "beta2": 0.7}),
    ("adam", {"beta1": 0.0, "epsilon": 0.1}),
    ("adamw", {}),
    ("adamw", {"beta2": 0.95, "weightDecay": 0.5}),
    ("adamw", {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3, "weightDecay": 0.0}),
]:
    decay = constants.get("weightDecay", 0.1) if optimizer == "adamw" else 0.0
    after = train(
        constants.get("beta1", 0.9), constants.get("beta2", 0.999), constants.get("epsilon", 1e-8), decay
    )
    cases.append({"optimizer": optimizer, "constants": constants, "after": after})

out = {
    "rate": RATE,
    "start": {name: value.tolist() for name, value in start.items()},
    "gradients": [{name: value.tolist() for name, value in grads.items()} for grads in gradients],
    "cases": cases,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))
