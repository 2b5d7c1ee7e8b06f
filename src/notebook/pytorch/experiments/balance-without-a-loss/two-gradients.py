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
# The gradient of the task and that of the balance loss are taken apart, and their angle on the
# router's weights is measured. The step follows their sum.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses, cosines = [], []
for step in range(steps):
    x, y = batch(512, (seed, step))
    routing = route(params, x, (seed, step))
    task_loss = (answers(params, x, routing["gates"]) - y).square().mean() / own_variance
    balance = balance_strength * balance_loss(routing)
    [by_balance] = torch.autograd.grad(balance, [params["router.weight"]], retain_graph=True)
    optimizer.zero_grad()
    task_loss.backward()
    by_task = params["router.weight"].grad
    cosines.append(F.cosine_similarity(by_task.flatten(), by_balance.flatten(), 0).item())
    params["router.weight"].grad = by_task + by_balance
    optimizer.step()
    losses.append(task_loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.plot(cosines)
    plt.axhline(0, color="grey")
    plt.xlabel("step")
    plt.ylabel("cosine between the two gradients on the router")
    plt.show()
