"""Public checks of the optimizers part."""
