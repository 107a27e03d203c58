"""Every picture the notebooks show, one module for each part. Matplotlib is imported when a picture is drawn."""

from project1.plots import film, knn, linear_classifier, optimizers

__all__ = ["film", "knn", "linear_classifier", "optimizers"]
