"""What a user ships: a file or a folder, kept under the digest of its content.

What comes in: a path. What goes out: its key, and the keys of its files. Never: the
same content under two keys of one name.
"""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.base import archives, layout, leaving


def shipped(path: Path) -> tuple[str, list[tuple[str, Path]]]:
    """The key of a file, or of a folder (it ends in a slash), and of each file.

    What a user names is the user's own: links are followed wherever they lead.
    """
    path = path.resolve()
    if not path.is_dir():
        leaving.check_names([(path.name, path)])
        key = layout.data(archives.file_digest(path), path.name)
        return key, [(key, path)]
    files = [
        (name, Path(entry.path))
        for name, entry in archives.walk(path, within=Path(path.anchor))
    ]
    leaving.check_names([(path.name, path), *files])
    key = layout.data(archives.digest(files), f"{path.name}/")
    return key, [(f"{key}{name}", file) for name, file in files]
