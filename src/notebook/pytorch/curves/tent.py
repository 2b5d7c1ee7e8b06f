# The tent map folded given.folds times: each fold doubles the straight pieces.
folded = (places + 1) / 2
for _ in range(given.folds):
    folded = torch.where(folded < 0.5, 2 * folded, 2 - 2 * folded)
target = 0.9 * (2 * folded - 1)
