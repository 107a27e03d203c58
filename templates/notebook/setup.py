# Finds the project folder, here or in your Drive. If it does not find yours, put its path between the quotes.
FOLDER = ""

import sys
from pathlib import Path


class SetUpError(Exception):
    def _render_traceback_(self):  # what a notebook shows of it: the sentence alone
        return [str(self)]


def find(place):
    """The folders that hold coursekit and NAME: the place itself, what it lies in, or down to two levels below."""
    above = [place, *place.parents[:2]]
    below = [folder.parent for depth in ("*", "*/*") for folder in sorted(place.glob(f"{depth}/coursekit"))]
    for folders in (above, below):
        found = [f for f in folders if (f / "coursekit/setup.py").is_file() and (f / "NAME/tasks.json").is_file()]
        if found:
            return found
    return []


places = [Path(FOLDER).expanduser().resolve()]
found = find(places[0])
if not found and "google.colab" in sys.modules:
    from google.colab import drive

    try:
        drive.mount("/content/drive")
    except Exception as error:
        raise SetUpError(f"Your Drive was not mounted ({error}): run this cell again and allow Colab to use it.") from None
    usual = ("MyDrive", "MyDrive/Colab Notebooks", "Shareddrives")
    places += [] if FOLDER else [Path("/content/drive", name) for name in usual]
    found = next(filter(None, map(find, places)), [])
    if not found and not FOLDER:
        import os
        import subprocess

        target = "/content/drive/MyDrive/NAME"
        command = ["git", "clone", "--quiet", "--branch", "BRANCH", "https://github.com/REPOSITORY", target]
        if subprocess.run(command, env={**os.environ, "GIT_TERMINAL_PROMPT": "0"}, capture_output=True).returncode == 0:
            raise SetUpError(
                "The project is now in your Drive, in the folder NAME of My Drive. Close this page, open the notebook "
                "from that folder with Colab, and run this cell there: only there is your work kept."
            )
if not found:
    raise SetUpError(
        "No folder with coursekit and NAME in it was found in " + ", ".join(map(str, places)) + ": unzip the student zip, "
        "put the whole folder NAME there, and run this cell again; or give its path as FOLDER at the top of this cell."
    )

sys.path.insert(0, str(found[0]))
from coursekit import setup

setup.begin("NAME", found)
