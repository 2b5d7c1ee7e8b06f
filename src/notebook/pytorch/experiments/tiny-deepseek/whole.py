# %% [markdown]
# ## Data
# The lab's rows of 64 characters and one more, packed: at each place the model foretells what follows.

# %%
packed = given.packed

# %%
characters = given.characters
rows = np.frombuffer(zlib.decompress(base64.b64decode(packed)), given.dtype)
rows = torch.tensor(rows.astype(np.int64)).reshape(-1, 65)
print(len(rows), "rows, the first:")
print("".join(characters[i] for i in rows[0]))

# %% [markdown]
# ## Model
# Four layers, 32 channels wide, the first of them dense; behind them the modules that foretell
# further. The embedding is the head too.

# %%
width, layers, heads, head_width = 32, 4, 4, 8


def first_block(own, is_sparse):
    weights = {
        "norm.attention.weight": torch.ones(width),
        "norm.feedForward.weight": torch.ones(width),
    }
    #? latent
    latent = first_latent_attention(width, heads, head_width, latent_width, rotary_width, own)
    weights |= with_name("attention", latent)
    #? not latent
    weights |= with_name("attention", first_heads(own))
    #? sparse
    if is_sparse:
        weights["moe.router.weight"] = normal((width, experts), width**-0.5, own, "router.weight")
        weights |= with_name("moe.experts", first_gated_experts(experts, width, expert_hidden, own))
        shared = first_gated_experts(shared_experts, width, expert_hidden, own + 1)  #? shares
        weights |= with_name("moe.shared", shared)  #? shares
        return weights
    #?
    return weights | with_name("feedForward", first_network(width, dense_hidden, own))


#? not latent
def first_heads(own):
    shapes = {"query": heads, "key": key_value_heads, "value": key_value_heads}
    weights = {
        name: normal((width, count * head_width), width**-0.5, own, f"attention.{name}")
        for name, count in shapes.items()
    }
    inputs = heads * head_width
    output = normal((inputs, width), inputs**-0.5, own, "attention.output")
    return weights | {"output": output}


#?
embedding = normal((len(characters), width), width**-0.5, seed, "embedding.weight")
params = {"embedding.weight": embedding, "norm.weight": torch.ones(width)}
for layer in range(layers):
    own = part_seed(seed, layer + 1)
    block = first_block(own, layer > 0)
    params |= {f"layers.{layer}.{name}": weight for name, weight in block.items()}
#? foretells
for module in range(predictors):
    own = part_seed(seed, layers + 1 + module)
    block = first_block(own, True)
    params |= {f"mtp.{module}.block.{name}": weight for name, weight in block.items()}
    for norm in ("output", "hidden", "embedding"):
        params[f"mtp.{module}.norm.{norm}.weight"] = torch.ones(width)
    projection = normal((2 * width, width), (2 * width) ** -0.5, own, "projection")
    params[f"mtp.{module}.projection"] = projection
#?
print(sum(weight.numel() for weight in params.values()), "numbers")


def part(name):
    """The weights under a name, without it."""
    return {key[len(name) + 1 :]: w for key, w in params.items() if key.startswith(name + ".")}

#? not latent
# %% [markdown]
# Attention by heads; several query heads may share keys and values.

# %%
def attention(p, x):
    """x [rows, places, width] → the same shape; p holds the layer's weights by their short names."""

    def by_head(y, count):
        return y.reshape(*x.shape[:2], count, -1).transpose(1, 2)  # [rows, heads, places, width]

    shared_by = heads // key_value_heads
    queries = rotated(by_head(x @ p["query"], heads))
    keys = rotated(by_head(x @ p["key"], key_value_heads)).repeat_interleave(shared_by, 1)
    values = by_head(x @ p["value"], key_value_heads).repeat_interleave(shared_by, 1)
    fit = queries @ keys.transpose(2, 3) * head_width**-0.5
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    seen = fit.masked_fill(later, -torch.inf).softmax(-1) @ values
    return seen.transpose(1, 2).flatten(2) @ p["output"]

#? sparse
#+ router

#? biased
#+ balancer

#? balances
# %% [markdown]
# DeepSeek-V3's small loss within each row: an expert's share of the assignments that the scores
# alone would give, times its mean score.

# %%
def balance_loss(routing, places):
    """Over rows of so many places."""

    def means(values):
        return values.reshape(-1, places, values.shape[1]).mean(1)

    scores = routing["scores"]
    share = means(top_k_mask(scores, top_k)) * experts / top_k
    return (share * means(score_shares(scores))).sum(1).mean()

#? sparse
#? limited
# %% [markdown]
# The limit on nodes: experts stand in four of them. The nodes whose best experts score highest, bias
# included, stay open; in the others minus infinity bars all.

