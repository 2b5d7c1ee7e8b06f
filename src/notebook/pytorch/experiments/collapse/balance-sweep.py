#+ data

#+ router

#+ balancer

# %% [markdown]
# ## Models
# Seven mixtures from the same weights. Only the weight α of the balancing loss differs.

# %%
strengths = [0, 0.01, 0.03, 0.1, 0.3, 1, 3]


def first_mixture():
    weights = first_experts(experts, dim, 8, out, deviation=0.1)
    weights["router.weight"] = normal((dim, experts), router_deviation, seed, "router.weight")
    return {name: weight.requires_grad_() for name, weight in weights.items()}


mixtures = [first_mixture() for _ in strengths]

# %% [markdown]
# ## Training
# All on the same tokens. They share no weight, so one optimizer trains them as it would each alone.

# %%
optimizer = torch.optim.Adam([p for params in mixtures for p in params.values()], lr=learning_rate)
losses, overloads = [], []
for step in range(steps):
    key = (seed, step)
    x, y = batch(128, key)
    total, task_losses, overload = 0, [], []
    for params, strength in zip(mixtures, strengths):
        routing = route(params, x, key)
        task_loss = (answers(params, x, routing["gates"]) - y).square().mean() / own_variance
        total = total + task_loss + strength * balance_loss(routing)
        task_losses.append(task_loss.item())
        overload.append(max_vio(routing["mask"].mean(0) / top_k))

    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    losses.append(task_losses)
    overloads.append(overload)
    report(step, losses[-1])

# %% [markdown]
# ## Picture
# Above what the task costs, below how uneven the load of a batch is, at the end of the run.

# %%
if plt := pictures():
    late = max(1, steps // 20)
    figure, (above, below) = plt.subplots(2, 1, sharex=True)
    above.plot(strengths, np.mean(losses[-late:], 0), "o-")
    above.set_ylabel("task loss")
    below.plot(strengths, np.mean(overloads[-late:], 0), "o-")
    below.set_ylabel("MaxVio of a batch")
    below.set_xscale("symlog", linthresh=0.01)
    below.set_xlabel("balance strength α")
    plt.show()
