"""Where things lie: in a bucket, and in a project's folder `.mlmax`.

What comes in: names and digests. What goes out: keys, URIs and paths. Never: looks
whether anything is there.

    <pipeline>/<execution>/        in the artifacts' bucket: what an execution wrote
      evidence.json listeners.log  and what is kept beside it
      <Step>/<output>/...          a step's output
      <Step>/<output>/<index>/...  the same of an item, inside a map
    _records/<machine>/<execution>/  there, too, on AWS: what the stack's recorder put
      record.json starter.json objects-<page>.json; and claimed.json: `pipeline run`
    _records/models/<group>/<version>/<event>.json  who approved or rejected it
    code/<digest>/                 in the code's bucket: a code folder as it is, and
      src/...  src.tar.gz  src.zip packed; the digest is that of its files
    data/<digest>/<name>           shipped data: a file, or a folder's files below it
    definitions/<digest>.json      definitions too large for a template
    templates/<digest>.yaml        nested templates; .json, the root template
    packages/<digest>.json         what a deployment needs; put last

    .mlmax/create.json             what templates/ was made from
    .mlmax/states.json             the steps that states belong to
    .mlmax/reports/                pages of executions
    .mlmax/<environment>/          an environment of this machine:
      s3/<bucket>/<key>            its objects, those of both buckets in one
      executions/<pipeline>/<execution>/
      registry/  services/         models; what small services keep
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from mlmax_pipelines.base.errors import UsageError

SCHEME = "s3://"
# The one bucket of an environment of this machine.
LOCAL_BUCKET = "artifacts"
CODE, DATA = "code/", "data/"
DEFINITIONS, TEMPLATES, PACKAGES = "definitions/", "templates/", "packages/"
# Keys of the code's bucket that are named by what is in them.
OF_DEPLOYMENTS = (CODE, DATA, DEFINITIONS, TEMPLATES, PACKAGES)
EVIDENCE = "evidence.json"
# What listeners of an execution on this machine failed with.
LISTENERS = "listeners.log"
# No pipeline's name begins with an underscore.
RECORDS = "_records/"
RECORD, STARTER, CLAIM = "record.json", "starter.json", "claimed.json"
OBJECTS = "objects-"
# No state machine is called so: there is a stack's name in theirs.
APPROVALS = "models/"
_CODE_IN_TEXT = re.compile(rf"/{CODE}([0-9a-f]{{64}})/")
_CODE_PLACE = re.compile(rf"{SCHEME}[^/\"]+/{CODE}([0-9a-f]{{64}})/")
_DATA_URI = re.compile(rf"{SCHEME}[^/]+/{DATA}([0-9a-f]{{64}})/.*", re.DOTALL)

_HOME = Path(".mlmax")
STAMP = _HOME / "create.json"
STATES = _HOME / "states.json"
REPORTS = _HOME / "reports"
STORE, EXECUTIONS, REGISTRY, SERVICES = "s3", "executions", "registry", "services"

T = TypeVar("T")


def uri(bucket: str, key: str = "") -> str:
    """The address of an object, or of all below a key that ends in a slash."""
    return f"{SCHEME}{bucket}/{key}"


def split(address: str) -> tuple[str, str]:
    """Bucket and key of an s3:// URI. Raises UsageError when it is none."""
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not address.startswith(SCHEME) or not bucket:
        hint = "write s3://bucket/key"
        raise UsageError(f"not an S3 URI: '{address}'", hint=hint)
    return bucket, key


def pipeline(name: str) -> str:
    """The key of all that a pipeline's executions wrote."""
    return f"{name}/"


def execution(pipeline: str, name: str) -> str:
    """The key of all that an execution wrote."""
    return f"{pipeline}/{name}/"


def recorded(execution: str, name: str) -> str:
    """The key of a file that is recorded of an execution, an ARN."""
    machine, own = execution.split(":")[6:8]
    return f"{RECORDS}{machine}/{own}/{name}"


def approvals(model: str) -> str:
    """The key of what is recorded of a version of a model, an ARN."""
    return f"{RECORDS}{APPROVALS}{model.partition(':model-package/')[2]}/"


def output(
    pipeline: str, name: T, key: str, output: str, *index: T
) -> tuple[str | T, ...]:
    """The key of a step's output, in parts: an execution's name and an item's index may
    be values that are known only while it runs."""
    item = (part for one in index for part in (one, "/"))
    return (f"{pipeline}/", name, f"/{key}/{output}/", *item)


def step_pattern(pipeline: str, key: str) -> str:
    """What is below a step's key, whatever the execution."""
    return f"{pipeline}/*/{key}/*"


def step_and_output(key: str) -> tuple[str, str]:
    """The step and the output that a key below an execution's belongs to."""
    name, _, rest = key.partition("/")
    folders = [folder for folder in rest.split("/")[:-1] if not folder.isdecimal()]
    return name, folders[0] if folders else ""


def code(digest: str) -> str:
    """The version of code: its key, without the slash."""
    return f"{CODE}{digest}"


def packed(folder: str, suffix: str) -> str:
    """The name of a code folder's archive: beside the folders, and in none of them."""
    return folder.replace("/", "!") + suffix


def unpacked(name: str) -> str:
    """The folder that an archive of this name, its suffix left out, is of."""
    return name.replace("!", "/")


def is_packed(name: str) -> bool:
    """Whether a file of a version of code is the archive of a folder of it."""
    return "/" not in name and name.endswith((".tar.gz", ".zip"))


def code_digest_in(text: str) -> str:
    """The digest of all versions of code that a text names; "" for none."""
    return code_digest(_CODE_IN_TEXT.findall(text))


def code_places(text: str) -> list[tuple[str, str]]:
    """The folders of all versions of code that a text names, with their digests."""
    return sorted({(found[0], found[1]) for found in _CODE_PLACE.finditer(text)})


def listed_digest(files: Mapping[str, str]) -> str:
    """SHA-256 over names and digests of files, in hex: what tells versions of code
    apart."""
    from hashlib import sha256

    lines = (f"{name}\0{files[name]}\n" for name in sorted(files))
    return sha256("".join(lines).encode()).hexdigest()


def code_digest(digests: Iterable[str]) -> str:
    """One digest of those of several code folders, in whatever order."""
    found = sorted(set(digests))
    if len(found) < 2:
        return "".join(found)
    from hashlib import sha256

    return sha256("\n".join(found).encode()).hexdigest()


def data(digest: str, name: str) -> str:
    """The key of shipped data; a folder's name ends in a slash."""
    return f"{DATA}{digest}/{name}"


def data_digest(address: object) -> str:
    """The digest in the URI of shipped data; "" for anything else."""
    found = _DATA_URI.fullmatch(address) if isinstance(address, str) else None
    return found[1] if found else ""


def definition(digest: str) -> str:
    return f"{DEFINITIONS}{digest}.json"


def template(digest: str, suffix: str) -> str:
    return f"{TEMPLATES}{digest}{suffix}"


def package(digest: str) -> str:
    return f"{PACKAGES}{digest}.json"


def home(root: Path, environment: str) -> Path:
    """The folder of an environment of this machine, in the project folder `root`."""
    return root / _HOME / environment
