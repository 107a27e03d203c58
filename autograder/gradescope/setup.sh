#!/usr/bin/env bash
# Run once by Gradescope, as root, when it builds the image. Works on Ubuntu 22.04 and Debian 12.
# The grader gets an environment of its own in $AUTOGRADER_ROOT/venv; the system's Python stays as it is.
#
#   AUTOGRADER_ROOT  where Gradescope's folders are (default /autograder)
#   TORCH_INDEX      where torch without CUDA comes from; set it empty to take pip's default
#   PYTHON           the Python to build on, 3.10 or newer (default python3)
set -euo pipefail
umask 022

root="${AUTOGRADER_ROOT:-/autograder}"
torch_index="${TORCH_INDEX-https://download.pytorch.org/whl/cpu}"
python="${PYTHON:-python3}"
venv="$root/venv"
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() {
    echo "setup.sh: $*" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "there is no $python; this needs Python 3.10 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "$("$python" --version) is too old; this needs 3.10"

# What is installed depends on these alone, so a second run with the same ones has nothing to do.
stamp="$("$python" --version) $(cat setup.sh requirements.txt | sha256sum) $torch_index"
if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$stamp" ]; then
    if ! "$python" -m venv --clear "$venv" >/dev/null 2>&1; then
        [ "$(id -u)" = 0 ] || fail "$python -m venv does not work; install python3-venv"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
        "$python" -m venv --clear "$venv"
    fi
    pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
    if [ -n "$torch_index" ]; then
        torch="$(grep -E '^torch==' requirements.txt)"
        "${pip[@]}" install --quiet --no-deps --retries 2 --timeout 30 --index-url "$torch_index" "$torch" ||
            echo "setup.sh: no torch from $torch_index; taking pip's default, which may be much larger" >&2
    fi
    "${pip[@]}" install --quiet -r requirements.txt
    "$venv/bin/python" -c 'import gradescope_utils, nbformat, numpy, torch; torch.ones(2) @ torch.ones(2)' ||
        fail "the packages are installed but do not import"
    # The code under grading runs as another user, which must be able to read the environment.
    chmod -R a+rX "$venv"
    echo "$stamp" >"$venv/.installed"
fi
"$venv/bin/python" -m compileall -q .
chmod a+x "$root"
echo "setup.sh: ready, $("$venv/bin/python" -c 'import sys, torch; print("Python", sys.version.split()[0], "torch", torch.__version__)')"
