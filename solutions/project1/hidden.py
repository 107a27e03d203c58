"""What only the grader has, made when its zip is built: the real data set's test scenes, where a course uses them."""

from __future__ import annotations

import io

import numpy as np

from coursekit import props, settings

TEST_SCENES = "test_scenes.npz"


def files() -> dict[str, bytes]:
    """Files to lie beside this one in the grader zip, by name.

    The test scenes and the mean training image as an npz: x_test uint8, y_test int64, mean float32.

    Raises:
        RuntimeError: the course uses the real data set and it cannot be had.
    """
    if settings.DATASET != "props":
        return {}
    try:
        data = props.load()
        mean = props.mean_image()
    except (OSError, ValueError, RuntimeError) as error:
        raise RuntimeError(
            f"coursekit.settings.DATASET is 'props', but the images could not be loaded: {error}. "
            "Fetch them once on this machine, as the notebooks do, or set DATASET to 'stand-in'"
        ) from error
    buffer = io.BytesIO()
    np.savez(buffer, x_test=data.x_test.numpy(), y_test=data.y_test.numpy(), mean=mean.numpy())
    return {TEST_SCENES: buffer.getvalue()}
