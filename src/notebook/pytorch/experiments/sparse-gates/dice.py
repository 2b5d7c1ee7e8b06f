# %% [markdown]
# ## One token
# Four experts with fixed answers, of which one is drawn from the softmax of fixed logits. Nothing is
# trained: the question is which way an estimator says that the logits should go. There are only
# four choices, so the exact slope of the expected loss is known.

# %%
experts, top_k = 4, 1
expert_answers = torch.tensor([1, 0.4, 2, -1])
right_answer = 2
logits = torch.tensor([2.0, 1, 0, -1])

scores = logits.softmax(0)
each_loss = 0.5 * (right_answer - expert_answers) ** 2
expected = (scores * each_loss).sum()
exact = scores * (each_loss - expected)
print("exact slopes:", exact.numpy().round(4))

#+ router

# %% [markdown]
# ## Draws
# A step is one draw: who was drawn, at what loss, and what the estimator makes of it.

# %%
params = {"router.weight": torch.eye(experts)}  # so that the token is its own logits
losses, slopes = [], []
for step in range(steps):
    moving = logits[None].clone().requires_grad_()
    routing = route(params, moving, (seed, step))
    costs = 0.5 * (right_answer - (routing["gates"] * expert_answers).sum(1)).square()
    loss = costs.sum()
    loss = loss + policy_loss(routing, costs, 0)  #? without_baseline
    loss = loss + policy_loss(routing, costs, expected)  #? with_baseline
    loss.backward()
    losses.append(costs.item())
    slopes.append(moving.grad[0])
    report(step, losses[-1])

mean = torch.stack(slopes).mean(0)
print("mean of the estimates:", mean.numpy().round(4))
print("off by", round(((mean - exact).norm() / exact.norm()).item(), 3), "of the exact length")

# %% [markdown]
# ## Picture
# The mean of the estimates so far, beside the exact slopes.

# %%
if plt := pictures():
    means = torch.stack(slopes).cumsum(0) / torch.arange(1, len(slopes) + 1)[:, None]
    for expert, name in enumerate("ABCD"):
        plt.plot(means[:, expert], label=name)
        plt.axhline(exact[expert], color="grey", linewidth=0.5)
    plt.legend()
    plt.show()
