#+ data

# %% [markdown]
# ## Sizes
# The model's own counts of experts, and experts so small that about 64 hidden units answer a token.

# %%
print(experts, "experts,", top_k, "of them for a token, each with", hidden, "hidden units")
print(shared_experts, "more for all tokens")  #? shares

#+ router

# %% [markdown]
# ## Experts
# Small networks with one hidden layer.

# %%
deviation = (top_k * hidden) ** -0.5  #? not shares
deviation = ((top_k + shared_experts) * hidden) ** -0.5  #? shares
params = first_experts(experts, dim, hidden, out, deviation)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")
learned = list(params.values())
#? shares
# Another seed: shared experts that start equal to routed ones would be redundant.
shared = first_experts(shared_experts, dim, hidden, out, deviation, seed + 1)
learned += shared.values()
#?
for weight in learned:
    weight.requires_grad_()

#+ balancer

# %% [markdown]
# ## Training
# Mean squared error, as a share of the answers' variance.
#? several
# The gates of a token sum to k.
#?

# %%
optimizer = torch.optim.Adam(learned, lr=learning_rate)
losses = []
for step in range(steps):
    key = (seed, step)
    x, y = batch(128, key)
    routing = route(params, x, key)
    answer = answers(params, x, top_k * routing["gates"])  #? several
    answer = answers(params, x, routing["gates"])  #? not several
    answer = answer + answers(shared, x, torch.ones(len(x), shared_experts))  #? shares
    task_loss = (answer - y).square().mean() / variance
    loss = task_loss + 0.01 * balance_loss(routing)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(task_loss.item())
    report(step, losses[-1])

# %%
x, _ = batch(512, (seed, steps))
chosen = route(params, x, (seed, steps))["mask"]
print("different sets of experts that 512 tokens have:", len(chosen.unique(dim=0)))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(5, 3.5))
    draw_losses(plt, "loss, as a share of the variance")
    plt.show()
