#!/usr/bin/env python3
"""Compare Quarry with other tools on the same questions over the same events.

    python3 benches/compare/compare.py                    1 GB of events, 5 runs of each
    python3 benches/compare/compare.py --bytes 100000000  less

It builds what it needs, generates the events from a seed, runs Quarry and whichever peers are installed one after the
other, again and again, checks that all print the same rows, and writes a table: median wall time, median CPU time, how
many times Quarry's time that is, and peak memory. Python packages that count as peers: duckdb, chdb, polars.
Programs: rg, jq, jaq, zcat. It needs Python 3.10 or newer.
"""

import argparse
import importlib.util
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parents[2]
RULE = ROOT / "rules/aws_s3_object_encrypted_with_external_kms_key.esql"
RULE_COLUMNS = ["@timestamp", "cloud.account.id", "key.account.id", "keyId", "aws.cloudtrail.user_identity.arn"]
AGGREGATE = (
    "FROM logs-aws.cloudtrail-* | STATS n = COUNT(*), ips = COUNT_DISTINCT({address}, 40000)"
    " BY event.action, cloud.account.id | SORT n DESC, event.action, cloud.account.id | LIMIT 10"
    " | KEEP event.action, cloud.account.id, n, ips"
)
WORKLOADS = {
    "rule": "the rule over ECS lines",
    "rule-unfiltered": "the rule over ECS lines, prefilter off",
    "aggregate": "the aggregate over ECS lines",
    "rule-raw": "the rule over raw .json.gz",
    "aggregate-raw": "the aggregate over raw .json.gz",
}


def quarry(program, workload, path, threads):
    """Quarry's command for a workload."""
    # What raw records have under sourceIPAddress, which may be the name of a service, is source.address in documents.
    address = "source.address" if workload.endswith("raw") else "source.ip"
    query = f"-f {RULE}" if workload.startswith("rule") else f"'{AGGREGATE.format(address=address)}'"
    name = "" if workload.endswith("raw") else "logs-aws.cloudtrail-x="
    off = " --no-prefilter" if workload == "rule-unfiltered" else ""
    return f"{program} query -q {query} -i {name}{path} --threads {threads} --no-limit --format tsv{off}"


def rows(text, workload, is_quarry):
    """The rows of an output, in a form that is the same for all."""
    lines = [line.split("\t") for line in text.splitlines()]
    if is_quarry and lines:
        header = lines.pop(0)
        if workload.startswith("rule"):
            lines = [[line[header.index(column)] for column in RULE_COLUMNS] for line in lines]
    # Python prints a null as None.
    lines = [[line[0].replace(".000Z", "Z"), *("" if value == "None" else value for value in line[1:])] for line in lines]
    return sorted(lines) if workload.startswith("rule") else lines


def run(command):
    """Runs a shell command; wall and CPU seconds, peak MiB and what it printed."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(["sh", "-c", command], stdout=output, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode not in (0, 1) or (process.returncode == 1 and "rg " not in command):
        raise RuntimeError(f"{command}\n{errors.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def installed(needs):
    if isinstance(needs, str):
        return importlib.util.find_spec(needs) is not None
    return all(shutil.which(program) for program in needs)


def measure(commands, runs, workload):
    """Runs each command `runs` times, taking turns, after one run that isn't counted. Rows and figures by name."""
    figures = {name: [] for name in commands}
    results = {}
    for turn in range(runs + 1):
        for name, command in commands.items():
            wall, cpu, memory, text = run(command)
            results[name] = rows(text, workload, name.startswith("quarry"))
            if turn > 0:
                figures[name].append((wall, cpu, memory))
    return figures, results


def table(workload, figures, results):
    expected = results["quarry"]
    ours = statistics.median(wall for wall, _, _ in figures["quarry"])
    out = [f"### {WORKLOADS[workload][0].upper()}{WORKLOADS[workload][1:]}", ""]
    out += ["| tool | wall, s | times Quarry's | CPU, s | peak MiB | rows |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for name, runs in sorted(figures.items(), key=lambda item: statistics.median(run[0] for run in item[1])):
        wall, cpu = (statistics.median(run[place] for run in runs) for place in (0, 1))
        same = "-" if "only" in name else "the same" if results[name] == expected else "**differ**"
        memory = max(run[2] for run in runs)
        out.append(f"| {name.replace('|', 'into')} | {wall:.3f} | {wall / ours:.2f} | {cpu:.2f} | {memory:.0f} | {same} |")
    return out + [""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bytes", type=int, default=1_000_000_000, help="size of the ECS lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=Path, help="where the events are or will be written")
    parser.add_argument("--quarry", help="the program; built when not given")
    parser.add_argument("--only", choices=WORKLOADS, action="append", help="one workload; may be repeated")
    arguments = parser.parse_args()
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "quarry-benches", "--bins"], cwd=ROOT, check=True)
    if not arguments.quarry:
        subprocess.run(["cargo", "build", "--release", "-q", "-p", "quarry-cli"], cwd=ROOT, check=True)
    program = arguments.quarry or target / "quarry"
    folder = arguments.folder or Path(tempfile.gettempdir()) / f"quarry-compare-{arguments.seed}-{arguments.bytes}"
    if not (folder / "events.ndjson").exists():
        subprocess.run([target / "generate", str(arguments.seed), str(arguments.bytes), folder], check=True)
    size = (folder / "events.ndjson").stat().st_size
    print(f"{size:,} bytes of ECS lines; {arguments.threads} threads; {platform.machine()}, {os.cpu_count()} cores")
    print(f"{arguments.runs} runs of each, taking turns, after one to warm up; medians.\n")
    failed = False
    for workload in arguments.only or WORKLOADS:
        path = folder / ("raw" if workload.endswith("raw") else "events.ndjson")
        commands = {"quarry": quarry(program, workload, path, arguments.threads)}
        if workload == "rule-raw":
            commands["inflate only (libdeflate)"] = f"{target / 'inflate'} {arguments.threads} {path}"
        for name, needs in peers.PEERS.items():
            command = peers.command(name, workload, path, arguments.threads)
            if command and installed(needs):
                commands[name] = command
        figures, results = measure(commands, arguments.runs, workload)
        print("\n".join(table(workload, figures, results)), flush=True)
        failed |= any(result != results["quarry"] for name, result in results.items() if "only" not in name)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
