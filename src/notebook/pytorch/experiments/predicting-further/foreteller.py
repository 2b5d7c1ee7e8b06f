#+ text

# %% [markdown]
# ## Model
#? chained
# A decoder, and modules behind it that foretell characters beyond the next. They stand in a chain:
# each joins the state of the one before it with the character that its predecessor was to foretell,
# and goes through one more layer (DeepSeek-V3, 2024).
#?
#? not chained
# A decoder, and heads behind it that foretell characters beyond the next, side by side: each is one
# more layer on the model's state, and sees nothing of the others (Gloeckle et al. 2024).
#?

# %%
width, heads, hidden = 32, 4, 64


def first_layer(part):
    own = part_seed(seed, part)
    return {
        "attention": first_attention(width, own),
        "network": first_network(width, hidden, own),
        "norms": {"attention": torch.ones(width), "network": torch.ones(width)},
    }


def first_module(part):
    ends = {"output": torch.ones(width)}
    #? chained
    ends |= {"state": torch.ones(width), "character": torch.ones(width)}
    own = part_seed(seed, part)
    ends["joined"] = normal((2 * width, width), (2 * width) ** -0.5, own, "projection")
    #?
    return first_layer(part) | {"ends": ends}


model = {
    "embedding": normal((len(characters), width), 1, seed, "embedding.weight"),
    "norm": torch.ones(width),
    "head": normal((width, len(characters)), width**-0.5, seed, "head.weight"),
}
layers = [first_layer(i + 1) for i in range(model_layers)]
modules = [first_module(model_layers + 1 + i) for i in range(further)]
learned = list(model.values())
learned += [w for p in layers + modules for part in p.values() for w in part.values()]
for weight in learned:
    weight.requires_grad_()
print(sum(weight.numel() for weight in learned), "numbers")


def through(p, x):
    """One layer of the stream x [rows, places, width]."""
    x = x + attention(p["attention"], rms_norm(x, p["norms"]["attention"]), heads)
    return x + gated_network(p["network"], rms_norm(x, p["norms"]["network"]))


def foretold(rows):
    """
    Rows [rows, places + 1] → logits of the next character at each place, and those of the characters
    beyond: the further ahead, the fewer places have one in the row.
    """
    x = model["embedding"][rows[:, :-1]]
    for p in layers:
        x = through(p, x)
    logits = rms_norm(x, model["norm"]) @ model["head"]
    embedding, head = model["embedding"], model["head"]
    # The modules see the model as it is, and their losses do not reach it.  #? not shaped
    x, embedding, head = x.detach(), embedding.detach(), head.detach()  #? not shaped
    beyond = []
    state = x  #? chained
    for depth, p in enumerate(modules, start=1):
        places = x.shape[1] - depth
        #? chained
        read = embedding[rows[:, depth : depth + places]]
        both = [rms_norm(state[:, :places], p["ends"]["state"])]
        both.append(rms_norm(read, p["ends"]["character"]))
        state = through(p, torch.cat(both, 2) @ p["ends"]["joined"])
        #?
        state = through(p, x[:, :places])  #? not chained
        beyond.append(rms_norm(state, p["ends"]["output"]) @ head)
    return logits, beyond


def loss_of(logits, rows, ahead):
    """Cross-entropy of the characters that stand so far ahead."""
    return F.cross_entropy(logits.flatten(0, 1), rows[:, ahead:].flatten())

# %% [markdown]
# ## Training
# Eight rows at each step; the losses of the modules, by their mean, count beside the model's own.

# %%
weight_of_further = further_weight  #? shaped
weight_of_further = 1  # it would only scale what Adam divides by  #? not shaped
optimizer = torch.optim.Adam(learned, lr=learning_rate)
losses = []
for step in range(steps):
    rate = learning_rate * min(1, (step + 1) / 20)
    rate = rate * cosine(step, 20, rate_steps, 0.1)  #? falls
    rate = rate * cosine(step, 20, 1_000_000)  #? not falls
    set_rate(optimizer, rate)
    drawn = rows[step_integers((8,), (seed, step), "rows", len(rows))]
    logits, beyond = foretold(drawn)
    main = loss_of(logits, drawn, 1)
    each = [loss_of(ahead, drawn, depth) for depth, ahead in enumerate(beyond, start=2)]
    # All are means over the whole row, though those further ahead have fewer places.
    length = logits.shape[1]
    weighed = [loss * ahead.shape[1] / length for loss, ahead in zip(each, beyond)]
    loss = main + weight_of_further * sum(weighed) / further
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append([main.item()] + [loss.item() for loss in each])
    report(step, losses[-1])

# %% [markdown]
# ## How good the drafts are
# A draft is accepted with the probability Σ min(p, q), where q is the module's distribution and p
# what the model itself says of that character once it has read all before it (Leviathan et al. 2023).
# And the share of places at which both hold the same character for the likeliest.

# %%
with torch.no_grad():
    logits, beyond = foretold(rows[:64])
    for depth, ahead in enumerate(beyond, start=1):
        p, q = logits[:, depth:].softmax(2), ahead.softmax(2)
        accepted = torch.minimum(p, q).sum(2).mean().item()
        same = (p.argmax(2) == q.argmax(2)).float().mean().item()
        print(f"draft {depth}: accepted {accepted:.3f}, the same character first {same:.3f}")

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    names = ["next"] + [f"{depth + 2} ahead" for depth in range(further)]
    draw_losses(plt, "cross-entropy, nats per character", names)
    plt.show()
