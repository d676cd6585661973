"""python -m report, and the command of an installed package: the same as python build.py."""

from __future__ import annotations

import runpy
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run build.py, which lies beside this file in a wheel, and beside the package in a checkout."""
    beside = HERE / "build.py"
    runpy.run_path(str(beside if beside.is_file() else HERE.parent / "build.py"), run_name="__main__")


if __name__ == "__main__":
    main()
