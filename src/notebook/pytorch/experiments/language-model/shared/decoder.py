#+ text

# %% [markdown]
# ## Model
# A decoder of four layers, 32 channels wide. Each layer normalises its input and adds to the stream:
# first attention, then a network or a choice of experts.

# %%
width, layers, heads, head_width, rank, rotary = 32, 4, 4, 8, 16, 8
sparse_layers = given.sparse_layers


def first_layer(layer):
    own = part_seed(seed, layer + 1)

    def weight(inputs, outputs, purpose, deviation=None):
        return normal((inputs, outputs), deviation or inputs**-0.5, own, purpose)

    weights = {
        "norm.attention.weight": torch.ones(width),
        "attention.down.keyValue": weight(width, rank, "latent.down.keyValue"),
        "attention.norm.keyValue.weight": torch.ones(rank),
        "attention.up.key": weight(rank, heads * head_width, "latent.up.key"),
        "attention.up.value": weight(rank, heads * head_width, "latent.up.value"),
        "attention.up.query": weight(width, heads * head_width, "latent.up.query"),
        "attention.rotary.key": weight(width, rotary, "latent.rotary.key"),
        "attention.rotary.query": weight(width, heads * rotary, "latent.rotary.query"),
        "attention.output": weight(heads * head_width, width, "latent.output"),
        "norm.feedForward.weight": torch.ones(width),
    }
    #? sparse
    if layer in sparse_layers:
        weights["moe.router.weight"] = weight(width, experts, "router.weight")  #? learns_to_route
        weights["moe.router.weight"] = weight(len(characters), experts, "router.weight", 1)  #? by_table
        weights |= first_experts("moe.experts", experts, own)
        weights |= first_experts("moe.shared", shared_experts, own + 1)  #? shares
        return weights
    #?
    weights["feedForward.w1"] = weight(width, dense_hidden, "feedForward.w1")
    weights["feedForward.w3"] = weight(width, dense_hidden, "feedForward.w3")
    weights["feedForward.w2"] = weight(dense_hidden, width, "feedForward.w2")
    return weights


#? sparse
def first_experts(name, count, own):
    """SwiGLU experts side by side: their matrices are the columns, or the rows, of one."""
    shapes = {"w1": (width, count * expert_hidden), "w3": (width, count * expert_hidden)}
    shapes["w2"] = (count * expert_hidden, width)
    deviations = {"w1": width**-0.5, "w3": width**-0.5, "w2": expert_hidden**-0.5}
    return {
        f"{name}.{w}": normal(shape, deviations[w], own, f"experts.{w}")
        for w, shape in shapes.items()
    }


#?
params = {
    "embedding.weight": normal((len(characters), width), 1, seed, "embedding.weight"),
    "norm.weight": torch.ones(width),
}
for layer in range(layers):
    params |= {f"layers.{layer}.{name}": weight for name, weight in first_layer(layer).items()}
params["head.weight"] = normal((width, len(characters)), width**-0.5, seed, "head.weight")
print(sum(weight.numel() for weight in params.values()), "numbers")

# %% [markdown]
# Latent attention (DeepSeek-V2): keys and values of all heads are rebuilt from one short vector a
# character. Positions have channels of their own, one set for all keys.

# %%
def attention(p, x):
    """x [rows, places, width] → the same shape; p holds the layer's weights by their short names."""

    def by_head(y, count):
        return y.reshape(*x.shape[:2], count, -1).transpose(1, 2)  # [rows, heads, places, width]

    latent = rms_norm(x @ p["down.keyValue"], p["norm.keyValue.weight"])
    keys = by_head(latent @ p["up.key"], heads)
    values = by_head(latent @ p["up.value"], heads)
    queries = by_head(x @ p["up.query"], heads)
    turned_key = rotated(by_head(x @ p["rotary.key"], 1))
    turned_queries = rotated(by_head(x @ p["rotary.query"], heads))
    fit = queries @ keys.transpose(2, 3) + turned_queries @ turned_key.transpose(2, 3)
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    fit = fit * (head_width + rotary) ** -0.5
    seen = fit.masked_fill(later, -torch.inf).softmax(-1) @ values
    return seen.transpose(1, 2).flatten(2) @ p["output"]


