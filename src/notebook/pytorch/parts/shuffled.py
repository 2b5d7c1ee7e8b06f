# %%
def shuffled(items, drawn):
    """In an order made of the numbers drawn, one for each exchange."""
    order = list(items)
    for i, u in zip(range(len(order) - 1, 0, -1), drawn):
        j = int(u * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order
