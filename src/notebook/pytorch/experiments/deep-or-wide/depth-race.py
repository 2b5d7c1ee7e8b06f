# %% [markdown]
# ## Data
# A tent that is folded again and again, at 256 places of [0, 1].

# %%
x = (torch.arange(256) + 0.5)[:, None] / 256  # [points, 1]
y = folded(x, folds)

# %% [markdown]
# ## Models
# A deep network within the budget, and one hidden layer of the same size.

# %%
deep = [1, *[width_for(layers, 1, 1, budget, equal)] * layers, 1]
wide = [1, width_for(1, 1, 1, cost(deep, equal), equal), 1]
networks = [first_layers(sizes, seed, 0, 1) for sizes in (deep, wide)]
print("units:", deep[1:-1], "and", wide[1:-1])

# %% [markdown]
# ## Training
# All points at every step, mean squared error, Adam. The two share no weight.

# %%
optimizer = torch.optim.Adam(weights_of(networks), lr=learning_rate)
losses = []
for step in range(steps):
    each = torch.stack([(network(net, x) - y).square().mean() for net in networks])
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    plt.plot(x, y, color="grey", label="target")
    for net, name in zip(networks, ["deep", "wide"]):
        plt.plot(x, network(net, x).detach(), label=name)
    plt.legend()
    plt.subplot(1, 2, 2)
    draw_losses(plt, "mean squared error", ["deep", "wide"])
    plt.show()
