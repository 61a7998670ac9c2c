"""The layer check refuses each kind of forbidden include, with file and line, and accepts this tree."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def check(root):
    done = subprocess.run(
        ["/usr/bin/python3", str(ROOT / "cmake" / "check_layers.py"), str(root)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "cmake").mkdir()
        shutil.copy(ROOT / "cmake" / "layers.txt", self.root / "cmake")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, *lines):
        file = self.root / "src" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def refused(self, place):
        status, text = check(self.root)
        self.assertEqual(status, 1, text)
        self.assertIn(place, text)

    def test_this_tree_is_clean(self):
        status, text = check(ROOT)
        self.assertEqual(status, 0, text)

    def test_lower_layer_must_not_include_upper(self):
        self.write("base/x.h", "#pragma once", "", '#include "store/sql.h"')
        self.refused("src/base/x.h:3:")

    def test_modules_must_not_include_each_other(self):
        self.write("lang/reader.cc", '#include "programme/assertion.h"')
        self.refused("src/lang/reader.cc:1:")
        self.write("lang/reader.cc", '#include "lang/reader.h"')
        self.write("programme/api.cc", "// comment", '#  include "lang/reader.h"')
        self.refused("src/programme/api.cc:2:")

    def test_third_party_header_outside_its_home(self):
        for header in ("boost/asio.hpp", "sqlite3.h", "libpq-fe.h", "nlohmann/json.hpp", "spdlog/spdlog.h"):
            self.write("programme/api.cc", f"#include <{header}>")
            self.refused("src/programme/api.cc:1:")

    def test_third_party_header_at_home(self):
        self.write("net/beast/server.cc", "#include <boost/asio.hpp>")
        self.write("store/sqlite/db.cc", "#include <sqlite3.h>", '#include "base/result.h"')
        status, text = check(self.root)
        self.assertEqual(status, 0, text)

    def test_unknown_folder(self):
        self.write("extra/x.cc", "int x;")
        self.refused("src/extra/x.cc:1:")


if __name__ == "__main__":
    unittest.main()
