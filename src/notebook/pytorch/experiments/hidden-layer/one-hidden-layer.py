# %% [markdown]
# ## Data
# The curve to be learned, at 128 places spread evenly over [−1, 1].

# %%
places = torch.tensor([-1 + 2 * i / 127 for i in range(128)])  # [128]
#+ target

# %% [markdown]
# ## Model
# One hidden layer. With ReLU each unit is a line that is cut off at its kink, and their weighed
# sum is a chain of straight pieces.

# %%
params = first_weights(hidden)

# %% [markdown]
# ## Training
# All points at every step, mean squared error, Adam.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    set_rate(optimizer, learning_rate * cosine(step, 0, rate_steps))  #? falls
    loss = (shallow_network(params, places) - target).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    plt.plot(places, target, label="target")
    plt.plot(places, shallow_network(params, places).detach(), label="answer")
    plt.legend()
    plt.subplot(1, 2, 2)
    draw_losses(plt, "mean squared error")
    plt.show()
