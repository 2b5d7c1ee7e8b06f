# %% [markdown]
# ## Data
# Points of two classes in the plane, 400 to learn from and 2,000 others to be judged by.

# %%
#+ data


x, y = points("train", 400)
unseen_x, unseen_y = points("unseen", 2000)

# %% [markdown]
# ## Models
# One, two and four hidden layers that come closest to one budget.

# %%
depths = [1, 2, 4]
networks = []
for depth in depths:
    width = width_for(depth, 2, 2, budget, "parameters")
    networks.append(first_layers([2, *[width] * depth, 2], seed))

# %% [markdown]
# ## Training
# All points at every step, cross-entropy, Adam. The three share no weight.

# %%
optimizer = torch.optim.Adam(weights_of(networks), lr=learning_rate)
losses = []
for step in range(steps):
    each = torch.stack([F.cross_entropy(network(layers, x), y) for layers in networks])
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, losses[-1])

# %%
for depth, layers in zip(depths, networks):
    right = (network(layers, unseen_x).argmax(1) == unseen_y).to(x.dtype).mean()
    print(f"{depth} hidden layers have {right:.3f} of the unseen points right")

# %% [markdown]
# ## Picture
# How sure each network is of the second class.

# %%
if plt := pictures():
    side = -1 + (torch.arange(41) + 0.5) / 20.5
    grid = torch.cartesian_prod(side, side).flip(1)
    plt.figure(figsize=(10, 3.5))
    for i, layers in enumerate(networks):
        plt.subplot(1, 3, i + 1)
        sure = network(layers, grid).softmax(1)[:, 1].detach().reshape(41, 41)
        plt.imshow(sure, origin="lower", extent=(-1, 1, -1, 1), cmap="coolwarm")
        plt.scatter(*x.T, c=y, s=4, cmap="gray")
    plt.show()
