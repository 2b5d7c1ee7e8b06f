# %% [markdown]
# ## Data

# %%
#+ data
x, y = x.double(), y.double()
points = torch.cat([x, torch.ones_like(x)], 1)  # a bias is one more coefficient: [rows, 2]

# %% [markdown]
# ## Model
# A tree with a gate at each inner node and a line at each leaf (Jordan and Jacobs 1994). A leaf
# answers with normal noise of a variance of its own, so that each point has a likelihood.

# %%
branching = [int(children) for children in tree.split("-")]
leaves = math.prod(branching)


def first(name, count, deviation=0.5):
    return floats(deviation * normals(seed, f"tree.{name}", count)).double()


def first_tree():
    """Gates [nodes, 2, children] of each level, lines [2, leaves], and the leaves' variances."""
    gates = []
    for level, children in enumerate(branching):
        columns = math.prod(branching[: level + 1])
        both = [first(f"gates.{level}.{of}", columns).reshape(-1, children) for of in "wb"]
        gates.append(torch.stack(both, 1))
    lines = torch.stack([first(f"experts.{of}", leaves) for of in "wb"])
    return gates, lines, torch.zeros(leaves, dtype=torch.float64)


def log_joint(gates, lines, log_variance):
    """log of prior times density, of every point and leaf: [rows, leaves]."""
    log_prior = torch.zeros_like(x)
    for gate in gates:
        shares = torch.einsum("pi,nic->pnc", points, gate).log_softmax(2)
        log_prior = (log_prior[:, :, None] + shares).flatten(1)
    distance = (y - points @ lines).square()
    return log_prior - 0.5 * (log_variance + math.log(2 * math.pi) + distance / log_variance.exp())


def log_likelihood(*model):
    return log_joint(*model).logsumexp(1).mean()

# %% [markdown]
# ## EM
# E asks who is likely to have made each point. M fits every line and every gate to its share of the
# points: lines by least squares, gates by Newton's method, damped where a step would not help.

# %%
def fit_lines(lines, log_variance, posteriors):
    lines, log_variance = lines.clone(), log_variance.clone()
    for leaf in range(leaves):
        h = posteriors[:, leaf]
        if h.sum() < 1e-8:  # it answers for no point, and stays as it is
            continue
        left = points.T @ (h[:, None] * points)
        # A trace of a pull towards the old line decides where the points leave it open.
        pull = 1e-10 * left.diagonal().mean() + 1e-100
        right = points.T @ (h * y[:, 0]) + pull * lines[:, leaf]
        lines[:, leaf] = torch.linalg.solve(left + pull * torch.eye(2), right)
        distance = (y[:, 0] - points @ lines[:, leaf]).square()
        log_variance[leaf] = ((h * distance).sum() / h.sum()).clamp(min=1e-6).log()
    return lines, log_variance


def fit_gate(gate, weights, shares):
    """gate [2, children], how much of each point reaches it, and how its children share that."""
    free = gate.shape[1] - 1

    def fit(tried):
        chances = (points @ tried).softmax(1).clamp(min=1e-300)
        return (weights[:, None] * shares * chances.log()).sum()

    best = gate - gate[:, -1:]  # softmax only knows differences
    value, damping = fit(best), 1e-9
    for _ in range(newton):
        p = (points @ best).softmax(1)[:, :free]
        off = weights[:, None] * (shares[:, :free] - p)
        gradient = (points.T @ off).reshape(-1, 1)
        bent = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
        curvature = torch.einsum("p,pi,pj,pab->iajb", weights, points, points, bent)
        curvature = curvature.reshape(2 * free, 2 * free)
        scale, better = curvature.diagonal().mean() + 1e-12, None
        while better is None and damping < 1e12:
            damped = curvature + damping * scale * torch.eye(2 * free)
            factor, failed = torch.linalg.cholesky_ex(damped)
            if not failed:
                tried = best.clone()
                tried[:, :free] += torch.cholesky_solve(gradient, factor).reshape(2, free)
                better = tried if fit(tried) > value else None
            damping *= 10
        if better is None:
            break
        gain = fit(better) - value
        best, value, damping = better, fit(better), max(1e-9, damping / 1000)
        if gain <= 1e-13 * abs(value):
            break
    return best


def fit_gates(gates, posteriors):
    fitted = []
    for gate in gates:
        nodes, _, children = gate.shape
        parts = posteriors.reshape(len(x), nodes, children, -1).sum(3)
        weights = parts.sum(2)
        shares = torch.where(weights[:, :, None] > 0, parts / weights[:, :, None], 1 / children)
        fitted.append(
            torch.stack([fit_gate(gate[n], weights[:, n], shares[:, n]) for n in range(nodes)])
        )
    return fitted

# %% [markdown]
# ## The same by gradient
# The same tree from the same weights climbs the same likelihood, with Adam and plainly: ten steps for
# each half-step of EM.

# %%
def climber(optimizer):
    gates, lines, log_variance = first_tree()
    weights = [weight.requires_grad_() for weight in (*gates, lines, log_variance)]
    return (gates, lines, log_variance), optimizer(weights, lr=learning_rate)


def climb(model, optimizer):
    for _ in range(10):
        optimizer.zero_grad()
        (-log_likelihood(*model)).backward()
        optimizer.step()
    return log_likelihood(*model).item()

# %% [markdown]
# ## Half-steps, E and M in turn

# %%
def even(gates):
    return [torch.zeros_like(gate) for gate in gates]


gates, lines, log_variance = first_tree()
half = "E"
#? named
# A division made beforehand: M comes first.
places = x[:, 0].numpy()
names = np.floor((places + 1) / 2 * pieces)  #? right
names = np.floor((places + 0.5 / pieces + 1) / 2 * pieces)  #? moved
names = np.floor(pieces * uniforms(seed, "em.names", len(x)))  #? lot
names = torch.tensor(np.minimum(names, pieces - 1), dtype=torch.long)
posteriors, half = F.one_hot(names, leaves).double(), "M"
#?
by_adam, by_slope = climber(torch.optim.Adam), climber(torch.optim.SGD)
losses = []  # log-likelihoods: they rise
for step in range(steps):
    gates = even(gates)  #? gates_even
    if half == "E":
        posteriors = log_joint(gates, lines, log_variance).softmax(1)
        posteriors = F.one_hot(posteriors.argmax(1), leaves).double()  #? hard
    else:
        fitted = fit_lines(lines, log_variance, posteriors)
        gates, (lines, log_variance) = fit_gates(gates, posteriors), fitted
    gates = even(gates)  #? gates_even
    half = "M" if half == "E" else "E"
    reached = log_likelihood(gates, lines, log_variance).item()
    losses.append([reached, climb(*by_adam), climb(*by_slope)])
    report(step, losses[-1])

# %% [markdown]
# ## Picture

# %%
if plt := pictures():
    plt.plot(losses, label=["EM", "Adam", "plain gradient"])
    plt.xlabel("half-step")
    plt.ylabel("log-likelihood, nats per point")
    plt.legend()
    plt.show()
