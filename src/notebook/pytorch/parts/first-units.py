# %%
def first_weights(units):
    """
    Slopes of size 1 to 3, and kinks spread over [−1, 1]: every unit starts with something to say
    inside the picture.
    """
    drawn = uniforms(seed, "hidden", 3 * units)
    signs = np.where(drawn[0 : 2 * units : 2] < 0.5, -1, 1)
    slopes = signs * (1 + 2 * drawn[1 : 2 * units : 2])
    kinks = -1 + 2 * (np.arange(units) + drawn[2 * units :]) / units
    size = units**-0.5
    weights = {
        "hidden.weight": floats(slopes).reshape(1, units),
        "hidden.bias": floats(-slopes * kinks),
        "out.weight": floats(-size + 2 * size * uniforms(seed, "out", units)).reshape(units, 1),
        "out.bias": torch.zeros(1),
    }
    return {name: weight.requires_grad_() for name, weight in weights.items()}


activate = {"relu": torch.relu, "tanh": torch.tanh, "square": torch.square}[activation]


def shallow_network(params, x):
    """x [points] → answers [points]: a weighed sum of the hidden units."""
    units = activate(x[:, None] @ params["hidden.weight"] + params["hidden.bias"])
    return (units @ params["out.weight"] + params["out.bias"])[:, 0]
