"""Sees that check_rules.py finds what it should: each case is a file that breaks one rule, in a tree of its own."""
import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).parent
cases = [
    ("models/clip/a.h", "namespace models {\n}", "models/clip/a.h: nothing in it lies in namespace models::clip"),
    ("models/clip/training/a.h", "namespace models::clip::training {\n}", "a.h: nothing in it lies in namespace models::clip"),
    ("models/clip/training/a.h", "namespace models::clip {\n}", ""),
    ("models/facade/a.h", "namespace models::facade {\n}", "a.h: nothing in it lies in namespace models"),
    ("imaging/pacs/a.h", "namespace imaging {\n}", "a.h: nothing in it lies in namespace imaging::pacs"),
    ("imaging/pacs/a.h", "namespace imaging::pacs::detail {\n}", ""),
    ("app/cli/a.h", "namespace app {\n}", "a.h: nothing in it lies in namespace app::cli"),
    ("app/workflow/a.h", "namespace app::workflow {\n}", "a.h: nothing in it lies in namespace app"),
    ("ui/a.h", "std::shared_ptr<Document> document;", "a.h: shares Document"),
    ("ui/a.h", "std::shared_ptr<const Document> document;", ""),
    ("app/session/a.cpp", 'auto say = "Use --force.";', '"--force" is an option'),
]


def complaints(name, text):
    """What the check says of the file."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "ARCHITECTURE.md").write_text("", encoding="utf-8")
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, str(here / "check_rules.py"), folder], capture_output=True, text=True, check=False)
        return "\n".join(line for line in done.stdout.splitlines() if line.startswith(name)) + done.stderr


failed = 0
for file, content, words in cases:
    said = complaints(file, content)
    if (words not in said) if words else bool(said):
        failed += 1
        print(f"{file} with {content!r}: expected '{words}', the check said '{said}'")
print(f"{len(cases) - failed} of {len(cases)} files are judged as they should")
sys.exit(1 if failed else 0)
