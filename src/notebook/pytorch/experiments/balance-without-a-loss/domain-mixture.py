# %% [markdown]
# ## Data
# Sequences of 32 tokens, each of one of four domains; a token is also of one of eight kinds. A token
# says both, and has eight more numbers. Its answer is a sum of a function of the domain and one of
# the kind.

# %%
domains, kinds, content, units, out = 4, 8, 8, 4, 8
sequence, marks = 32, domains + kinds
dim = marks + content

# f(c) = tanh(1.5 c B) A for each domain and kind: columns of B have length 1, and A is scaled so that
# the mean square of f is 1.
inward = normals(seed, "parts.B", marks * content * units).reshape(marks, content, units)
inward = inward / np.sqrt((inward**2).sum(1, keepdims=True))
z = np.arange(-600, 601) / 100
mean_square = np.average(np.tanh(1.5 * z) ** 2, weights=np.exp(-(z**2) / 2))
outward = normals(seed, "parts.A", marks * units * out).reshape(marks, units, out)
outward = outward / math.sqrt(units * mean_square)
share_of = np.array([1.5] * domains + [0.7] * kinds)  # how much each counts in an answer
powers = share_of**2 * (outward**2).sum((1, 2)) * mean_square / out
variance = powers[:domains].mean() + powers[domains:].mean()  # losses are shares of it
inward, outward, share_of = floats(inward), floats(outward), floats(share_of)


def answers_to(x):
    """x [tokens, dim] → [tokens, out]"""
    each = torch.tanh(1.5 * torch.einsum("tc,mcu->tmu", x[:, marks:], inward))
    return torch.einsum("tmu,tm,muo->to", each, x[:, :marks] * share_of, outward)


def fresh(tokens, key):
    """x [tokens, dim] and the answers y [tokens, out]."""
    domain = step_integers((tokens // sequence,), key, "parts.domain", domains)
    domain = domain.repeat_interleave(sequence)
    domain = torch.full_like(domain, given.writer)  #? one_writes
    kind = top_k_mask(step_uniform((tokens, kinds), key, "parts.kinds"), 1)
    said = step_normal((tokens, content), key, "parts.content")
    x = torch.cat([F.one_hot(domain, domains), kind, said], 1)
    return x, answers_to(x)

#+ router

#? bias_weighs
# %%
def gates_of(routing, bias):
    kept = (routing["scores"] + bias) * routing["mask"]
    return kept / kept.sum(1, keepdim=True)

#?
# %% [markdown]
# ## Experts
# Each is a network with one hidden layer. Two gates that sum to 1 are multiplied by √2: answers as
# large as one expert's.

# %%
params = first_experts(experts, dim, 16, out, deviation=(top_k * 16) ** -0.5)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")
for weight in params.values():
    weight.requires_grad_()

#+ balancer

# %% [markdown]
# ## Training
#? learns
# Mean squared error, as a share of the answers' variance.
#?
#? not learns
# The mixture is in use: weights stand still, and losses are shares of the answers' variance.
#?

# %%
counted_together = given.together  # tokens  #? counts_together
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)  #? learns
bias = torch.zeros(experts)
losses, loads = [], []
for step in range(steps):
    x, y = fresh(batch, (seed, step))
    routing = route(params, x, (seed, step), bias)  #? biased
    routing = route(params, x, (seed, step))  #? not biased
    gates = math.sqrt(2) * routing["gates"]  #? not bias_weighs
    gates = math.sqrt(2) * gates_of(routing, bias)  #? bias_weighs
    task_loss = (answers(params, x, gates) - y).square().mean() / variance
    #? learns
    loss = task_loss
    loss = loss + balance_strength * balance_loss(routing)  #? balances
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    #?
    counts = routing["mask"].sum(0)
    bias = next_bias(bias, counts, routing)  #? bias_moves
    losses.append(task_loss.item())
    loads.append(counts / counts.sum())
    report(step, losses[-1])

# %% [markdown]
# ## Who takes which domain
# Of each domain's tokens, an expert's share as a multiple of its fair share.

# %%
x, _ = fresh(4096, (seed + 1000, 0))
mask = route(params, x, (seed, 0), bias)["mask"]
for domain, name in enumerate("ABCD"):
    own = mask[x[:, domain] == 1]
    if len(own):
        print(name, (own.mean(0) * experts / top_k).numpy().round(2))

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
