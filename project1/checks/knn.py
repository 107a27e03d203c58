"""Public checks of the knn part."""
