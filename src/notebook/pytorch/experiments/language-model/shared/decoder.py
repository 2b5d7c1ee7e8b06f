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
    weights = {
        "norm.attention.weight": torch.ones(width),
        "norm.feedForward.weight": torch.ones(width),
    }
    weights |= with_name("attention", first_latent_attention(width, heads, head_width, rank, rotary, own))
    #? sparse
    if layer in sparse_layers:
        drawn = normal((width, experts), width**-0.5, own, "router.weight")  #? learns_to_route
        drawn = normal((len(characters), experts), 1, own, "router.weight")  #? by_table
        weights["moe.router.weight"] = drawn  #? learns_to_route
        weights["moe.router.weight"] = drawn  #? by_table
        weights |= with_name("moe.experts", first_gated_experts(experts, width, expert_hidden, own))
        shared = first_gated_experts(shared_experts, width, expert_hidden, own + 1)  #? shares
        weights |= with_name("moe.shared", shared)  #? shares
        return weights
    #?
    return weights | with_name("feedForward", first_network(width, dense_hidden, own))


params = {
    "embedding.weight": normal((len(characters), width), 1, seed, "embedding.weight"),
    "norm.weight": torch.ones(width),
}
for layer in range(layers):
    params |= {f"layers.{layer}.{name}": weight for name, weight in first_layer(layer).items()}
params["head.weight"] = normal((width, len(characters)), width**-0.5, seed, "head.weight")
print(sum(weight.numel() for weight in params.values()), "numbers")

#? sparse
#+ router

#+ balancer

# %% [markdown]
# A sparse layer: each character's experts, weighed by their gates.

# %%
def mixture(p, x, key, bias, identities):
    """x [tokens, width] → the answers, and who took what."""
    weights = {"router.weight": p.get("router.weight")}
    # What this router sees of a token is which character it is.  #? by_table
    x_seen = F.one_hot(identities, len(characters)).to(x.dtype)  #? by_table
    routing = route(weights, x_seen, key, bias)  #? by_table
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
        x = x + latent_attention(own, rms_norm(x, p["norm.attention.weight"]), heads)
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
