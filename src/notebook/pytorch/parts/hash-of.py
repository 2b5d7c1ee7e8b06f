# %%
def hash_of(thing):
    """One word for a few whole numbers: what is held back is held back for every seed."""
    word = 0x9E3779B9
    for number in thing:
        word = mix(word ^ number)
    return word
