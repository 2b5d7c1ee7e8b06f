# %% [markdown]
# ## Data
# Sixteen islands of tokens, each with a constant and a linear law of its own, and nothing in common.
# A squared error of 1 is answering with the mean of all answers.

# %%
islands, dim, out = 16, 16, 4
centers = normal((islands, dim), 1, seed, "zoo.centers")
laws = normal((islands, dim, out), dim**-0.5, seed, "zoo.maps")
constants = normal((islands, out), 1, seed, "zoo.answers")


def batch(tokens, key):
    """x [tokens, dim], answers y [tokens, out], and the island of each token."""
    island = step_integers((tokens,), key, "zoo.ids", islands)
    place = step_normal((tokens, dim), key, "zoo.place")
    lawful = torch.einsum("td,tdo->to", place, laws[island])
    return centers[island] + 0.5 * place, (constants[island] + lawful) / math.sqrt(2), island

#? mixture
#+ router

#+ balancer

# %% [markdown]
# ## Experts

# %%
params = first_experts(experts, dim, expert_hidden, out)
params |= first_router(dim, experts)  #? learns_to_route
#?
#? dense
# %% [markdown]
# ## Model
# One network that every token uses, in place of a mixture: an "expert" that is always chosen.

# %%
params = first_experts(1, dim, given.units, out)
#?
for weight in params.values():
    weight.requires_grad_()


def answer(x, island, key):
    """Answers to the tokens [tokens, out], and the routing."""
    return answers(params, x, torch.ones(len(x), 1)), None  #? dense
    routing = route(params, x, key)  #? plain
    routing = route(params, x, key, identities=island)  #? by_identity
    return through_slots(params, x, routing), routing  #? slots
    return answers(params, x, routing["gates"]), routing  #? gates

# %% [markdown]
# ## Training
# 128 fresh tokens at each step, mean squared error, Adam.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
baseline = 1  #? draws
losses, loads = [], []
for step in range(steps):
    key = (seed, step)
    x, y, island = batch(128, key)
    answered, routing = answer(x, island, key)
    costs = (answered - y).square().mean(1)  # [tokens]
    loss = costs.mean()
    losses.append(loss.item())
    loss = loss + policy_loss(routing, costs, baseline)  #? draws
    loss = loss + balance_strength * balance_loss(routing)  #? balances

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline = 0.95 * baseline + 0.05 * costs.mean().item()  #? draws
    loads.append(routing["mask"].sum(0) / routing["mask"].sum().clamp(min=1))  #? mixture
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(10, 3.5))
    #? mixture
    plt.subplot(1, 2, 1)
    draw_loads(plt, loads)
    plt.subplot(1, 2, 2)
    #?
    draw_losses(plt, "mean squared error")
    plt.show()
