# %% [markdown]
# ## Data
# Rows of fair coins, and at each place the coin that follows. Nobody can foretell it: ln 2 = 0.693
# nats a coin is the best there is.

# %%
def toss(rows, key):
    """Coins [rows, flips + 1]; the last is only to be foretold."""
    coins = step_integers((rows, flips + 1), key, "coins", 2)
    return coins[:, :-1].reshape(-1), coins[:, 1:].reshape(-1)

# %% [markdown]
# ## Model
# A vector for each side of the coin and for each place, one layer of experts, and a head.

# %%
width = 16
params = {
    "coin.weight": normal((2, width), 1, seed, "coin.weight"),
    "place.weight": normal((flips, width), 0.3, seed, "place.weight"),
    "router.weight": normal((width, experts), width**-0.5, seed, "router.weight"),
    **first_experts(experts, width, 16, width),
    "head.weight": normal((width, 2), width**-0.5, seed, "head.weight"),
}
for weight in params.values():
    weight.requires_grad_()


def chosen(scores):
    """Who takes which token, [tokens, experts]."""
    return top_k_mask(scores, 1)  #? token
    #? experts_choose
    # Each expert takes the tokens of a stretch that score highest for it. What a token gets then
    # depends on the tokens behind it.
    stretch = flips  #? within
    stretch = len(scores)  #? not within
    seats = max(1, stretch // experts)
    by_expert = scores.reshape(-1, stretch, experts).transpose(1, 2)
    mask = top_k_mask(by_expert.reshape(-1, stretch), seats)
    return mask.reshape(by_expert.shape).transpose(1, 2).reshape(scores.shape)
    #?


def logits_of(coins):
    """coins [rows · flips] → logits [rows · flips, 2]."""
    x = params["coin.weight"][coins] + params["place.weight"].repeat(len(coins) // flips, 1)
    scores = (x @ params["router.weight"]).softmax(1)
    return (x + answers(params, x, scores * chosen(scores))) @ params["head.weight"]

# %% [markdown]
# ## Training
# 64 rows of fresh coins at each step, cross-entropy, Adam.

# %%
optimizer = torch.optim.Adam(params.values(), lr=learning_rate)
losses = []
for step in range(steps):
    coins, following = toss(64, (seed, step))
    loss = F.cross_entropy(logits_of(coins), following)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    report(step, losses[-1])

# %% [markdown]
# ## Picture
# Below the line the model knows what cannot be known.

# %%
if plt := pictures():
    draw_losses(plt, "cross-entropy, nats per coin")
    plt.axhline(math.log(2), color="grey")
    plt.show()