# %%
def bars(scores, bias):
    biased = scores.detach() if bias is None else scores.detach() + bias
    in_nodes = biased.reshape(len(biased), 4, -1)
    value = in_nodes.topk(given.best, 2).values.sum(2)  # [tokens, nodes]
    return ((top_k_mask(value, most_groups) - 1) * 1e30).repeat_interleave(experts // 4, 1)

#? sparse
# %% [markdown]
# A sparse layer: each character's experts, weighed by their gates.

# %%
def mixture(p, x, key, bias):
    """x [tokens, width] → the answers, and who took what."""
    weights = {"router.weight": p["router.weight"]}
    routing = route(weights, x, key, bias)
    #? limited
    barred = bars(routing["scores"], bias)
    routing = route(weights, x, key, barred if bias is None else barred + bias)
    #? sparse
    units = gated(x, p, "experts.").reshape(len(x), experts, -1)  # [tokens, experts, units]
    y = (units * routing["gates"][:, :, None]).flatten(1) @ p["experts.w2"]
    y = y + gated(x, p, "shared.") @ p["shared.w2"]  #? shares
    return y, routing

#?
# %%
def through(p, x, key, bias):
    """One block: x [rows, places, width] → the same shape, and the routing of a sparse one."""
    own = {name[10:]: w for name, w in p.items() if name.startswith("attention.")}
    quiet = rms_norm(x, p["norm.attention.weight"])
    x = x + latent_attention(own, quiet, heads)  #? latent
    x = x + attention(own, quiet)  #? not latent
    y = rms_norm(x, p["norm.feedForward.weight"])
    #? sparse
    if "moe.router.weight" in p:
        moe = {name[4:]: w for name, w in p.items() if name.startswith("moe.")}
        answer, routing = mixture(moe, y.flatten(0, 1), key, bias)
        return x + answer.reshape(x.shape), routing
    #?
    return x + gated(y, p, "feedForward.") @ p["feedForward.w2"], None


def decoder(drawn, key, biases):
    """drawn [rows, 65] → logits of each place's next character, of those further, and routings."""
    embedding = params["embedding.weight"]
    x = embedding[drawn[:, :-1]]
    routings = {}
    for layer in range(layers):
        x, routing = through(part(f"layers.{layer}"), x, key, biases.get(layer))
        if routing:
            routings[layer] = routing
    logits = rms_norm(x, params["norm.weight"]) @ embedding.T
    further = []
    #? foretells
    for module in range(predictors):
        p = part(f"mtp.{module}")
        left = 63 - module  # places that have a target
        read = embedding[drawn[:, module + 1 : module + 1 + left]]
        both = [rms_norm(x[:, :left], p["norm.hidden.weight"])]
        both += [rms_norm(read, p["norm.embedding.weight"])]
        x = torch.cat(both, -1) @ p["projection"]
        at = layers + module
        x, routing = through(part(f"mtp.{module}.block"), x, key, biases.get(at))
        if routing:
            routings[at] = routing
        further.append(rms_norm(x, p["norm.output.weight"]) @ embedding.T)
    #?
    return logits, further, routings

# %% [markdown]
# ## Training
# Four rows at each step; AdamW with decay on matrices, a warm-up of twenty steps and clipped
# gradients. The loss that is told is that of the next character.

# %%
learned = list(params.values())
for weight in learned:
    weight.requires_grad_()
optimizer = torch.optim.AdamW(
    [
        {"params": [w for w in learned if w.dim() > 1], "weight_decay": 0.1},
        {"params": [w for w in learned if w.dim() == 1], "weight_decay": 0.0},
    ],
    lr=learning_rate,
)
biases = {}
#? biased
biases = {at: torch.full((experts,), float(first_bias)) for at in range(1, layers + predictors)}
#?
losses = []
for step in range(steps):
    key = (seed, step)
    rate = learning_rate * min(1, (step + 1) / 20)
    rate = rate * cosine(step, 20, rate_steps, 0.05)  #? falls
    set_rate(optimizer, rate)
    drawn = rows[step_integers((4,), key, "rows", len(rows))]
    logits, further, routings = decoder(drawn, key, biases)
    task_loss = F.cross_entropy(logits.flatten(0, 1), drawn[:, 1:].flatten())
    loss = task_loss
    #? foretells
    for module, foretold in enumerate(further):
        following = drawn[:, module + 2 :]
        own_loss = F.cross_entropy(foretold.flatten(0, 1), following.flatten())
        loss = loss + further_weight / predictors * own_loss * following.shape[1] / 64
    #? balances
    uneven = [balance_loss(r, 64 if at < layers else 63 - (at - layers)) for at, r in routings.items()]
    loss = loss + balance_strength * sum(uneven) / len(uneven)
    #?
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(learned, 1.0)
    optimizer.step()
    #? biased
    for at, routing in routings.items():
        biases[at] = next_bias(biases[at], routing["mask"].sum(0), routing)
    #?
    losses.append(task_loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per character")
    plt.show()
