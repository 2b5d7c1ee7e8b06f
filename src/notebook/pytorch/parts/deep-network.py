# %%
def first_layers(sizes, seed, low=-1, high=1):
    """
    A weight and a bias for each layer from one size to the next. The kinks of the first one are
    spread over [low, high]: with biases of 0 all of them would begin in one point.
    """
    layers = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        name = "out" if i == len(sizes) - 2 else f"layers.{i}"
        weight = normal((inputs, outputs), math.sqrt(2 / inputs), seed, f"{name}.weight")
        layers.append([weight, torch.zeros(outputs)])
    weight = layers[0][0]
    kinks = low + (high - low) * uniforms(seed, "kinks", weight.numel())
    layers[0][1] = -(weight * floats(kinks).reshape(weight.shape)).sum(0)
    return layers


def network(layers, x):
    """ReLU behind every layer but the last."""
    for weight, bias in layers[:-1]:
        x = torch.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def cost(sizes, equal):
    """Parameters, or multiplications of one input: those have no biases."""
    bias = 1 if equal == "parameters" else 0
    return sum((inputs + bias) * outputs for inputs, outputs in zip(sizes, sizes[1:]))


def width_for(depth, inputs, outputs, budget, equal):
    """The width at which so many equal hidden layers come closest to a budget."""

    def at(width):
        return cost([inputs, *[width] * depth, outputs], equal)

    width = 1
    while at(width + 1) <= budget:
        width += 1
    return width + 1 if abs(at(width + 1) - budget) < abs(at(width) - budget) else width


def weights_of(networks):
    """All weights and biases, to be trained."""
    return [w.requires_grad_() for layers in networks for layer in layers for w in layer]
