#+ data

# %% [markdown]
# ## Sizes
# Six of 64 slices answer a token. Shared ones are the same for all tokens; the rest are routed.

# %%
hidden = 8
experts, top_k = 64 - shared_slices, 6 - shared_slices  #? shares
experts, top_k = 64, 6  #? not shares
gate = 6**-0.5  # of a slice, shared or routed, on average

#+ router

# %% [markdown]
# ## Experts
# Small networks with one hidden layer.

# %%
deviation = (6 * hidden) ** -0.5
params = first_experts(experts, dim, hidden, out, deviation)
params["router.weight"] = normal((dim, experts), 0.3, seed, "router.weight")
#? shares
# Another seed: shared slices that start equal to routed ones would be redundant.
shared = first_experts(shared_slices, dim, hidden, out, deviation, seed + 1)
learned = [*params.values(), *shared.values()]
#?
learned = list(params.values())  #? not shares
for weight in learned:
    weight.requires_grad_()

#+ balancer

# %% [markdown]
# ## Training
# Mean squared error, as a share of the answers' variance.

# %%
optimizer = torch.optim.Adam(learned, lr=learning_rate)
bias = torch.zeros(experts)
losses = []
for step in range(steps):
    key = (seed, step)
    x, y = batch(128, key)
    routing = route(params, x, key, bias)
    answer = answers(params, x, top_k * gate * routing["gates"])
    always = gate * answers(shared, x, torch.ones(len(x), shared_slices))  #? shares
    answer = answer + shared_weight * always  #? shares
    loss = (answer - y).square().mean() / variance
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    bias = next_bias(bias, routing["mask"].sum(0), routing)
    losses.append(loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.figure(figsize=(5, 3.5))
    draw_losses(plt, "loss, as a share of the variance")
    plt.show()
