# %% [markdown]
# ## The network
# The toy model of superposition (Elhage et al. 2022): five features squeezed into a plane and read
# back, relu(Wᵀ W x + b). The columns of W are the corners of a pentagon, and the bias just silences a
# feature's neighbours. What a decomposition should find is known: one part for each column.

# %%
features, density = 5, 0.05
angles = 2 * math.pi * torch.arange(features) / features
neighbour = math.cos(2 * math.pi / features)
length = math.sqrt(1 / (1 - neighbour))
W = length * torch.stack([angles.cos(), angles.sin()])  # [2, features]
b = -neighbour / (1 - neighbour)


def network(x):
    """x [cases, features] → the same features, read back."""
    return torch.relu(x @ W.T @ W + b)


def draw(cases, key):
    """Cases in which a feature is on now and then, and then somewhere between 0 and 1."""
    size = step_uniform((cases, features), key, "features.size")
    luck = step_uniform((cases, features), key, "features.on")
    return size * (luck < density)

# %% [markdown]
# ## Components
# Each is as large as W and of rank 1: a column times a row.

# %%
deviation = math.sqrt(0.3) * components**-0.25
left = normal((2, components), deviation, seed, "W.left").requires_grad_()
right = normal((components, features), deviation, seed, "W.right").requires_grad_()


def matrices():
    return left.T[:, :, None] * right[:, None, :]  # [components, 2, features]

# %% [markdown]
# How much a component matters for a case: how far the answers would move, to first order, if W moved
# along it. Of all cases and components of a batch those with the largest numbers are chosen, as many
# as there are features on, in the mean (Braun et al. 2025).

# %%
def chosen_for(x):
    """[cases, components]: 1 for those that count. No gradient passes."""
    with torch.no_grad():
        along, narrow = matrices(), x @ W.T
        moved = narrow @ along + x @ along.transpose(1, 2) @ W  # W stands there twice
        moved = moved * (narrow @ W + b > 0)  # [components, cases, features]
        matters = moved.square().mean(2).T
        most = round(features * density * len(x))
        return top_k_mask(matters.reshape(1, -1), most).reshape(matters.shape)


def with_components(x, chosen):
    """The network with the chosen components of each case in the place of W."""
    narrow = (x @ right.T * chosen) @ left.T
    return torch.relu((narrow @ left * chosen) @ right + b)

# %% [markdown]
# ## Training
# Three losses: the components should sum to W, those chosen should do a case's work alone, and they
# should be simple. The second and the third are weighed.

# %%
optimizer = torch.optim.Adam([left, right], lr=learning_rate)
losses = []
for step in range(steps):
    #? falls
    rate = learning_rate * min(1, (step + 1) / 50) * cosine(step, 50, rate_steps, 0.02)
    set_rate(optimizer, rate)
    #?
    x = draw(512, (seed, step))
    chosen = chosen_for(x)
    off = (W - left @ right).square().mean()
    missed = (network(x) - with_components(x, chosen)).square().mean()
    sizes = (left.square().sum(0) * right.square().sum(1) + 1e-12) ** 0.45
    used = (chosen @ sizes).mean()
    loss = off + minimality * missed + simplicity * used
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append([loss.item(), off.item(), missed.item(), used.item()])
    report(step, losses[-1])

# %% [markdown]
# ## What was found
# Of each column of W, the cosine with the component that comes closest, and how long that one is.

# %%
with torch.no_grad():
    known = torch.diag_embed(W).transpose(0, 1).flatten(1)  # [features, 2 · features]
    found = matrices().flatten(1)
    near = F.cosine_similarity(known[:, None], found[None], dim=2)
    closest = near.argmax(1)
    ratio = found[closest].norm(dim=1) / known.norm(dim=1)
    for feature in range(features):
        print(feature + 1, round(near[feature].max().item(), 3), round(ratio[feature].item(), 3))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 4))
    plt.subplot(1, 2, 1)
    draw_losses(plt, "loss", ["all", "faithfulness", "minimality", "simplicity"])
    plt.subplot(1, 2, 2)
    plt.plot(*W, "o", label="the network's columns")
    for component in matrices().detach():
        for x, y in component.T:
            plt.plot([0, x], [0, y])
    plt.axis("equal")
    plt.legend()
    plt.show()
