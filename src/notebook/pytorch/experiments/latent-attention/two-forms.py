#+ text

# %% [markdown]
# ## Three models
# Decoders of two layers, 32 channels wide, with latent attention: keys and values of all heads come
# from one short vector of each character. They differ in where positions enter: nowhere, in the
# content keys and queries of each head, or in a rotary key apart, one for all heads.

# %%
width, layers, heads, head_width, hidden = 32, 2, 4, 8, 72
placings = ["none", "content", "apart"]


def first_layer(placing, own):
    def weight(name, inputs, outputs):
        return normal((inputs, outputs), inputs**-0.5, own, f"latent.{name}")

    kept = {
        "down": weight("down.keyValue", width, latent_width),
        "norm": torch.ones(latent_width),
        "key": weight("up.key", latent_width, heads * head_width),
        "value": weight("up.value", latent_width, heads * head_width),
        "query": weight("up.query", width, heads * head_width),
        "output": weight("output", heads * head_width, width),
    }
    if placing == "apart":
        kept["rotary.key"] = weight("rotary.key", width, rotary_width)
        kept["rotary.query"] = weight("rotary.query", width, heads * rotary_width)
    return {
        "attention": kept,
        "network": first_network(width, hidden, own),
        "norms": {"attention": torch.ones(width), "network": torch.ones(width)},
    }


def first_model(placing):
    """Equal seeds and names: what two models share starts alike."""
    ends = {
        "embedding": normal((len(characters), width), 1, seed, "embedding.weight"),
        "norm": torch.ones(width),
        "head": normal((width, len(characters)), width**-0.5, seed, "head.weight"),
    }
    return ends, [first_layer(placing, part_seed(seed, layer + 1)) for layer in range(layers)]


models = {placing: first_model(placing) for placing in placings}

# %% [markdown]
# Two forms of the same attention. The plain one rebuilds keys and values of all places. The absorbed
# one folds what rebuilds the keys into the queries, and what rebuilds the values into the answers, so
# that every head looks at the latent itself: that is how a cache of latents is read (DeepSeek-V2,
# 2024). A turn of the content keys would stand between the two products, and the absorbed form cannot
# have it.

# %%
def attention(p, x, placing, absorbed):
    """x [rows, places, width] → the same shape: every place looks back."""

    def by_head(y, count=heads):
        return y.reshape(*x.shape[:2], count, -1).transpose(1, 2)  # [rows, heads, places, channels]

    latent = rms_norm(x @ p["down"], p["norm"])
    queries = by_head(x @ p["query"])
    if absorbed:
        up_key, up_value = (
            p[name].reshape(latent_width, heads, -1).transpose(0, 1) for name in ["key", "value"]
        )  # [heads, latent width, channels]
        fit = queries @ up_key.transpose(1, 2) @ latent[:, None].transpose(2, 3)
    else:
        keys = by_head(latent @ p["key"])
        if placing == "content":
            queries, keys = rotated(queries), rotated(keys)
        fit = queries @ keys.transpose(2, 3)
    channels = head_width
    if placing == "apart":
        turned_key = rotated(by_head(x @ p["rotary.key"], 1))
        fit = fit + rotated(by_head(x @ p["rotary.query"])) @ turned_key.transpose(2, 3)
        channels += rotary_width
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    shares = (fit * channels**-0.5).masked_fill(later, -torch.inf).softmax(-1)
    if absorbed:
        seen = shares @ latent[:, None] @ up_value
    else:
        seen = shares @ by_head(latent @ p["value"])
    return seen.transpose(1, 2).flatten(2) @ p["output"]


def logits_of(placing, tokens, absorbed=False):
    """tokens [rows, places] → one logit for each character."""
    ends, blocks = models[placing]
    x = ends["embedding"][tokens]
    for p in blocks:
        y = rms_norm(x, p["norms"]["attention"])
        x = x + attention(p["attention"], y, placing, absorbed)
        x = x + gated_network(p["network"], rms_norm(x, p["norms"]["network"]))
    return rms_norm(x, ends["norm"]) @ ends["head"]


def loss_of(logits, following):
    return F.cross_entropy(logits.flatten(0, 1), following.flatten())

# %% [markdown]
# ## Training
# All three in the plain form, each with its own clipped gradients; eight rows at each step.

# %%
learned = {
    placing: [*ends.values()] + [w for p in blocks for part in p.values() for w in part.values()]
    for placing, (ends, blocks) in models.items()
}
everything = [weight.requires_grad_() for weights in learned.values() for weight in weights]
optimizer = torch.optim.Adam(everything, lr=learning_rate)
losses = []
for step in range(steps):
    #? falls
    rate = learning_rate * min(1, (step + 1) / 20) * cosine(step, 20, rate_steps, 0.05)
    set_rate(optimizer, rate)
    #?
    drawn = rows[step_integers((8,), (seed, step), "rows", len(rows))]
    optimizer.zero_grad()
    each = []
    for placing in placings:
        loss = loss_of(logits_of(placing, drawn[:, :-1]), drawn[:, 1:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned[placing], 1.0)
        each.append(loss.item())
    optimizer.step()
    losses.append(each)
    report(step, each)

# %% [markdown]
# ## Read in two forms
# On some rows of the text: the loss in both forms, and how far the logits are apart, as a share of
# their size.

# %%
with torch.no_grad():
    for placing in placings:
        plain = logits_of(placing, rows[:24, :-1])
        absorbed = logits_of(placing, rows[:24, :-1], absorbed=True)
        both = [round(loss_of(logits, rows[:24, 1:]).item(), 3) for logits in (plain, absorbed)]
        apart = (absorbed - plain).norm() / plain.norm()
        print(f"{placing:8} plain, absorbed {both}   apart {apart:.1e}")

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    named = ["no positions", "content keys turned", "a rotary key apart"]
    draw_losses(plt, "cross-entropy, nats per character", named)
    plt.show()
