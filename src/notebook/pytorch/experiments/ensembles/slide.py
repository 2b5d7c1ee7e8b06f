# %% [markdown]
# ## Data

# %%
#+ data

# %% [markdown]
# ## Members and gate
# The gate's logits are multiplied by s / (1 − s): at 0 all members count alike, at ½ it is a mixture,
# and towards 1 one member answers alone.

# %%
params = first_members(members, 1, hidden) | first_gate(1, members, 16)
for weight in params.values():
    weight.requires_grad_()


def weights_at(x, position):
    s = min(position, 0.999)
    return (gate_logits(params, x) * s / (1 - s)).softmax(1)  # [cases, members]

# %% [markdown]
# ## Training
# The loss is that of a member drawn by its weight (Jacobs et al. 1991, equation 2).

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    errors = (member_answers(params, x) - y).square()  # [cases, members]
    loss = (weights_at(x, position) * errors).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    places = torch.linspace(-1, 1, 201)[:, None]
    said, shares = member_answers(params, places).detach(), weights_at(places, position).detach()
    plt.figure(figsize=(10, 3.5))
    plt.subplot(1, 2, 1)
    plt.plot(places, said, color="lightgrey")
    plt.plot(places, (said * shares).sum(1), color="black")
    plt.scatter(x, y, s=8)
    plt.subplot(1, 2, 2)
    draw_losses(plt, "loss")
    plt.show()
