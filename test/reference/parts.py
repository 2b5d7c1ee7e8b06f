"""Reference numbers of the task of parts (NumPy): its specimens and their answers, the random numbers
made anew from the hash that tensor/random.ts names (PCG output, Jarzynski & Olano 2020).

Run: python3 test/reference/parts.py   (writes parts.json beside it)
"""

import json
import pathlib

import numpy as np

CONTENT, OUT, UNITS = 8, 8, 4
MASK = 0xFFFFFFFF


def pcg(word):
    state = (word * 747796405 + 2891336453) & MASK
    mixed = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & MASK
    return (mixed >> 22) ^ mixed


def uniforms(seed, purpose, count):
    key = pcg(seed & MASK)
    for letter in purpose:
        key = pcg(key ^ ord(letter))
    return np.array([pcg((key + pcg(i)) & MASK) / 2**32 for i in range(count)])


def normals(seed, purpose, count):
    pairs = uniforms(seed, purpose, 2 * count).reshape(count, 2)
    return np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])


z = np.linspace(-8, 8, 200_001)
density = np.exp(-z * z / 2)
MEAN_SQUARE = (density * np.tanh(1.5 * z) ** 2).sum() / density.sum()


def functions(count, inner, seed, purpose):
    b = normals(seed, f"{purpose}.B", count * CONTENT * inner).reshape(count, CONTENT, inner)
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    a = normals(seed, f"{purpose}.A", count * inner * OUT).reshape(count, inner, OUT)
    a /= np.sqrt(inner * MEAN_SQUARE)
    return [(lambda c, b=b[i], a=a[i]: np.tanh(1.5 * c @ b) @ a) for i in range(count)], a


def case(seed, tokens, domains, kinds, perToken, sequence, domainWeight, kindWeight, common, commonUnits):
    parts, a = functions(domains + kinds, UNITS, seed, "parts")
    (everyone,), a0 = functions(1, commonUnits, seed, "common")
    draws = uniforms(seed, "parts.fixed", tokens * kinds).reshape(tokens, kinds)
    content = normals(seed, "parts.fixed.content", tokens * CONTENT).reshape(tokens, CONTENT)
    xs, ys = [], []
    for t in range(tokens):
        x, y = np.zeros(domains + kinds), common * everyone(content[t])
        if domains:
            domain = t // sequence % domains
            x[domain] = 1
            y = y + domainWeight * parts[domain](content[t])
        for kind in np.argsort(-draws[t])[:perToken]:
            x[domains + kind] = 1
            y = y + kindWeight * parts[domains + kind](content[t])
        xs.append(np.concatenate([x, content[t]]).tolist())
        ys.append(y.tolist())
    power = (a**2).sum((1, 2)) * MEAN_SQUARE / OUT
    variance = kindWeight**2 * perToken * power[domains:].mean()
    variance += common**2 * (a0**2).sum() * MEAN_SQUARE / OUT
    variance += domainWeight**2 * power[:domains].mean() if domains else 0
    options = {
        "domains": domains,
        "kinds": kinds,
        "perToken": perToken,
        "sequence": sequence,
        "domainWeight": domainWeight,
        "kindWeight": kindWeight,
        "common": common,
        "commonUnits": commonUnits,
    }
    return {"seed": seed, "options": options, "x": xs, "y": ys, "variance": variance}


cases = [
    case(3, 6, 0, 8, 2, 3, 1, 1, 0, 8),
    case(4, 8, 3, 4, 1, 2, 1.5, 0.7, 0, 8),
    case(5, 4, 0, 5, 1, 4, 1, 1, 2, 6),
    case(6, 6, 2, 3, 3, 3, 0.5, 1, 1, 1),
]
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")
