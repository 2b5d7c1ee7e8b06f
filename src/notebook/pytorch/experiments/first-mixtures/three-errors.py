# %% [markdown]
# ## Data

# %%
#+ data

# %% [markdown]
# ## Mixtures
# Linear experts and a gate, three times from the same weights.

# %%
def first_mixture():
    weights = first_members(experts, 1, 0) | first_gate(1, experts, gate_hidden)
    return {name: weight.requires_grad_() for name, weight in weights.items()}


mixtures = [first_mixture() for _ in range(3)]

# %% [markdown]
# ## Three errors
# From one paper (Jacobs et al. 1991). They differ in who is asked to do better.

# %%
def cooperative(outputs, logits):
    """Equation 1: experts make up for what the others leave over."""
    return (y - (outputs * logits.softmax(1)).sum(1, keepdim=True)).square().mean()


def competitive(outputs, logits):
    """Equation 2: each expert is compared with the target itself."""
    return (logits.softmax(1) * (outputs - y).square()).sum(1).mean()


def likelihood(outputs, logits):
    """Equation 3: who explains a point is credited with it; in nats, but for a constant."""
    closeness = -(outputs - y).square() / (2 * deviation**2)
    return -(logits.log_softmax(1) + closeness).logsumexp(1).mean()


errors = [cooperative, competitive, likelihood]

# %% [markdown]
# ## Training
# All points at every step, Adam. The three share no weight.

# %%
optimizer = torch.optim.Adam([w for params in mixtures for w in params.values()], lr=learning_rate)
losses = []
for step in range(steps):
    each = torch.stack(
        [
            error(member_answers(params, x), gate_logits(params, x))
            for error, params in zip(errors, mixtures)
        ]
    )
    optimizer.zero_grad()
    each.sum().backward()
    optimizer.step()
    losses.append(each.tolist())
    report(step, losses[-1])

# %% [markdown]
# ## Picture
# The experts' lines, as strong as their gates, and what each mixture answers.

# %%
if plt := pictures():
    places = torch.linspace(-1, 1, 201)[:, None]
    plt.figure(figsize=(10, 3.5))
    for i, (error, params) in enumerate(zip(errors, mixtures)):
        plt.subplot(1, 3, i + 1)
        lines = member_answers(params, places).detach()
        gates = gate_logits(params, places).softmax(1).detach()
        for expert in range(experts):
            plt.scatter(places, lines[:, expert], s=4 * gates[:, expert])
        plt.plot(places, (lines * gates).sum(1), color="black")
        plt.scatter(x, y, s=4, color="grey")
        plt.title(error.__name__)
        plt.ylim(-2.2, 2.2)
    plt.show()
