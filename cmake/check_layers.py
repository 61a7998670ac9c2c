#!/usr/bin/env python3
"""Checks the layer rules of cmake/layers.txt over src/: which folder may include which, and where
third-party headers may be included. Prints file:line for each violation; exit status 1 if any."""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def load_rules(path):
    layers, third_party = {}, {}
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        name, _, rest = line.partition(":")
        if name.startswith("!"):
            third_party[name[1:]] = rest.split()
        else:
            layers[name] = set(rest.split())
    return layers, third_party


def check(root):
    layers, third_party = load_rules(root / "cmake" / "layers.txt")
    errors = []
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".cc", ".h"):
            continue
        relative = path.relative_to(root).as_posix()
        layer = relative.split("/")[1]
        if layer not in layers:
            errors.append(f"{relative}:1: folder src/{layer} is not in cmake/layers.txt")
            continue
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(text)
            if not match:
                continue
            target = match.group(2)
            if match.group(1) == '"':
                other = target.split("/")[0]
                if other != layer and other not in layers[layer]:
                    errors.append(f"{relative}:{number}: {layer} must not include {target}")
            for prefix, places in third_party.items():
                if target.startswith(prefix) and not any(
                    relative == p or relative.startswith(p.rstrip("/") + "/") for p in places
                ):
                    errors.append(f"{relative}:{number}: <{target}> may be included only in {' '.join(places)}")
    return errors


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    errors = check(root)
    print("\n".join(errors) if errors else "layers: no violation")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
