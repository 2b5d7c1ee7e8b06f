# %% [markdown]
# ## Data
# A row shows eight items, then asks eight questions. An item is a name and a value of each of its
# attributes; a question is the name of an item of the row and an attribute, the answer its value.
# A token is a handful of signs: those of an item, or the two of a question.

# %%
items, asked, names, values = 8, 8, 16, 8


def rows_of(purpose, rows):
    """Signs [rows, 16, 1 + attributes], −1 where a token has fewer, and answers [rows, 8]."""
    draws = drawing(seed, f"recall.{purpose}")
    signs = torch.full((rows, items + asked, 1 + attributes), -1)
    answers = torch.zeros(rows, asked, dtype=torch.long)
    for row in range(rows):
        left, shown, tokens, said = list(range(names)), [], [], []
        for _ in range(items):
            name = left.pop(int(len(left) * next(draws)))
            own = [int(values * next(draws)) for _ in range(attributes)]
            shown.append((name, own))
            tokens.append([name] + [names + i * values + value for i, value in enumerate(own)])
        for _ in range(asked):
            name, own = shown[int(items * next(draws))]
            attribute = int(attributes * next(draws))
            question = [name, names + attributes * values + attribute]
            tokens.append(question + [-1] * (attributes - 1))
            said.append(attribute * values + own[attribute])
        signs[row], answers[row] = torch.tensor(tokens), torch.tensor(said)
    return signs, answers


signs, answers_to = rows_of("train", 8192)
print("the first item:", signs[0, 0].tolist(), "  the first question:", signs[0, items].tolist())

# %% [markdown]
# ## Model
# The vectors of a token's signs are added up; then one layer: attention and a gated network.
#? by_heads
# Attention keeps a key and a value of each token for each key-value head; the four query heads share
# them.
#?
#? not by_heads
# Attention keeps one short vector of each token, the latent, from which all heads read their keys
# and values.
#?
#? apart
# Beside it stands a rotary key, one for all heads, which says where the token is.
#?

# %%
width, heads, head_width, hidden = 32, 4, 8, 64


def signs_of(count, deviation, name):
    return normal((count, width), deviation, seed, f"recall.{name}")


#? by_heads
def first_kept():
    def weight(name, outputs):
        return normal((width, outputs), width**-0.5, seed, f"attention.{name}")

    shared = key_value_heads * head_width
    return {
        "query": weight("query", heads * head_width),
        "key": weight("key", shared),
        "value": weight("value", shared),
        "output": weight("output", width),
    }


#?
#? not by_heads
def first_kept():
    def weight(name, inputs, outputs):
        return normal((inputs, outputs), inputs**-0.5, seed, f"latent.{name}")

    return {
        "down": weight("down.keyValue", width, latent_width),
        "norm": torch.ones(latent_width),
        "key": weight("up.key", latent_width, heads * head_width),
        "value": weight("up.value", latent_width, heads * head_width),
        "query": weight("up.query", width, heads * head_width),
        "rotary.key": weight("rotary.key", width, rotary_width),  #? apart
        "rotary.query": weight("rotary.query", width, heads * rotary_width),  #? apart
        "output": weight("output", heads * head_width, width),
    }


#?
params = {
    # Four values add up in an item: each half as long as its name.
    "signs": torch.cat(
        [
            signs_of(names, 1, "names"),
            signs_of(attributes * values, 0.5, "values"),
            signs_of(attributes, 1, "asked"),
        ]
    ),
    "norm.attention": torch.ones(width),
    "norm.network": torch.ones(width),
    "norm": torch.ones(width),
    "head": normal((width, attributes * values), width**-0.5, seed, "head.weight"),
}
kept, network = first_kept(), first_network(width, hidden, seed)
learned = [*params.values(), *kept.values(), *network.values()]
for weight in learned:
    weight.requires_grad_()
print(sum(weight.numel() for weight in learned), "numbers")


def attention(p, x):
    """x [rows, places, width] → the same shape: every place looks back."""

    def by_head(y, count):
        return y.reshape(*x.shape[:2], count, -1).transpose(1, 2)  # [rows, heads, places, channels]

    queries = by_head(x @ p["query"], heads)
    #? by_heads
    keys, values = (by_head(x @ p[name], key_value_heads) for name in ["key", "value"])
    sharing = heads // key_value_heads  # query heads that look at the same keys
    keys, values = keys.repeat_interleave(sharing, 1), values.repeat_interleave(sharing, 1)
    fit = queries @ keys.transpose(2, 3) * head_width**-0.5
    #?
    #? not by_heads
    latent = rms_norm(x @ p["down"], p["norm"])
    keys, values = (by_head(latent @ p[name], heads) for name in ["key", "value"])
    #?
    fit = queries @ keys.transpose(2, 3) * head_width**-0.5  #? content_alone
    #? apart
    # Places are few, so that the planes turn faster than usual.
    turned_key = rotated(by_head(x @ p["rotary.key"], 1), base=100)
    turned_queries = rotated(by_head(x @ p["rotary.query"], heads), base=100)
    fit = queries @ keys.transpose(2, 3) + turned_queries @ turned_key.transpose(2, 3)
    fit = fit * (head_width + rotary_width) ** -0.5
    #?
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    seen = fit.masked_fill(later, -torch.inf).softmax(-1) @ values
    return seen.transpose(1, 2).flatten(2) @ p["output"]


def model(signs):
    """Signs [rows, places, 1 + attributes] → logits of the answers, [rows, 8, values]."""
    # Sign −1 is the last row, which adds nothing.
    vectors = torch.cat([params["signs"], torch.zeros(1, width)])
    x = vectors[signs].sum(2)
    x = x + attention(kept, rms_norm(x, params["norm.attention"]))
    x = x + gated_network(network, rms_norm(x, params["norm.network"]))
    return rms_norm(x[:, items:], params["norm"]) @ params["head"]

# %% [markdown]
# ## Training
# Cross-entropy of the answers, sixteen rows at each step.

# %%
optimizer = torch.optim.Adam(learned, lr=learning_rate)
losses = []
for step in range(steps):
    #? falls
    rate = learning_rate * min(1, (step + 1) / 30) * cosine(step, 30, rate_steps, 0.1)
    set_rate(optimizer, rate)
    #?
    drawn = step_integers((16,), (seed, step), "rows", len(signs))
    logits = model(signs[drawn])
    loss = F.cross_entropy(logits.flatten(0, 1), answers_to[drawn].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## What it remembers
# On fresh rows: the loss, and how many questions are answered right. And what it takes: the numbers
# that are kept of a token.

# %%
fresh, right_answers = rows_of("fresh", 128)
with torch.no_grad():
    logits = model(fresh)
    loss = F.cross_entropy(logits.flatten(0, 1), right_answers.flatten()).item()
    right = (logits.argmax(2) == right_answers).float().mean().item()
numbers = 2 * key_value_heads * head_width  #? by_heads
numbers = latent_width  #? content_alone
numbers = latent_width + rotary_width  #? apart
print(f"loss {loss:.3f}, right {right:.3f}, with {4 * numbers} bytes a token")

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per question")
    plt.show()
