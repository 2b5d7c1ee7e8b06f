#+ data

#+ router

# %% [markdown]
# A token may use so many devices at most, those that hold its best experts. A bias bars it from the
# experts of all others.

# %%
devices = 8


def outside(params, x):
    """Minus infinity, nearly, for the experts that a token may not use: [tokens, experts]."""
    scores = (x @ params["router.weight"]).softmax(1).detach()
    best = scores.reshape(len(x), devices, -1).amax(2)
    return -1e30 * (1 - top_k_mask(best, most_groups)).repeat_interleave(experts // devices, 1)

# %% [markdown]
# ## Experts
# Small networks with one hidden layer. The eight gates of a token sum to √8: answers as large as one
# expert's.

# %%
params = first_experts(experts, dim, 4, out, deviation=(top_k * 4) ** -0.5)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")
for weight in params.values():
    weight.requires_grad_()

# %% [markdown]
# ## Balance
# DeepSeek-V2's three losses (2024, §2.2.3), each within a sequence: shares times scores of experts, of
# devices, and of devices once more, where a token counts once that sends anything there.

# %%
counted_together = sequence  # tokens


def between_experts(routing):
    share = sequence_means(routing["mask"]) * experts / top_k
    return (share * sequence_means(routing["scores"])).sum(1).mean()


def between_devices(routing):
    share = by_device(sequence_means(routing["mask"])).mean(2) * experts / top_k
    return (share * by_device(sequence_means(routing["scores"])).sum(2)).sum(1).mean()


def of_traffic(routing):
    sent = by_device(routing["mask"]).amax(2)  # [tokens, devices]
    share = sequence_means(sent) * devices / most_groups
    return (share * by_device(sequence_means(routing["scores"])).sum(2)).sum(1).mean()


def by_device(values):
    return values.reshape(len(values), devices, -1)

#? roomy
# %% [markdown]
# ## Room
# A device computes so many assignments of a batch, those with the highest scores.

# %%
def within_room(mask, scores):
    keys = torch.where(mask > 0, scores.detach(), -torch.inf).T.reshape(devices, -1)
    order = torch.sort(keys, dim=1, descending=True, stable=True).indices
    room = device_room * len(mask) * top_k * (1 + 2**-21)  # rounding must not cost a place
    first = (torch.arange(1, keys.shape[1] + 1) * devices < room).to(keys.dtype)
    kept = torch.zeros_like(keys).scatter(1, order, first.expand(devices, -1).contiguous())
    return mask * kept.reshape(experts, -1).T

#?
# %% [markdown]
# ## Training
# Mean squared error, as a share of the answers' variance, and the three losses by their weights.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses, loads = [], []
dropped = []  #? roomy
for step in range(steps):
    key = (seed, step)
    x, y = batch(256, key)
    routing = route(params, x, key, outside(params, x))
    gates = math.sqrt(top_k) * routing["gates"]
    #? roomy
    kept = within_room(routing["mask"], routing["scores"])
    dropped.append(1 - (kept.sum() / routing["mask"].sum()).item())
    gates = gates * kept
    #?
    task_loss = (answers(params, x, gates) - y).square().mean() / variance
    balance = expert_loss * between_experts(routing) + device_loss * between_devices(routing)
    loss = task_loss + balance + traffic_loss * of_traffic(routing)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(task_loss.item())
    loads.append(routing["mask"].mean(0) / top_k)
    report(step, losses[-1])
print("dropped in the last fifty steps:", round(100 * np.mean(dropped[-50:]), 1), "%")  #? roomy

# %% [markdown]
# ## Who is busiest
# On 4,096 fresh tokens, over the mean: the busiest expert, and the busiest device by its work and by
# the tokens that arrive from others.

# %%
x, _ = batch(4096, (seed, steps))
mask = route(params, x, (seed, steps), outside(params, x))["mask"]
home = F.one_hot(torch.arange(4096) // (4 * sequence) % devices, devices)  # where a token waits
work = by_device(mask).sum(2)  # [tokens, devices]
arrived = (work > 0) * (1 - home)
for name, each in {"expert": mask, "device": work, "device, arrivals": arrived}.items():
    total = each.sum(0).float()
    print(f"busiest {name}:", round((total.max() / total.mean()).item(), 2))

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
