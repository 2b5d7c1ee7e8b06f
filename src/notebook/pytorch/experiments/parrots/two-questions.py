# %% [markdown]
# ## Questions
#? asks_facts
# Facts: random strings of 32 bits, each with one of eight classes. Nothing but the list itself says
# which, so that all of it has to be known by heart.
#?
#? not asks_facts
# Hands: five of sixteen cards each, as bits. Do two hands share a card? Half of the pairs share
# none, the others exactly one, so that neither hand alone says anything. One pair in four is held
# back to judge by.
#?

# %%
bits, classes = 16, given.classes
#? asks_facts
world = 1 + (seed + 998) % 999  # each seed has facts of its own
draws = drawing(world, "memorise")
strings = {}
while len(strings) < facts:
    strings.setdefault(tuple(int(next(draws) < 0.5) for _ in range(2 * bits)))
answers_to = torch.tensor([int(classes * next(draws)) for _ in range(facts)])
first = int(facts * next(drawing(seed, "memorise.rows")))
questions = torch.tensor(list(strings), dtype=torch.float32).roll(-first, 0)
answers_to = answers_to.roll(-first)
judged, right_answers = questions, answers_to
#?
#? not asks_facts


def hands(count, part):
    """Questions [count, 2 · 16] and their answers: 1 where both hands hold one card."""
    draws = drawing(seed, f"hands.{part}")
    held, said = [], []
    while len(held) < count:
        shared = next(draws) < 0.5
        order = shuffled(range(bits), draws)
        first = order[:5]
        common = [first[int(5 * next(draws))]] if shared else []
        second = common + order[5 : 10 - shared]
        codes = sorted(sum(2**card for card in hand) for hand in (first, second))
        if (hash_of(codes) % 4 == 0) == (part == "unseen"):
            held.append(first + [bits + card for card in second])
            said.append(int(shared))
    return torch.zeros(count, 2 * bits).scatter(1, torch.tensor(held), 1.0), torch.tensor(said)


questions, answers_to = hands(pairs, "train")
judged, right_answers = hands(2048, "unseen")
#?
print(len(questions), "questions, the first:", questions[0].int().tolist(), answers_to[0].item())

#? routed
#+ router

#?
# %% [markdown]
# ## Model
# Each half of a question is squeezed to a few numbers by a matrix of its own; what does not fit
# through, no expert behind it can bring back.
#? routed
# One expert answers.
#?
#? not routed
# A network with one hidden layer answers: one expert alone.
#?

# %%
out = classes
params = {
    side: normal((bits, squeeze), bits**-0.5, seed, f"squeezed.{side}") for side in ["left", "right"]
}
params |= first_experts(experts, 2 * squeeze, expert_hidden, out)
params["router.weight"] = normal((2 * squeeze, experts), 0.3, seed, "router.weight")  #? learned
for weight in params.values():
    weight.requires_grad_()
print(sum(weight.numel() for weight in params.values()), "numbers")
#? by_dice
# How a question is turned into the number that dice were cast for.
dice = torch.tensor(1024 * uniforms(seed, "squeezed.identities", 2 * bits)).floor()
#?


def model(questions, key):
    """Bits [rows, 32] → logits of the answers [rows, classes], and who was asked."""
    left, right = (questions - 0.5).chunk(2, 1)
    x = torch.cat([left @ params["left"], right @ params["right"]], 1)
    routing = route(params, x, key)  #? learned
    #? by_dice
    # The same number whenever a question is asked, and so the same expert.
    identities = (questions.double() @ dice).long()
    routing = route(params, x, key, identities=identities)
    #?
    return answers(params, x, routing["gates"]), routing  #? routed
    return answers(params, x, torch.ones(len(x), 1)), None  #? not routed

#? learned
#+ balancer

#?
# %% [markdown]
# ## Training
# Cross-entropy; at each step 256 questions.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    key = (seed, step)
    drawn = step_integers((256,), key, "batch", len(questions))
    logits, routing = model(questions[drawn], key)
    task_loss = F.cross_entropy(logits, answers_to[drawn])
    loss = task_loss
    loss = loss + 0.01 * balance_loss(routing)  #? learned
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(task_loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## What it knows

# %%
def share_right(questions, answers_to):
    with torch.no_grad():
        logits, _ = model(questions, (seed, steps))
    return round((logits.argmax(1) == answers_to).float().mean().item(), 3)


print("right of all facts:", share_right(judged, right_answers))  #? asks_facts
#? not asks_facts
print("right of pairs never learned from:", share_right(judged, right_answers))
print("right of pairs to learn from:", share_right(questions[:2048], answers_to[:2048]))
#?

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per question")
    plt.show()
