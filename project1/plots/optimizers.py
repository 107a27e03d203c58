"""Pictures of the optimizers part."""
