# %% [markdown]
# ## Data
# Points of two classes, named −1 and 1.

# %%
#+ data
#? drawn


x, label = points("train", rows)
labels = 2.0 * label - 1
#?

# %% [markdown]
# ## Members
# Forty weak networks. Each has its turn of sixty steps, on weights that count the points which those
# before it got wrong, and they vote by their success (AdaBoost, Freund and Schapire 1997).

# %%
rounds, turn = 40, 60
params = first_members(rounds, 2, hidden, steepness=2)
for weight in params.values():
    weight.requires_grad_()
weights = torch.full((len(x),), 1 / len(x))
alphas = torch.zeros(rounds)  # how much each vote counts; 0 before its turn


def of_member(name, member):
    """The part of a tensor that belongs to a member, as an index."""
    own = slice(member * hidden, (member + 1) * hidden)
    return {"members.w1": (slice(None), own), "members.b1": own}.get(name, member)


def next_round(said):
    """How much the votes count, and the next round's weights."""
    agree = labels * said
    error = (weights * (1 - agree) / 2).sum().clamp(1e-5, 1 - 1e-5)
    alpha = 0.5 * torch.log((1 - error) / error)
    raised = weights * torch.exp(-alpha * agree)
    return (alpha, raised / raised.sum()) if error < 0.5 else (0.0, weights)

# %% [markdown]
# ## Training

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses, wrong = [], []
for step in range(min(steps, rounds * turn)):
    member = step // turn
    before = {name: weight.detach().clone() for name, weight in params.items()}
    logits = member_answers(params, x)[:, member]
    loss = (weights * F.softplus(-labels * logits)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    with torch.no_grad():
        # Adam's means of earlier gradients would move the others on beyond their turn.
        for name, weight in params.items():
            own = weight[of_member(name, member)].clone()
            weight.copy_(before[name])
            weight[of_member(name, member)] = own
        votes = torch.where(member_answers(params, x) > 0, 1.0, -1.0)  # [cases, rounds]
        if (step + 1) % turn == 0:
            alphas[member], weights = next_round(votes[:, member])
        together = (votes * alphas).sum(1)
        wrong.append((0.5 * (1 - torch.sign(together * labels))).mean().item())
    report(step, losses[-1])

print("share of the points that the vote has wrong:", round(wrong[-1], 3))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    plt.scatter(*x.T, c=labels, s=200 * weights * len(x) / 4, cmap="coolwarm")
    plt.subplot(1, 2, 2)
    plt.plot(wrong)
    plt.xlabel("step")
    plt.ylabel("share of the points wrong")
    plt.show()
