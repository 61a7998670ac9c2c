"""The measurable part of the house style (CONTRIBUTING.md): length of files, functions and lines, opening comments."""
import ast
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_LINES = 800
GENERATED = {"web/src/api/schema.d.ts"}  # written by a tool; its own check says when it is stale
FUNCTION_LINES = 70
COLUMNS = 100


def tracked(*suffixes):
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    names = [name.decode() for name in listing.split(b"\0") if name]
    return [ROOT / n for n in names if n.endswith(suffixes) and (ROOT / n).is_file()]


def cpp_functions(lines):
    """(name line, length) of what opens at column 0 and closes with a brace at column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and line.endswith("{") and line[:1] not in ("", " ", "#", "}", "/"):
            if not re.match(r"(inline )?(namespace|class|struct|enum|union|extern|template)\b.*[^)]\s*\{$", line) and "= {" not in line:
                start = number
        elif start is not None and line.startswith("}"):
            yield start, number - start + 1
            start = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno - node.lineno + 1


def long_functions():
    for path in tracked(".cc", ".h", ".py"):
        text = path.read_text(encoding="utf-8")
        found = python_functions(text) if path.suffix == ".py" else cpp_functions(text.splitlines())
        for line, length in found:
            if length > FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{line}: {length} lines"


class Style(unittest.TestCase):
    def test_no_file_over_the_limit(self):
        long = []
        for path in tracked(".cc", ".h", ".py", ".ts", ".tsx", ".sh", ".css"):
            if str(path.relative_to(ROOT)) in GENERATED:
                continue
            count = len(path.read_text(encoding="utf-8").splitlines())
            if count > FILE_LINES:
                long.append(f"{path.relative_to(ROOT)}: {count} lines")
        self.assertEqual(long, [], f"files over {FILE_LINES} lines: split them by what they do")

    def test_no_function_over_the_limit(self):
        self.assertEqual(list(long_functions()), [], f"functions over {FUNCTION_LINES} lines: split them")

    def test_the_measure_sees_a_long_function(self):
        body = ["void f() {", *["    x();"] * 80, "}", "", "int g() {", "    return 1;", "}"]
        self.assertEqual(list(cpp_functions(body)), [(1, 82), (84, 3)])

    def test_no_line_over_the_columns(self):
        wide = []
        for path in tracked(".cc", ".h"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if len(line) > COLUMNS and "R\"" not in line and "http" not in line and not line.lstrip().startswith("#include"):
                    wide.append(f"{path.relative_to(ROOT)}:{number}")
        self.assertEqual(wide, [], f"lines over {COLUMNS} columns: clang-format -i")

    def test_headers_say_what_they_are(self):
        bad = []
        for path in tracked(".h"):
            lines = path.read_text(encoding="utf-8").splitlines()
            comment = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
            if comment < 1 or "#pragma once" not in lines:
                bad.append(f"{path.relative_to(ROOT)}: needs an opening comment and #pragma once")
        self.assertEqual(bad, [])


if __name__ == "__main__":
    unittest.main()
