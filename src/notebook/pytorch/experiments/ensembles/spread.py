# %% [markdown]
# ## Data
# Sixteen samples at the same places, which differ in noise alone. On each, three ensembles of eight
# are trained: on all points, on a resample each, on an eighth each.

# %%
kinds, trials, count = 3, 16, 8


def curve(x):
    return 0.7 * np.sin(np.pi * x) + 0.3 * x


places = 2 * uniforms(seed, "noisy-curve.train", rows) - 1
x = floats(places)[:, None]  # [rows, 1]

samples, weights = [], []
for trial in range(trials):
    samples.append(curve(places) + noise * normals(seed, f"spread.{trial}.noise", rows))
    order = shuffled(range(rows), uniforms(seed, f"spread.{trial}.split", rows))
    share = np.empty(rows, int)
    share[order] = np.arange(rows) % count
    own_eighth = share[:, None] == np.arange(count)
    resample = bootstrap(rows, count, seed * trials + trial)
    weights.append(torch.stack([torch.ones(rows, count), resample, floats(own_eighth)], 1))

# [rows, kinds, trials, members] as one row of all members
y = floats(np.stack(samples, 1))[:, None, :, None]
y = y.expand(rows, kinds, trials, count).reshape(rows, -1)
weights = torch.stack(weights, 2).reshape(rows, -1)

# %% [markdown]
# ## Members
# All 384 at once; they share no weight.

# %%
params = first_members(kinds * trials * count, 1, hidden, steepness)
for weight in params.values():
    weight.requires_grad_()

# %% [markdown]
# ## Training

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    errors = (member_answers(params, x) - y).square()
    loss = ((errors * weights).sum(0) / weights.sum(0)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item() / y.shape[1])
    report(step, losses[-1])

# %% [markdown]
# ## What averaging does to chance
# The variance of a member over the trials, and that of the average of eight.

# %%
line = torch.linspace(-1, 1, 61)
said = member_answers(params, line[:, None]).detach().reshape(61, kinds, trials, count)
for kind, name in enumerate(["the same points", "a resample each", "an eighth each"]):
    alone = said[:, kind].var(1, unbiased=False).mean().item()
    averaged = said[:, kind].mean(2).var(1, unbiased=False).mean().item()
    print(f"{name}: variance {alone:.4f} alone, {averaged:.4f} of the average")

# %% [markdown]
# ## Picture
# The averages of the sixteen trials, members on the same points.

# %%
if plt := pictures():
    plt.plot(line, said[:, 0].mean(2), color="lightgrey")
    plt.plot(line, curve(line.numpy()), color="black")
    plt.show()
