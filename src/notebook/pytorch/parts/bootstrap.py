# %%
def bootstrap(rows, members, seed):
    """How often each row is in each member's resample, [rows, members]."""
    counts = []
    for member in range(members):
        drawn = np.floor(rows * uniforms(seed, f"bootstrap.{member}", rows)).astype(int)
        counts.append(np.bincount(drawn, minlength=rows))
    return floats(np.stack(counts, 1))
