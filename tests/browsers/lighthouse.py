"""Ask Lighthouse about the page, as a desk and as a phone, and print its scores.

    make lighthouse                                   Lighthouse comes from npm, when it is wanted
    .venv/bin/python tests/browsers/lighthouse.py --url http://…    a server that runs
    .venv/bin/python tests/browsers/lighthouse.py --command /path/to/lighthouse

Lighthouse slows the processor down four times to be a phone, and takes for granted that the machine
is a fast and idle one. It prints what it found that to be (its benchmark index, 1,000 and more
where all is well); on a slower one give `--slowdown 1`, or the speed of a phone is that of a watch.
Ends with 1 when a category has fewer than 95 points.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))

from chromium import ensure_chromium
from servers import api_server

VERSION = "13.5.0"
PAGES = ("index.html", "learn.html")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked for",
    "speed-index": "speed index",
    "cumulative-layout-shift": "layout shift",
    "total-byte-weight": "loaded",
}
ENOUGH = 95
GOOD = 0.9  # of an audit: what Lighthouse paints green


def audit(command: list[str], url: str, device: list[str], folder: Path) -> dict[str, Any]:
    """Run Lighthouse once and return its report."""
    output = folder / "report.json"
    flags = "--headless=new --no-sandbox --disable-gpu"
    subprocess.run(
        [
            *command,
            url,
            *device,
            "--quiet",
            "--output=json",
            f"--output-path={output}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={flags}",
        ],
        env=os.environ | {"CHROME_PATH": ensure_chromium()},
        check=True,
    )
    report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return report


def describe(report: dict[str, Any]) -> tuple[list[str], bool]:
    """Return a report's scores, its times, what loses points, and whether all is well."""
    audits, categories = report["audits"], report["categories"]
    scores = {name: round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES}
    lines = ["  " + ", ".join(f"{name} {score}" for name, score in scores.items())]
    lines.append(
        "  " + ", ".join(f"{name} {audits[key]['displayValue']}" for key, name in TIMES.items())
    )
    lost = [
        f"{ref['id']} ({audits[ref['id']].get('displayValue', 'fails')})"
        for category in categories.values()
        for ref in category["auditRefs"]
        if ref["weight"]
        and (audits[ref["id"]]["score"] is not None)
        and audits[ref["id"]]["score"] < GOOD
    ]
    lines.append("  loses points: " + (", ".join(dict.fromkeys(lost)) or "nothing"))
    lines.append(f"  benchmark index {report['environment']['benchmarkIndex']:.0f}")
    return lines, min(scores.values()) >= ENOUGH


def main() -> None:
    """Ask, print, keep."""
    parser = argparse.ArgumentParser(description="Ask Lighthouse about the pages.")
    parser.add_argument("--url", help="a server that runs (default: starts one)")
    parser.add_argument("--command", help="where Lighthouse is (default: npx fetches it)")
    parser.add_argument("--slowdown", help="of the processor, to be a phone (default: 4)")
    parser.add_argument("--output", type=Path, help="a file to keep the scores in as well")
    options = parser.parse_args()
    command = [options.command] if options.command else ["npx", "--yes", f"lighthouse@{VERSION}"]
    slow = [f"--throttling.cpuSlowdownMultiplier={options.slowdown}"] if options.slowdown else []
    lines, well = [f"Lighthouse {VERSION}"], True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = None if options.url else api_server(folder / "log.txt")
        if server:
            server.start()
        try:
            url = options.url or (server.url if server else "")
            for device, flags in {"desk": ["--preset=desktop"], "phone": slow}.items():
                slower = f", processor slowed down {options.slowdown or 4} times"
                for page in PAGES:
                    found, enough = describe(audit(command, f"{url}/{page}", flags, folder))
                    lines += [f"{page} on a {device}{slower if device == 'phone' else ''}", *found]
                    well = well and enough
        finally:
            if server:
                server.stop()
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
