#+ data

#+ router

# %% [markdown]
# ## Experts
# Each is a small network with one hidden layer.

# %%
params = first_experts(experts, dim, 8, out, deviation=0.1)
params["router.weight"] = normal((dim, experts), router_deviation, seed, "router.weight")
for weight in params.values():
    weight.requires_grad_()

#+ balancer

# %% [markdown]
# ## Training
# Mean squared error, in units of the clusters' own part: 1 is answering with the common part alone.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
bias = torch.zeros(experts)
losses, loads = [], []
for step in range(steps):
    x, y = batch(128, (seed, step))
    pushed = bias + push * F.one_hot(torch.tensor(0), experts)  #? pushes
    routing = route(params, x, (seed, step), pushed)  #? pushes
    routing = route(params, x, (seed, step), bias)  #? not pushes
    loss = (answers(params, x, routing["gates"]) - y).square().mean() / own_variance
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    counts = routing["mask"].sum(0)
    bias = next_bias(bias, counts, routing)  #? biased
    losses.append(loss.item())
    loads.append(counts / counts.sum())
    report(step, losses[-1])

# %%
print("bias:", bias.numpy().round(4))
print("MaxVio of the last batch:", round(max_vio(loads[-1]), 3))
print("of the last 50 together:", round(max_vio(torch.stack(loads[-50:]).mean(0)), 3))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    draw_loads(plt, loads)
    plt.subplot(1, 2, 2)
    draw_losses(plt, "task loss")
    plt.show()
