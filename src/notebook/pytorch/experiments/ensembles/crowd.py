# %% [markdown]
# ## Data

# %%
#+ data

# %% [markdown]
# ## Members
# Small networks with one hidden layer. They share no weight, and their answers are averaged.

# %%
params = first_members(members, 1, hidden, steepness)
for weight in params.values():
    weight.requires_grad_()

#? bagging
# %% [markdown]
# Bagging (Breiman 1996): each learns from a resample of the rows, some twice and some not at all.

# %%
counts = bootstrap(len(x), members, seed)
#?


def ensemble_loss(answers):
    """answers [rows, members]"""
    return (answers - y).square().mean(0).sum()  #? averaging
    return ((answers - y).square() * counts).sum(0).div(counts.sum(0)).sum()  #? bagging
    #? correlated
    # Negative correlation (Liu and Yao 1999): members are paid for their distance from the average.
    apart = answers - answers.mean(1, keepdim=True)
    return 0.5 * ((answers - y).square() - penalty * apart.square()).sum(1).mean()
    #?

# %% [markdown]
# ## Training
# All rows at every step, Adam.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    loss = ensemble_loss(member_answers(params, x))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item() / members)
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    places = torch.linspace(-1, 1, 201)
    said = member_answers(params, places[:, None]).detach()
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    plt.plot(places, said, color="lightgrey")
    plt.plot(places, said.mean(1), color="black", label="average")
    plt.scatter(x, y, s=8)
    plt.ylim(-2, 2)
    plt.legend()
    plt.subplot(1, 2, 2)
    draw_losses(plt, "mean loss of a member")
    plt.show()
