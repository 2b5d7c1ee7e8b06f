# %%
def pictures():
    """matplotlib's pyplot, or nothing where it is not installed."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        print("There is no picture, since matplotlib is not installed.")
        return None
    return plt


def draw_losses(plt, label, names=None):
    """The losses over the steps; several at once, where each step gives a row of them."""
    lines = plt.semilogy(range(1, len(losses) + 1), losses)
    for line, name in zip(lines, names or []):
        line.set_label(name)
    if names:
        plt.legend()
    plt.xlabel("step")
    plt.ylabel(label)
