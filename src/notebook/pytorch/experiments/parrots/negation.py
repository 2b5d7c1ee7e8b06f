# %% [markdown]
# ## Questions
# Which of six things are there, in any order, then "A and B?" with a "not" before either, both or
# none. Yes for half of the questions. One ordered pair of things in four is held back wherever a
# "not" stands.

# %%
things, present = 6, 3
vocabulary = [*"abcdef", ":", "·", "not", "and", "=", "no", "yes"]
colon, dot, negated, conjunction, equals, no, yes = range(things, len(vocabulary))
forms = {"A and B": (0, 0), "A and not B": (0, 1), "not A and B": (1, 0), "not A and not B": (1, 1)}
pairs = [(a, b) for a in range(things) for b in range(things) if a != b]
held_back = sorted(pairs, key=hash_of)[: int(len(pairs) / 4 + 0.5)]


def questions(seed, count, part="train"):
    """Rows of words [count, 10], whose answer is the word behind them, and the form of each."""
    draws = drawing(seed, f"a-and-not-b.{part}")
    rows, answers, kinds = [], [], []
    while len(rows) < count:
        form = int(4 * next(draws)) if part == "train" else 1 + int(3 * next(draws))
        not_a, not_b = list(forms.values())[form]
        answer = next(draws) < 0.5
        other = int(3 * next(draws))
        holds_a, holds_b = (True, True) if answer else (other == 0, other == 1)
        order = shuffled(range(things), draws)
        inside, outside = order[:present], order[present:]
        a = (inside if holds_a != not_a else outside)[0]
        b = (inside if holds_b != not_b else outside)[1]
        if form > 0 and ((a, b) in held_back) != (part == "unseen"):
            continue
        asked = [negated if not_a else dot, a, conjunction, negated if not_b else dot, b, equals]
        rows.append(shuffled(inside, draws) + [colon] + asked)
        answers.append(yes if answer else no)
        kinds.append(form)
    return torch.tensor(rows), torch.tensor(answers), torch.tensor(kinds)


rows, answers_to, _ = questions(seed, 8192)
for row, answer in zip(rows[:3], answers_to):
    print(" ".join(vocabulary[i] for i in [*row, answer]))

#? sparse
#+ router

#?
# %% [markdown]
# ## Model
# A transformer of two layers, 32 channels wide, with four heads.
#? sparse
# In each layer a choice of experts follows the attention.
#?

# %%
width, layers, heads = 32, 2, 4


def first_layer(own):
    return {
        "attention": first_attention(width, own),
        "network": first_network(width, dense_hidden, own),  #? not sparse
        "mixture": first_mixture(own),  #? sparse
        "norms": {"attention": torch.ones(width), "network": torch.ones(width)},
    }


#? sparse
def first_mixture(own):
    """A router, and the experts: their matrices are the columns, or the rows, of one."""
    inner = (width, experts * expert_hidden)
    return {
        "router.weight": normal((width, experts), width**-0.5, own, "router.weight"),
        "w1": normal(inner, width**-0.5, own, "experts.w1"),
        "w3": normal(inner, width**-0.5, own, "experts.w3"),
        "w2": normal(inner[::-1], expert_hidden**-0.5, own, "experts.w2"),
    }


#?


embedding = normal((len(vocabulary), width), 1, seed, "embedding.weight")
params = [first_layer(part_seed(seed, layer + 1)) for layer in range(layers)]
norm = torch.ones(width)
head = normal((width, len(vocabulary)), width**-0.5, seed, "head.weight")
learned = [embedding, norm, head]
learned += [weight for layer in params for part in layer.values() for weight in part.values()]
for weight in learned:
    weight.requires_grad_()
print(sum(weight.numel() for weight in learned), "numbers")

#? sparse
# %%
def mixture(p, x, key):
    """x [tokens, width] → what the chosen experts say, weighed by their gates; who was chosen."""
    routing = route(p, x, key)
    units = F.silu(x @ p["w1"]) * (x @ p["w3"])
    weighed = units.reshape(len(x), experts, -1) * routing["gates"][:, :, None]
    return weighed.flatten(1) @ p["w2"], routing

#?
# %%
def model(rows, key):
    """Rows [rows, places] → logits of the word behind each, [rows, words], and the routings."""
    x, routings = embedding[rows], []
    for layer in params:
        x = x + attention(layer["attention"], rms_norm(x, layer["norms"]["attention"]), heads)
        y = rms_norm(x, layer["norms"]["network"])
        x = x + gated_network(layer["network"], y)  #? not sparse
        #? sparse
        answer, routing = mixture(layer["mixture"], y.flatten(0, 1), key)
        x = x + answer.reshape(x.shape)
        routings.append(routing)
        #?
    return rms_norm(x[:, -1], norm) @ head, routings

#? sparse
#+ balancer

#?
# %% [markdown]
# ## Training
# Cross-entropy of the answer; at each step 64 questions.

# %%
optimizer = torch.optim.Adam(learned, lr=learning_rate)
losses = []
for step in range(steps):
    key = (seed, step)
    drawn = step_integers((64,), key, "rows", len(rows))
    logits, routings = model(rows[drawn], key)
    task_loss = F.cross_entropy(logits, answers_to[drawn])
    loss = task_loss
    loss = loss + 0.01 * sum(map(balance_loss, routings)) / layers  #? sparse
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(task_loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## What it knows of each form
# Of questions drawn anew about pairs that it has learned from, and about pairs that were held back.

# %%
def share_right(asked):
    rows, right_answers, kinds = asked
    with torch.no_grad():
        right = model(rows, (seed, steps))[0].argmax(1) == right_answers
    return [right[kinds == form].float().mean().item() for form in range(len(forms))]


known = share_right(questions(seed + 1, 512))
held = share_right(questions(seed, 512, "unseen"))
for form, name in enumerate(forms):
    said = f"{name:16} known {known[form]:.3f}"
    print(said if form == 0 else f"{said}   held back {held[form]:.3f}")

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per question")
    plt.show()
