"""Archives of the form of the real PROPS Classification data set, small and made of noise."""

from __future__ import annotations

import hashlib
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np

from coursekit.props.archive import FOLDER
from coursekit.props.objects import CLASSES


def instances() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    names = [f"{name}_{number}" for name in CLASSES for number in (1, 2, 10)]
    return {name: rng.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8) for name in names}


def write_archive(path: Path, pickles: dict[str, bytes], extra: tuple[tarfile.TarInfo, ...] = ()) -> str:
    """Write {member: content} as the real archive is written; returns its md5."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in pickles.items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in extra:
            tar.addfile(member)
    return hashlib.md5(path.read_bytes()).hexdigest()


def good_pickles(protocol: int = 4) -> dict[str, bytes]:
    held = {
        f"{name}.pkl": pickle.dumps({"data": data, "labels": [CLASSES.index(name.rpartition("_")[0])] * 4}, protocol)
        for name, data in instances().items()
    }
    held["meta.pkl"] = pickle.dumps({"test_split": [f"{name}_10" for name in CLASSES]}, protocol)
    return dict(sorted(held.items(), reverse=True))
