"""A map's outputs, gathered by a job after it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.functional.conftest import Pipeline

SPEC = """\
name: fan
parameters: {words: {type: list, default: [a, b]}}
steps:
  Each:
    type: map
    items: ${parameters.words}
    steps:
      Write: {module: write, inputs: {word: "${item}", number: "${map.index}"}}
  Gather: {module: gather, inputs: {words: "${steps.Write.outputs.text}"}}
"""
IMAGE = "{image: {framework: sklearn, version: 1.4-2}, entry_point: src/%s.py}"
WRITE = f"""\
name: write
type: processing
interface:
  inputs: {{word: {{type: string}}, number: {{type: integer}}}}
  outputs: {{text: {{type: s3}}, marks: {{type: metrics, values: {{n: integer}}}}}}
implementation: {IMAGE % "write"}
"""
GATHER = f"""\
name: gather
type: processing
interface: {{inputs: {{words: {{type: s3}}}}, outputs: {{all: {{type: s3}}}}}}
implementation: {IMAGE % "gather"}
"""
WRITER = """\
import json, os, sys
from pathlib import Path

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
out = Path(os.environ["ML_ROOT"]) / "processing/output"
(out / "text/word.txt").write_text(given["--word"])
(out / "marks/metrics.json").write_text(json.dumps({"n": int(given["--number"])}))
"""
GATHERER = """\
import json, os
from pathlib import Path

root = Path(os.environ["ML_ROOT"]) / "processing"
found = sorted((root / "input/words").rglob("*"))
texts = {str(p.relative_to(root / "input/words")): p.read_text()
         for p in found if p.is_file()}
(root / "output/all/all.json").write_text(json.dumps(texts))
"""


def test_a_job_gets_a_folder_with_a_folder_per_item(
    pipeline: Pipeline, project: Path
) -> None:
    (project / "pipelines/small.yaml").unlink()
    files = {
        "pipelines/fan.yaml": SPEC,
        "modules/write.yaml": WRITE,
        "modules/gather.yaml": GATHER,
        "src/write.py": WRITER,
        "src/gather.py": GATHERER,
    }
    for name, text in files.items():
        (project / name).write_text(text)
    result = pipeline("run", "fan", "--name", "one", cwd=project)
    assert result.returncode == 0, result.stderr
    store = project / ".mlmax/local/s3/artifacts/fan/one"
    gathered = json.loads((store / "Gather/all/all.json").read_text())
    assert gathered == {"0/word.txt": "a", "1/word.txt": "b"}
    assert "metrics of Write[1]\n  n 1" in result.stdout
    status = json.loads(pipeline("status", "--format", "json", cwd=project).stdout)
    assert status["metrics"] == {"Write[0].n": 0, "Write[1].n": 1}
    evidence = json.loads((store / "evidence.json").read_text())
    assert evidence["metrics"] == status["metrics"]
