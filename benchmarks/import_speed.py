"""Time the reading of a large download and its memory: `python -m benchmarks.import_speed [MEGABYTES]` (1,000).

The file has the form of Statistics Canada's table; its numbers are invented. A process of its own reads it, so that the
peak of memory is the reader's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

READ = """
import resource, sys
from pathlib import Path
from evaluation.chapters.statcan_table import read_download
found = read_download(Path(sys.argv[1]))
print(len(found.numbers), sum(found.left_out.values()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
HEADER = (
    "REF_DATE,GEO,DGUID,Violations,Statistics,UOM,UOM_ID,SCALAR_FACTOR,SCALAR_ID,VECTOR,COORDINATE,VALUE,STATUS,SYMBOL,"
    "TERMINATED,DECIMALS\n"
)
PLACES = ("Canada", "Ontario [35]", "Alberta [48]", "Toronto, Ontario [35535]", "St. John's, Newfoundland [10001]")
STATISTICS = ("Actual incidents", "Rate per 100,000 population", "Total cleared", "Percent unfounded")


def write(path: Path, size: int) -> int:
    """A file of at least so many bytes; the number of its rows."""
    rows, violation = 0, 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(HEADER)
        while file.tell() < size:
            violation += 1
            label = (
                "Trafficking in persons [1525]"
                if violation == 40
                else f"Violation number {violation} of [9{violation}]"
            )
            for year in range(1998, 2025):
                for g, place in enumerate(PLACES, start=1):
                    for s, statistic in enumerate(STATISTICS, start=1):
                        decimals = 2 if s == 2 else 0
                        file.write(
                            f'"{year}","{place}","2016A000{g}","{label}","{statistic}","Number","223","units","0",'
                            f'"v{violation}{g}{s}","{g}.{violation}.{s}","{year - 1997}","","","","{decimals}"\n'
                        )
                        rows += 1
    return rows


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "35100177.csv"
        rows = write(path, megabytes * 1_000_000)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - began
        numbers, left_out, peak = map(int, done.stdout.split())
        size = path.stat().st_size / 1e6
    print(
        f"{size:,.0f} MB, {rows:,} rows: {seconds:.1f} s, {size / seconds:.0f} MB a second, peak {peak / 1000:.0f} MB"
    )
    print(f"{numbers} numbers kept, {left_out:,} left out")


if __name__ == "__main__":
    main()
