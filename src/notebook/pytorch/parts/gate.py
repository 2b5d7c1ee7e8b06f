# %%
def first_gate(inputs, experts, units):
    """It starts almost even, so that no expert is preferred; without units its borders are straight."""
    if units == 0:
        return {
            "gate.w": normal((inputs, experts), 0.1, seed, "gate.w"),
            "gate.b": torch.zeros(experts),
        }
    return {
        "gate.w1": normal((inputs, units), 2 * inputs**-0.5, seed, "gate.w1"),
        "gate.b1": normal((units,), 1, seed, "gate.b1"),
        "gate.w2": normal((units, experts), 0.1, seed, "gate.w2"),
        "gate.b2": torch.zeros(experts),
    }


def gate_logits(params, x):
    if "gate.w" in params:
        return x @ params["gate.w"] + params["gate.b"]
    units = torch.tanh(x @ params["gate.w1"] + params["gate.b1"])
    return units @ params["gate.w2"] + params["gate.b2"]
