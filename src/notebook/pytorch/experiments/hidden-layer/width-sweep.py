# %% [markdown]
# ## Data
# The curve to be learned, at 128 places spread evenly over [−1, 1].

# %%
places = torch.tensor([-1 + 2 * i / 127 for i in range(128)])  # [128]
#+ target

# %% [markdown]
# ## Models
# Eight networks with one hidden layer each. They share no weight, so one optimizer trains them as
# it would train each alone.

# %%
widths = [1, 2, 4, 8, 16, 32, 64, 128]
networks = [first_weights(units) for units in widths]

# %% [markdown]
# ## Training
# All points at every step, the mean squared error of each network, Adam.

# %%
optimizer = torch.optim.Adam([p for params in networks for p in params.values()], lr=learning_rate)
losses = []
for step in range(steps):
    set_rate(optimizer, learning_rate * cosine(step, 0, rate_steps))  #? falls
    each = torch.stack([(shallow_network(p, places) - target).square().mean() for p in networks])
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, losses[-1])

# %% [markdown]
# ## Picture
# The error of each width; both axes are logarithmic.

# %%
if plt := pictures():
    plt.loglog(widths, losses[-1], "o-")
    plt.xlabel("hidden units")
    plt.ylabel("mean squared error")
    plt.show()
