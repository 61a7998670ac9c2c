"""Documents say what is there: links resolve, named folders exist, modules have their page, commands answer."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"```.*?```", re.S)
FOLDER_ROW = re.compile(r"^\| `([\w./-]+/)` \|", re.M)
COMMAND = re.compile(r"(?:^|[\s/])saola ([a-z][a-z-]*(?: [a-z][a-z-]*)?)(?=\s|$)", re.M)


def documents():
    listing = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name.decode() for name in listing.split(b"\0") if name and (ROOT / name.decode()).is_file()]


def anchors(path):
    """The anchors that headings of a Markdown file make (as GitHub and Gitea do)."""
    found = set()
    for line in CODE.sub("", path.read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            title = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(title.replace(" ", "-"))
    return found


class Documents(unittest.TestCase):
    def test_every_link_resolves(self):
        broken = []
        for document in documents():
            for target in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8"))):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (document.parent / name).resolve() if name else document
                if not file.exists():
                    broken.append(f"{document.relative_to(ROOT)}: {target} does not exist")
                elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                    broken.append(f"{document.relative_to(ROOT)}: {target} has no such heading")
        self.assertEqual(broken, [])

    def test_every_page_is_in_the_index(self):
        index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
        pages = sorted(p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md"))
        self.assertEqual([p for p in pages if p != "README.md" and f"]({p})" not in index], [])

    def test_the_folder_tables_are_true(self):
        for name in ("README.md", "README.vi.md", "src/README.md"):
            page = ROOT / name
            folders = FOLDER_ROW.findall(page.read_text(encoding="utf-8"))
            self.assertGreater(len(folders), 4, f"{name} has no table of folders")
            for folder in folders:
                with self.subTest(page=name, folder=folder):
                    self.assertTrue((page.parent / folder).is_dir())
            if name == "src/README.md":
                real = {p.name + "/" for p in (ROOT / "src").iterdir() if p.is_dir()}
                self.assertEqual(real - set(folders), set(), "folders of src/ without a line in src/README.md")

    def test_each_module_has_its_page(self):
        for module in sorted(p.parent for p in (ROOT / "src").glob("*/module.cmake")):
            with self.subTest(module=module.name):
                page = module / "README.md"
                self.assertTrue(page.exists(), f"src/{module.name}/README.md is missing")
                self.assertGreater(len(page.read_text(encoding="utf-8").splitlines()), 10)

    def test_both_readmes_have_the_same_shape(self):
        shapes = []
        for name in ("README.md", "README.vi.md"):
            text = CODE.sub("", (ROOT / name).read_text(encoding="utf-8"))
            shapes.append((len(re.findall(r"^#+ ", text, re.M)), len(re.findall(r"^\|", text, re.M))))
        self.assertEqual(shapes[0], shapes[1], "headings and table rows differ between the two languages")

    def test_commands_in_documents_exist(self):
        binary = os.environ.get("SAOLA_BINARY", str(ROOT / "build" / "release" / "saola"))
        if not os.access(binary, os.X_OK):
            self.skipTest("build/release/saola is not built")
        commands = set()
        for document in documents():
            for block in CODE.findall(document.read_text(encoding="utf-8")):
                for line in block.splitlines():
                    if not line.lstrip().startswith("#"):
                        commands.update(tuple(m.split()) for m in COMMAND.findall(line.split("  #")[0]))
        for command in sorted(commands):
            with self.subTest(command=" ".join(command)):
                words = list(command)
                while words:  # the second word may be an argument
                    done = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=False, timeout=20)
                    if done.returncode == 0 or len(words) == 1:
                        break
                    words.pop()
                self.assertEqual(done.returncode, 0, f"saola {' '.join(words)} --help: {done.stderr or done.stdout}")


if __name__ == "__main__":
    unittest.main()
