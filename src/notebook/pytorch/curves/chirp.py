# A wave that is faster and faster to the right.
target = 0.9 * torch.sin(2 * math.pi * (0.5 + 1.6 * (places + 1) ** 2))
