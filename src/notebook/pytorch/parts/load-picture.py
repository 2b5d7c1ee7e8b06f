# %%
def draw_loads(plt, loads):
    """The river: the experts' shares of the assignments, stacked."""
    plt.stackplot(range(1, len(loads) + 1), torch.stack(loads).T.numpy())
    plt.xlim(1, max(2, len(loads)))
    plt.ylim(0, 1)
    plt.xlabel("step")
    plt.ylabel("share of the assignments")
