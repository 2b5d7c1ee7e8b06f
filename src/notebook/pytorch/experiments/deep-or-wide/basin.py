# %% [markdown]
# ## Data
# A tent that is folded again and again, at 256 places of [0, 1].

# %%
x = (torch.arange(256) + 0.5)[:, None] / 256  # [points, 1]
y = folded(x, folds)

# %% [markdown]
# ## Models
# Two units a layer are enough to write the folds down: T(x) = 2 relu(x) − 4 relu(x − ½), one fold
# a layer, without any error. Twenty networks start at each of five distances from these weights,
# and twenty at random.

# %%
sizes = [1, *[2] * folds, 1]


def written_down(distance, seed):
    layers = []
    creases = normals(seed, "creases", folds)  #? creases
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        name = "out" if i == folds else f"layers.{i}"
        # A fold reads T off the two units below it, 2a − 4b; the first reads x itself.
        weight = np.repeat([1] if inputs == 1 else [2, -4], outputs).astype(float)
        bias = np.zeros(1) if outputs == 1 else np.array([0, -0.5])
        #? not creases
        noise = distance * normals(seed, f"tent.{name}", len(weight) + outputs)
        weight, bias = weight + noise[: len(weight)], bias + noise[len(weight) :]
        #?
        #? creases
        if outputs == 2:  # a crease is where the second unit of a layer begins
            bias[1] += distance * creases[i]
        #?
        layers.append([floats(weight).reshape(inputs, outputs), floats(bias)])
    return layers


distances = [0.003, 0.01, 0.03, 0.1, 0.3, None]
networks = []
for row, distance in enumerate(distances):
    for start in range(20):
        own = seed * 1000 + 100 * row + start
        at_random = distance is None
        networks.append(first_layers(sizes, own, 0, 1) if at_random else written_down(distance, own))

# %% [markdown]
# All 120 in one: every weight has one more axis, that of the networks.

# %%
together = [
    [torch.stack([layers[i][0] for layers in networks]) for i in range(folds + 1)],
    [torch.stack([layers[i][1] for layers in networks])[:, None] for i in range(folds + 1)],
]
layers = list(zip(*together))

# %% [markdown]
# ## Training
# All points at every step, the mean squared error of each network, Adam.

# %%
optimizer = torch.optim.Adam(weights_of([layers]), lr=learning_rate)
losses = []
for step in range(steps):
    each = (network(layers, x) - y).square().mean((1, 2))  # [networks]
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, [sum(losses[-1]) / len(losses[-1])])

# %%
found = (torch.tensor(losses[-1]) < 0.001).reshape(len(distances), 20).sum(1)
for distance, count in zip(distances, found):
    print("at random" if distance is None else f"moved by {distance}", f"{count} of 20 found")

# %% [markdown]
# ## Picture
# The first network of each row.

# %%
if plt := pictures():
    answers = network(layers, x).detach()
    for row, distance in enumerate(distances):
        plt.plot(x, answers[20 * row], label=distance or "at random")
    plt.plot(x, y, color="grey")
    plt.legend()
    plt.show()
