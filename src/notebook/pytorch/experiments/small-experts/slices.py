#+ data

# %% [markdown]
# ## Sizes
# What is cut: eight experts with 32 hidden units, two of them for each token.

# %%
experts, hidden, top_k = 8 * slices, 32 // slices, 2 * slices  #? cut
experts, hidden, top_k = 8 * slices, 32, 2  #? more
#? paid
def flops(experts, hidden, top_k):
    """Of one token, forward: two matrices of each chosen expert, and one of the router."""
    return 2 * top_k * hidden * (dim + out) + 2 * dim * experts


# As large as the router leaves operations for, of what eight experts of 40 units cost with theirs.
experts, top_k = 8 * slices, 2 * slices
left = flops(8, 40, 2) - flops(experts, 0, top_k)
hidden = math.floor(left / flops(0, 1, top_k) + 0.5)
#?

#+ router

#? by_hand
# %% [markdown]
# Here the router is made by hand and stays as it is: the first eighth of the experts for the first
# kind, and so on.

# %%
by_hand = torch.zeros(dim, experts)
for expert in range(experts):
    by_hand[expert * kinds // experts, expert] = 8
#?
#? together
# %% [markdown]
# The slices of an expert are chosen together: each token takes the groups with the largest sums of
# scores, and a bias bars it from all others.

# %%
def outside(params, x):
    """Minus infinity, nearly, for the experts that a token may not use: [tokens, experts]."""
    scores = (x @ params["router.weight"]).softmax(1).detach()
    groups = scores.reshape(len(x), -1, slices).sum(2)
    return -1e30 * (1 - top_k_mask(groups, top_k // slices)).repeat_interleave(slices, 1)
#?

# %% [markdown]
# ## Experts
# Small networks with one hidden layer.

# %%
params = first_experts(experts, dim, hidden, out, deviation=(top_k * hidden) ** -0.5)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")  #? not by_hand
params["router.weight"] = by_hand  #? by_hand
learned = [weight for name, weight in params.items() if name != "router.weight"]  #? by_hand
learned = list(params.values())  #? not by_hand
for weight in learned:
    weight.requires_grad_()

#? not by_hand
#+ balancer

#?
# %% [markdown]
# ## Training
# Mean squared error, as a share of the answers' variance.

# %%
gates_sum_to = top_k  #? sum_k
gates_sum_to = math.sqrt(top_k)  #? not sum_k
optimizer = torch.optim.Adam(learned, lr=learning_rate)
losses = []
for step in range(steps):
    key = (seed, step)
    x, y = batch(128, key)
    routing = route(params, x, key)  #? not together
    routing = route(params, x, key, outside(params, x))  #? together
    answer = answers(params, x, gates_sum_to * routing["gates"])
    task_loss = (answer - y).square().mean() / variance
    loss = task_loss
    loss = loss + 0.01 * balance_loss(routing)  #? not by_hand
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(task_loss.item())
    report(step, losses[-1])

# %%
x, y = batch(512, (seed, steps))
chosen = route(params, x, (seed, steps))["mask"]  #? not together
chosen = route(params, x, (seed, steps), outside(params, x))["mask"]  #? together
print("different sets of experts that 512 tokens have:", len(chosen.unique(dim=0)))

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(5, 3.5))
    draw_losses(plt, "loss, as a share of the variance")
    plt.show()
