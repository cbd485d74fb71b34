// Carries the precompiled header of every file that includes Torch.
