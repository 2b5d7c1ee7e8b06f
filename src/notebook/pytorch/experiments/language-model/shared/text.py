# %% [markdown]
# ## Data
# The lab's rows of 64 characters and one more, packed: at each place the model foretells what follows.

# %%
packed = given.packed

# %%
characters = given.characters
rows = np.frombuffer(zlib.decompress(base64.b64decode(packed)), given.dtype)
rows = torch.tensor(rows.astype(np.int64)).reshape(-1, 65)
print(len(rows), "rows, the first:")
print("".join(characters[i] for i in rows[0]))
