# Jumps: no continuous function gets there, but some come close.
target = torch.tensor([-0.7 if x < -0.35 else 0.75 if x < 0.3 else -0.1 for x in places])
