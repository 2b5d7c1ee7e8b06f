"""Reference numbers of the routing statistics (NumPy), counted token by token.

Run: python3 test/reference/routing-statistics.py   (writes routing-statistics.json beside it)
"""

import itertools
import json
import pathlib

import numpy as np

rng = np.random.default_rng(31)
TOKENS, EXPERTS, TOP_K, DOMAINS, LENGTH = 24, 4, 2, 3, 6


def draw():
    # Expert 3 is never chosen: statistics must survive an unused expert.
    return [sorted(rng.choice(3, size=TOP_K, replace=False).tolist()) for _ in range(TOKENS)]


earlier, final = draw(), draw()
domain = rng.integers(2, size=TOKENS).tolist()  # domain 2 has no tokens


def mask(sets):
    return [[float(e in s) for e in range(EXPERTS)] for s in sets]


saturation = float(np.mean([len(set(a) & set(b)) / TOP_K for a, b in zip(earlier, final)]))

together = np.zeros((EXPERTS, EXPERTS))
for s in final:
    for i, j in itertools.product(s, s):
        together[i, j] += 1
co = np.array([row / max(together[i, i], 1) for i, row in enumerate(together)])

shares = np.zeros((DOMAINS, EXPERTS))
for s, d in zip(final, domain):
    for e in s:
        shares[d, e] += 1 / domain.count(d)

paths = np.zeros(EXPERTS**2)
for a, b in zip(earlier, final):
    for i, j in itertools.product(a, b):
        paths[i * EXPERTS + j] += 1 / TOP_K**2 / TOKENS

pairs = [
    (t, t + 1) for t in range(TOKENS - 1) if t // LENGTH == (t + 1) // LENGTH
]
repeat = float(np.mean([bool(set(final[a]) & set(final[b])) for a, b in pairs]))

out = {
    "topK": TOP_K,
    "sequenceLength": LENGTH,
    "earlier": mask(earlier),
    "final": mask(final),
    "domains": [[float(d == i) for i in range(DOMAINS)] for d in domain],
    "saturation": saturation,
    "coActivation": co.round(7).tolist(),
    "domainShares": shares.round(7).tolist(),
    "paths": paths.round(7).tolist(),
    "repeat": repeat,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
