"""Pictures of the knn part."""
