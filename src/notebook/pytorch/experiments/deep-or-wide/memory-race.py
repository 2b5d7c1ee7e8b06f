# %% [markdown]
# ## Data
# Random strings of 32 bits, no two alike, and a class for each, drawn by lot: there is nothing to
# understand, only to remember. Bits are written −1 and 1.

# %%
bits, classes = 32, 8


def list_of(items):
    drawn = uniforms(1, "memorise", (items + 100) * bits + items)
    strings, place = {}, 0
    while len(strings) < items:  # as a rule no string comes twice
        strings.setdefault(tuple(drawn[place : place + bits] < 0.5))
        place += bits
    return np.array(list(strings)), np.floor(classes * drawn[place : place + items])


strings, numbers = list_of(items)
first = math.floor(items * uniforms(seed, "memorise.rows", 1)[0])
order = (first + np.arange(items)) % items
x = floats(2 * strings[order] - 1.0)  # [items, bits]
y = torch.tensor(numbers[order], dtype=torch.long)

# %% [markdown]
# ## Models
# One, two and four hidden layers within the budget; and two, four or eight networks of one hidden
# layer, of which the first bits of the string name the one that answers. Nobody learns to choose.

# %%
dense = []
for depth in (1, 2, 4):
    width = width_for(depth, bits, classes, budget, equal)
    dense.append(first_layers([bits, *[width] * depth, classes], seed))

sparse = []
for count in (2, 4, 8):
    units = budget / (bits + classes)
    units = units if equal == "multiplications" else units / count
    sparse.append(first_experts(count, bits, max(1, math.floor(units)), classes))


def named(x, count):
    """1 at the network that the first bits name, [rows, count]."""
    first = int(math.log2(count))
    powers = 2 ** torch.arange(first)
    return F.one_hot(((x[:, :first] > 0) * powers).sum(1), count).to(x.dtype)


def all_logits(x):
    return [network(layers, x) for layers in dense] + [
        answers(params, x, named(x, len(params["experts.b2"]))) for params in sparse
    ]

# %% [markdown]
# ## Training
# 256 strings at each step, cross-entropy, Adam. The six share no weight.

# %%
weights = weights_of(dense) + [w.requires_grad_() for params in sparse for w in params.values()]
optimizer = torch.optim.Adam(weights, lr=learning_rate)
losses = []
for step in range(steps):
    rows = step_integers((256,), (seed, step), "batch", items)
    each = torch.stack([F.cross_entropy(logits, y[rows]) for logits in all_logits(x[rows])])
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, losses[-1])

# %%
names = ["1 layer", "2 layers", "4 layers", "one of 2", "one of 4", "one of 8"]
for name, logits in zip(names, all_logits(x)):
    print(name, "knows", round((logits.argmax(1) == y).to(x.dtype).mean().item(), 3))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats", names)
    plt.show()
