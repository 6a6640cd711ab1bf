"""Outside sources turned into signals; what cannot be understood is kept with the reason."""
