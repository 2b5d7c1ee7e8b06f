# Smooth, with a few bends.
target = 0.6 * torch.sin(math.pi * places) + 0.35 * torch.cos(3 * math.pi * places)
