"""The check of includes finds what it is there for: a small tree with one wrong include makes it fail."""
import pathlib
import subprocess
import sys
import tempfile

checker = pathlib.Path(__file__).parent / "check_includes.py"

# File, what it includes, and a word of the complaint; an empty one where there is none.
cases = [
    ("app/workflow/a.cpp", '"models/facade/library.h"', ""),
    ("app/workflow/a.cpp", '"models/lvit/segmenter.h"', "must not include models/lvit"),
    ("app/main.cpp", '"models/data/csv.h"', "must not include models/data"),
    ("app/main.cpp", "<torch/torch.h>", "torch headers do not belong"),
    ("app/workstation/a.cpp", '"models/training/folder_lock.h"', "must not include models/training"),
    ("app/workstation/a.cpp", "<itkImage.h>", "itk headers do not belong"),
    ("app/controllers/a.cpp", '"models/weights/sha256.h"', "must not include models/weights"),
    ("app/controllers/study/a.cpp", '"ui/pages/segment_page.h"', "must not include ui/pages/segment_page.h"),
    ("app/controllers/edit/a.cpp", '"ui/pages/pages.h"', "must not include ui/pages/pages.h"),
    ("app/controllers/pacs/a.cpp", '"ui/pages/relabel_page.h"', "not for app/controllers/pacs"),
    ("app/controllers/segment/a.cpp", '"ui/pages/segment_page.h"', ""),
    ("app/controllers/segment/a.cpp", '"ui/pages/relabel_page.h"', "not for app/controllers/segment"),
    ("app/controllers/segment/a.cpp", '"ui/pages/read_page.h"', "not for app/controllers/segment"),
    ("app/controllers/read/a.cpp", '"ui/pages/read_page.h"', ""),
    ("app/controllers/read/a.cpp", '"ui/pages/read_actions.h"', ""),
    ("app/controllers/read/a.cpp", '"ui/pages/relabel_page.h"', "not for app/controllers/read"),
    ("app/controllers/read/a.cpp", '"ui/pages/segment_page.h"', "not for app/controllers/read"),
    ("app/controllers/a.cpp", '"ui/pages/segment_actions.h"', "not for app/controllers"),
    ("app/controllers/a.cpp", '"ui/pages/pages.h"', ""),
    ("app/session/a.cpp", '"ui/pages/read_page.h"', "not for app/session"),
    ("app/workstation/a.cpp", '"ui/pages/read_page.h"', ""),
    ("ui/main_window.cpp", '"ui/pages/segment_page.h"', "not for ui"),
    ("ui/main_window.cpp", '"ui/pages/pages.h"', ""),
    ("ui/pages/menus.cpp", '"ui/pages/read_actions.h"', ""),
    ("ui/views/a.cpp", "<vtkImageData.h>", "for annotations/surface, ui/render alone"),
    ("ui/main_window.cpp", "<vtkImageData.h>", "for annotations/surface, ui/render alone"),
    ("app/main.cpp", "<vtkImageData.h>", "for annotations/surface, ui/render alone"),
    ("imaging/a.cpp", "<vtkImageData.h>", "for annotations/surface, ui/render alone"),
    ("app/news/a.cpp", '"imaging/error.h"', "no rule for app/news"),
    ("models/lvit/training/a.cpp", '"models/training/batch.h"', ""),
    ("models/lvit/a.cpp", '"models/clip/network.h"', "must not include models/clip"),
    ("models/clip/a.cpp", '"models/lvit/config.h"', "must not include models/lvit"),
    ("models/nobody/a.cpp", '"imaging/error.h"', "no rule for models/nobody"),
    ("models/generate/a.cpp", '"models/clip/network.h"', "must not include models/clip"),
    ("models/training/a.cpp", '"models/lvit/lvit.h"', "must not include models/lvit"),
    ("models/training/a.cpp", '"models/facade/lvit_training.h"', "must not include models/facade"),
    ("models/facade/a.h", '"models/training/train_options.h"', ""),
    ("models/facade/a.h", '"models/training/batch.h"', "must not include models/training"),
    ("models/data/a.cpp", '"models/training/batch.h"', "must not include models/training"),
    ("models/data/a.cpp", '"models/facade/training.h"', "must not include models/facade"),
    ("models/data/a.cpp", "<ATen/ATen.h>", "must need no torch"),
    ("models/data/a.cpp", '"models/weights/state_dict.h"', "must need no torch"),
    ("models/data/a.cpp", '"annotations/report/text_variants.h"', ""),
    ("models/data/a.cpp", '"annotations/label.h"', "must not include annotations"),
    ("models/text/a.cpp", '"annotations/report/reading.h"', "must not include annotations/report"),
    ("annotations/report/a.cpp", '"annotations/label.h"', "must not include annotations"),
    ("models/kernels/a.cpp", '"models/package/package.h"', "must not include models/package"),
    ("models/layers/a.cpp", '"models/text/bert_files.h"', "must not include models/text"),
    ("models/text/a.cpp", '"models/lvit/config.h"', "must not include models/lvit"),
    ("models/vision/a.cpp", '"models/lvit/config.h"', "must not include models/lvit"),
    ("models/scoring/a.cpp", '"models/training/predict.h"', "must not include models/training"),
    ("models/weights/a.cpp", '"imaging/dicom/scan.h"', "only the plain structs of imaging"),
    ("app/workflow/a.cpp", '"models/package/package.h"', ""),
    ("models/text/a.cpp", '"models/package/package_json.h"', ""),
    ("models/text/a.cpp", '"models/facade/segmenter.h"', "must not include models/facade"),
    ("models/package/a.cpp", '"models/facade/library.h"', "must not include models/facade"),
    ("models/package/a.cpp", '"models/lvit/config.h"', "must not include models/lvit"),
    ("models/package/a.h", '"models/weights/state_dict.h"', "must need no torch"),
    ("models/facade/a.h", "<ATen/ATen.h>", "must need no torch"),
    ("models/facade/a.h", '"models/weights/state_dict.h"', "must need no torch"),
    ("ui/a.cpp", '"models/package/package.h"', "must not include models/package"),
    ("models/clip/a.cpp", '"../lvit/lvit.h"', "write it from the root"),
    ("app/workflow/a.cpp", '"../../models/lvit/segmenter.h"', "write it from the root"),
    ("ui/news/a.cpp", '"imaging/error.h"', "no rule for ui/news"),
    ("ui/dialogs/a.cpp", '"ui/pages/page.h"', "must not include ui/pages"),
]


def complaint(name, included):
    """What the check says of a tree that holds this file alone, and a header that shows Torch."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in [("models/weights/state_dict.h", "#include <ATen/core/Tensor.h>\n"), (name, f"#include {included}\n")]:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, str(checker), folder], capture_output=True, text=True, check=False)
        return done.stdout if done.returncode != 0 else ""


failed = 0
for file, header, words in cases:
    said = complaint(file, header)
    if (words not in said) if words else bool(said):
        failed += 1
        print(f"{file} with {header}: expected '{words}', the check said '{said.strip()}'")
print(f"{len(cases) - failed} of {len(cases)} includes are judged as they should")
sys.exit(1 if failed else 0)
