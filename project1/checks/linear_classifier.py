"""Public checks of the linear_classifier part."""
