"""Pictures of the linear_classifier part."""
