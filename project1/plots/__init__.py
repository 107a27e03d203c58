"""Every picture the notebooks show, one module for each part. Matplotlib is imported when a picture is drawn."""
