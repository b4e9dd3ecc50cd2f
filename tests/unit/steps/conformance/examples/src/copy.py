"""Copies its input to its output, where a container has them."""

import os
import shutil
from pathlib import Path

root = Path(os.environ.get("ML_ROOT", "/opt/ml")) / "processing"
shutil.copytree(root / "input" / "rows", root / "output" / "rows", dirs_exist_ok=True)
