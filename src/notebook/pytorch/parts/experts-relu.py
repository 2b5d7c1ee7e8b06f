# %%
def first_experts(experts, dim, units, out, deviation=None, seed=seed):
    """Experts side by side: the first matrices of all are one, and the second are stacked."""
    deviation = units**-0.5 if deviation is None else deviation
    return {
        "experts.w1": normal((dim, experts * units), dim**-0.5, seed, "experts.w1"),
        "experts.b1": torch.zeros(experts * units),
        "experts.w2": normal((experts * units, out), deviation, seed, "experts.w2"),
        "experts.b2": torch.zeros(experts, out),
    }


def answers(params, x, gates):
    """
    W2 relu(W1 x + b1) + b2 of each expert, weighed by its gate: x [tokens, dim], gates [tokens,
    experts] → [tokens, out]. All experts run on all tokens here; a gate of 0 makes one count for
    nothing.
    """
    units = torch.relu(x @ params["experts.w1"] + params["experts.b1"])
    weighed = units.reshape(*gates.shape, -1) * gates[:, :, None]  # [tokens, experts, units]
    return weighed.flatten(1) @ params["experts.w2"] + gates @ params["experts.b2"]
