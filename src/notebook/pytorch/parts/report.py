# %%
def report(step, loss):
    """Prints the first ten losses, to be compared with the lab's, and then one now and again."""
    if step < 10 or (step + 1) % max(1, steps // 10) == 0 or step + 1 == steps:
        each = loss if isinstance(loss, list) else [loss]
        print(f"step {step + 1:5d}   loss {'  '.join(f'{value:.6g}' for value in each)}")
