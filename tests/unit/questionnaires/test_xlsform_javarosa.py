"""JavaRosa, the engine inside ODK Collect, loads and initialises every XForm that we emit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform

from questionnaires import read_xlsform
from survey_app.demo.questionnaire import WORKBOOK

FOLDER = Path(__file__).parents[2] / "data" / "xlsforms"
KINDS = FOLDER.with_name("workbooks")
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


@pytest.mark.skipif(
    shutil.which("java") is None, reason="no Java, which JavaRosa needs: apt-get install default-jre-headless"
)
def test_javarosa_loads_every_xform_that_we_emit(tmp_path: Path) -> None:
    """One start of the machine for all forms; the validator names each file and says whether it is valid."""
    emitted = []
    for workbook in (*sorted(FOLDER.glob("*.xls*")), *sorted(KINDS.glob("*.md")), WORKBOOK):
        read = read_xlsform(workbook)
        xform = read.xform
        if xform is not None and all(f.code != "xlsform.media-languages" for f in read.findings):
            target = tmp_path / f"{workbook.stem}.xml"
            target.write_text(xform, encoding="utf-8")
            emitted.append(str(target))
    command = ["java", "-Djava.awt.headless=true", "-Xmx512m", "-jar", str(JAR), *emitted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    output = done.stdout + done.stderr
    parts = re.split(r"Validating: (.+)", output)
    verdicts = {Path(name).stem: "Xform is valid" in told for name, told in zip(parts[1::2], parts[2::2])}
    assert len(emitted) > 34 and len(verdicts) == len(emitted)
    assert [name for name, valid in verdicts.items() if not valid] == []
