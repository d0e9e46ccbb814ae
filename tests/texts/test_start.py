"""English needs neither a catalogue nor the tables of all languages."""

import subprocess
import sys

from tests.support.programs.process import ROOT


def test_english_loads_nothing_of_babel() -> None:
    code = (
        "import sys\n"
        "from app.engine.engine import Engine\n"
        "from app.kinds import KINDS\n"
        "from app.cli.kinds import kinds_table\n"
        "kinds_table('en')\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'babel']\n"
        "kinds_table('ko')\n"
        "assert 'babel' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
