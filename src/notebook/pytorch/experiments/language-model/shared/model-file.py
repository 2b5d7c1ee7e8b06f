
# %% [markdown]
# ## The lab's own weights
# “Model as safetensors”, under Save in the lab, gives the model as it stands there. With that file
# beside this notebook, the code below reads it and asks for its loss on the first rows.

# %%
if files := sorted(pathlib.Path().glob("switchyard-*.safetensors")):
    tensors = read_safetensors(files[-1])
    with torch.no_grad():
        for name, weight in params.items():
            weight.copy_(tensors[name])
        biases = {layer: tensors[f"bias.{layer}"] for layer in sparse_layers}  #? biased
        logits, _ = decoder(rows[:64, :-1], (seed, 0), biases)
        loss = F.cross_entropy(logits.flatten(0, 1), rows[:64, 1:].flatten())
    print(files[-1], "has a loss of", round(loss.item(), 4))
