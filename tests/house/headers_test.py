"""Every header of src/ compiles alone, without a warning: who includes it needs no luck with the order."""
import concurrent.futures
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

PACKAGES = ("libpq", "libsodium", "libzip", "pugixml", "poppler-cpp", "xlsxwriter")  # not all below /usr/include itself
FLAGS = ["-I", str(ROOT / "src")] + subprocess.run(
    ["pkg-config", "--cflags-only-I", *PACKAGES], capture_output=True, text=True, check=True
).stdout.split()


def compile_alone(header):
    name = header.relative_to(ROOT / "src").as_posix()
    done = subprocess.run(
        ["g++-12", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *FLAGS, "-x", "c++", "-"],
        input=f'#include "{name}"\n#include "{name}"\n', capture_output=True, text=True, check=False,
    )
    return name, done.returncode, done.stderr


class Headers(unittest.TestCase):
    def test_each_compiles_alone(self):
        headers = sorted((ROOT / "src").rglob("*.h"))
        self.assertGreater(len(headers), 20)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for name, status, text in pool.map(compile_alone, headers):
                with self.subTest(header=name):
                    self.assertEqual(status, 0, text)


if __name__ == "__main__":
    unittest.main()
