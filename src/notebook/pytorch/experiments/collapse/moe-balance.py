#+ data

#+ router

# %% [markdown]
# ## Experts
# Each is a small network with one hidden layer, too small for all clusters and large enough for
# two or three.

# %%
params = first_experts(experts, dim, 8, out, deviation=0.1)
params["router.weight"] = normal((dim, experts), router_deviation, seed, "router.weight")  #? weighs
params["router.noise"] = normal((dim, experts), 0.01, seed, "router.noise")  #? noisy

#+ balancer

#? loss_is_constant
# %%
def balance_loss(routing):
    load = routing["mask"].T.mean(1, keepdim=True) / top_k
    products = load * routing["scores"].mean(0)
    return experts**2 * products.mean()

#?
# %% [markdown]
# ## Training
# Mean squared error, in units of the clusters' own part: 1 is answering with the common part alone.

# %%
learned = [params["router.weight"]]  #? not experts_learn
learned = list(params.values())  #? experts_learn
for weight in learned:
    weight.requires_grad_()
optimizer = torch.optim.Adam(learned, lr=learning_rate)
bias = torch.zeros(experts)  #? biased
losses, loads = [], []
for step in range(steps):
    key = (seed, step)
    x, y = batch(128, key)
    routing = route(params, x, key)  #? plain
    routing = route(params, shaken(x, key), key)  #? jitters
    routing = route(params, x, key, bias)  #? biases
    routing = route(params, shaken(x, key), key, bias)  #? jitters_and_biases
    gates = routing["gates"]
    gates = gates * within_capacity(routing["mask"])  #? limited
    task_loss = (answers(params, x, gates) - y).square().mean() / own_variance
    loss = task_loss
    loss = loss + z_loss * router_z_loss(routing)  #? z_loss
    loss = loss + balance_strength * balance_loss(routing)  #? balances
    counted = {**routing, "mask": within_capacity(routing["mask"])}  #? load_after_capacity
    loss = loss + balance_strength * balance_loss(counted)  #? load_after_capacity
    balance = balance_loss(routing)  #? loss_never_added

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    counts = routing["mask"].sum(0)
    bias = next_bias(bias, counts, routing)  #? biased
    losses.append(task_loss.item())
    loads.append(counts / counts.sum())
    report(step, losses[-1])

# %%
late = torch.stack(loads[-max(1, steps // 50) :]).mean(0)
print("shares over the last fiftieth of the run:", late.numpy().round(3))
print("MaxVio of the last batch:", round(max_vio(loads[-1]), 3))

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
