#+ data

# %% [markdown]
# ## The cluster
# Eight devices, two to a node, hold the 64 experts. A token waits for its answer on one of them.

# %%
devices, nodes = 8, 4
device_of = torch.arange(experts) // (experts // devices)  #? in_order
device_of = torch.tensor(given.device_of)  #? not in_order

#+ router

#? limited
# %% [markdown]
# A token may use so many groups of experts at most: the devices or nodes that hold them, as many
# experts in each. A bias bars it from the experts of all others.

# %%
groups = given.groups


def outside(params, x, bias):
    """Minus infinity, nearly, for the experts that a token may not use: [tokens, experts]."""
    scores = torch.sigmoid(x @ params["router.weight"]).detach() + bias
    in_groups = scores.reshape(len(x), groups, -1)
    value = in_groups.amax(2)  # of the best expert  #? not by_two
    value = in_groups.topk(2, 2).values.sum(2)  # of the two best experts  #? by_two
    barred = 1 - top_k_mask(value, most_groups)
    return -1e30 * barred.repeat_interleave(experts // groups, 1)

#?
# %% [markdown]
# ## Experts
# Small networks with one hidden layer. The eight gates of a token sum to √8: answers as large as one
# expert's.

# %%
params = first_experts(experts, dim, 4, out, deviation=(top_k * 4) ** -0.5)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")
for weight in params.values():
    weight.requires_grad_()

#? biased
#+ balancer

#?
# %% [markdown]
# ## Training
# Mean squared error, as a share of the answers' variance.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
bias = torch.zeros(experts)
losses, loads = [], []
for step in range(steps):
    key = (seed, step)
    x, y = batch(256, key)
    routing = route(params, x, key, bias)  #? not limited
    routing = route(params, x, key, bias + outside(params, x, bias))  #? limited
    answer = answers(params, x, math.sqrt(top_k) * routing["gates"])
    loss = (answer - y).square().mean() / variance
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    counts = routing["mask"].sum(0)
    bias = next_bias(bias, counts, routing)  #? biased
    losses.append(loss.item())
    loads.append(counts / counts.sum())
    report(step, losses[-1])

# %% [markdown]
# ## The bill
# What the choices of 4,096 fresh tokens send: a copy of a token goes to each device that holds one of
# its experts and is not its home, however many experts answer there.

# %%
x, _ = batch(4096, (seed, steps))
chosen = route(params, x, (seed, steps), bias)["mask"]  #? not limited
chosen = route(params, x, (seed, steps), bias + outside(params, x, bias))["mask"]  #? limited
home = F.one_hot(torch.arange(4096) // (4 * sequence) % devices, devices)  # four sequences each
on = chosen @ F.one_hot(device_of, devices).to(chosen.dtype)  # [tokens, devices]: its experts there
visits = (on > 0).float()
in_node = visits.reshape(-1, nodes, devices // nodes).amax(2)
home_node = home.reshape(-1, nodes, devices // nodes).amax(2)
print("devices of a token:", round(visits.sum(1).mean().item(), 2))
print("nodes of a token:", round(in_node.sum(1).mean().item(), 2))
print("a copy for each expert:", round((on * (1 - home)).sum(1).mean().item(), 2))
print("a copy for each device:", round((visits * (1 - home)).sum(1).mean().item(), 2))
print("a copy for each node:", round((in_node * (1 - home_node)).sum(1).mean().item(), 2))
work = on.sum(0)
print("work of the busiest device, over the mean:", round((work.max() / work.mean()).item(), 2))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    draw_loads(plt, loads)
    plt.subplot(1, 2, 2)
    draw_losses(plt, "loss, as a share of the variance")
    plt.show()
