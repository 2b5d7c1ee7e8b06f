"""Loss of the ladder's reference step (src/engine/rungs/ladder.ts), in float64, every backend must give."""

import numpy as np

tokens, dim, experts, hidden, steps = 64, 8, 4, 16, 16


def wave(shape, scale, phase):
    i = np.arange(np.prod(shape))
    return (scale * np.sin(1 + 2.7 * i + phase)).astype(np.float32).astype(np.float64).reshape(shape)


x = wave((tokens, dim), 1, 0)
y = np.sin(x.sum(1, keepdims=True))
router = wave((dim, experts), 0.5, 1)
up = wave((dim, experts * hidden), 0.4, 2)
down = wave((experts * hidden, 1), 0.3, 3)

for step in range(1, steps + 1):
    logits = x @ router
    gates = np.exp(logits - logits.max(1, keepdims=True))
    gates /= gates.sum(1, keepdims=True)  # [tokens, experts]
    before = x @ up
    inner = np.maximum(before, 0).reshape(tokens, experts, hidden)
    flat = (inner * gates[:, :, None]).reshape(tokens, experts * hidden)
    wrong = flat @ down - y
    loss = (wrong**2).mean()

    d_answer = 2 * wrong / tokens
    d_down = flat.T @ d_answer
    d_weighed = (d_answer @ down.T).reshape(tokens, experts, hidden)
    d_before = (d_weighed * gates[:, :, None]).reshape(tokens, -1) * (before > 0)
    d_gates = (d_weighed * inner).sum(2)
    d_logits = gates * (d_gates - (d_gates * gates).sum(1, keepdims=True))
    router -= 0.1 * x.T @ d_logits
    up -= 0.1 * x.T @ d_before
    down -= 0.1 * d_down

print(f"loss of step {steps}: {loss:.8f}")
