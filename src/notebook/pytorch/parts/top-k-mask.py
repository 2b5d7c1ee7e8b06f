# %%
def top_k_mask(scores, k, bias=None):
    """
    1 at the k largest entries of each row, else 0; of equal ones the first. The bias chooses and
    carries no gradient.
    """
    keys = scores.detach() if bias is None else scores.detach() + bias
    order = torch.sort(keys, dim=1, descending=True, stable=True).indices
    return torch.zeros_like(scores).scatter(1, order[:, :k], 1.0)
