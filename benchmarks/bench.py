"""Where everything of one call of the benchmarks is, and what its commands share.

What comes in: the folder all is built in. What goes out: commands of ours and of peers,
each in a folder of its own, with an environment in which no setting of the user's is
found, and no way to AWS or to any network. Never: writes outside of that folder.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure import Command, run_once

HERE = Path(__file__).resolve().parent
BASE = "import yaml, json, click"
# Nobody is told of a benchmark, and nobody warns of what it is measured with.
_QUIET = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "DVC_NO_ANALYTICS": "1",
    "METAFLOW_USER": "bench",
    "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
    "NO_PROXY": "127.0.0.1",
}


@dataclass(frozen=True)
class Bench:
    """`build` is where all is built; `aws` the address that stands where AWS would."""

    build: Path
    aws: str
    _environment: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        kept = ("PATH", "LANG", "TMPDIR")
        found = {name: os.environ[name] for name in kept if name in os.environ}
        home = {"HOME": str(self.folder("home"))}
        # All of AWS, and as a proxy that lets nothing through, all of the network.
        ways_out = (
            "AWS_ENDPOINT_URL",
            "METAFLOW_S3_ENDPOINT_URL",
            "HTTP_PROXY",
            "HTTPS_PROXY",
        )
        nowhere = dict.fromkeys(ways_out, self.aws)
        self._environment.update(found, **home, **nowhere, **_QUIET)

    def folder(self, name: str) -> Path:
        """A folder below `build`, made when it is not there."""
        path = self.build / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        return self.folder("logs") / f"{name}.log"

    def command(
        self,
        words: Sequence[str | Path],
        folder: Path,
        fresh: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
    ) -> Command:
        """A command in `folder`; `more` are variables of its environment."""
        environment = {**self._environment, **(more or {})}
        return Command([str(word) for word in words], folder, environment, fresh)

    def base(self) -> Command:
        """The unit: what a command line on YAML, JSON and options cannot do without."""
        return self.python("-c", BASE)

    def python(self, *words: str | Path) -> Command:
        """The interpreter that ours runs on."""
        return self.command([sys.executable, *words], self.folder("home"))

    def pipeline(
        self, folder: Path, *words: str | Path, fresh: Sequence[str] = ()
    ) -> Command:
        """The command line measured."""
        script = Path(sysconfig.get_path("scripts")) / "pipeline"
        return self.command([script, *words], folder, fresh)

    def do(self, command: Command, name: str) -> None:
        """Run what a row needs before it is measured. Raises Failed."""
        run_once(command, self.log(name))