def gated(x, p, name):
    """SiLU(x W1) · x W3, the units of a SwiGLU network."""
    return F.silu(x @ p[f"{name}w1"]) * (x @ p[f"{name}w3"])

#? sparse
#+ router

#+ balancer

# %% [markdown]
# A sparse layer: each character's experts, weighed by their gates.

# %%
def mixture(p, x, key, bias, identities):
    """x [tokens, width] → the answers, and who took what."""
    weights = {"router.weight": p.get("router.weight")}
    #? by_table
    # What this router sees of a token is which character it is.
    x_seen = F.one_hot(identities, len(characters)).to(x.dtype)
    routing = route(weights, x_seen, key, bias)
    #?
    routing = route(weights, x, key, bias)  #? plain
    routing = route(weights, x, key, bias, identities)  #? by_identity
    units = gated(x, p, "experts.").reshape(len(x), experts, -1)  # [tokens, experts, units]
    y = (units * routing["gates"][:, :, None]).flatten(1) @ p["experts.w2"]
    y = y + gated(x, p, "shared.") @ p["shared.w2"]  #? shares
    return y, routing

#?
# %%
def decoder(tokens, key, biases=None, identities=None):
    """tokens [rows, places] → logits of the same shape and one for each character; the routings."""
    x = params["embedding.weight"][tokens]
    routings = {}
    for layer in range(layers):
        start = f"layers.{layer}."
        p = {name[len(start) :]: w for name, w in params.items() if name.startswith(start)}
        own = {name[10:]: w for name, w in p.items() if name.startswith("attention.")}
        x = x + attention(own, rms_norm(x, p["norm.attention.weight"]))
        y = rms_norm(x, p["norm.feedForward.weight"])
        #? sparse
        if layer in sparse_layers:
            moe = {name[4:]: w for name, w in p.items() if name.startswith("moe.")}
            bias = biases and biases[layer]
            own_key = (part_seed(key[0], layer + 1), key[1])
            named = tokens if identities is None else identities
            answer, routings[layer] = mixture(moe, y.flatten(0, 1), own_key, bias, named.flatten())
            x = x + answer.reshape(x.shape)
            continue
        #?
        x = x + gated(y, p, "feedForward.") @ p["feedForward.w2"]
    return rms_norm(x, params["norm.weight"]) @ params["head.weight"], routings

# %% [markdown]
# ## Training
# Sixteen rows at each step, cross-entropy, Adam with a warm-up of twenty steps and clipped gradients.

# %%
learned = list(params.values())  #? not frozen
learned = [w for name, w in params.items() if not name.endswith("router.weight")]  #? frozen
for weight in learned:
    weight.requires_grad_()
optimizer = torch.optim.Adam(learned, lr=learning_rate)
biases = {layer: torch.zeros(experts) for layer in sparse_layers}  #? biased
biases = None  #? not biased
losses = []
for step in range(steps):
    key = (seed, step)
    rate = learning_rate * min(1, (step + 1) / 20)
    rate = rate * cosine(step, 20, rate_steps, 0.05)  #? falls
    set_rate(optimizer, rate)
    drawn = rows[step_integers((16,), key, "rows", len(rows))]
    tokens, following = drawn[:, :-1], drawn[:, 1:]
    logits, routings = decoder(tokens, key, biases)  #? not other_identities
    #? before
    # The table looks at the character before; the first of a row has none.
    identities = F.pad(tokens[:, :-1], (1, 0), value=len(characters))
    #?
    identities = torch.arange(64).expand(tokens.shape)  # the place in the row  #? place
    logits, routings = decoder(tokens, key, biases, identities)  #? other_identities
    task_loss = F.cross_entropy(logits.flatten(0, 1), following.flatten())
    loss = task_loss
    #? balances
    balance = sum(balance_loss(routing) for routing in routings.values()) / len(routings)
    loss = loss + balance_strength * balance
    #?
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(learned, 1.0)
    optimizer.step()
    #? biased
    for layer, routing in routings.items():
        biases[layer] = next_bias(biases[layer], routing["mask"].sum(0), routing)
    #?
    losses.append(task_loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per character")
    plt.show()
