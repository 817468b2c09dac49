"""What pyproject.toml has no words for: app, pages and trained models lie beside the package and go into the wheel.

There they are in `genoviz/_app`; `genoviz/files/installed.py` finds them in both places.
"""

from pathlib import Path

from setuptools import Command, setup
from setuptools.command.build import build

INSIDE = Path("genoviz", "_app")
# Training logs and the README of the checkpoints stay out: nothing reads them.
WHAT = ("app.py", "pages/**/*.py", ".streamlit/config.toml", "checkpoints/*.json", "checkpoints/*.safetensors")


class BuildApp(Command):
    """A step of `build` as setuptools documents it (`setuptools.command.build.SubCommand`)."""

    def initialize_options(self) -> None:
        self.build_lib: str | None = None
        self.editable_mode = False

    def finalize_options(self) -> None:
        self.set_undefined_options("build_py", ("build_lib", "build_lib"))

    def get_source_files(self) -> list[str]:
        return sorted(str(path) for pattern in WHAT for path in Path().glob(pattern))

    def get_output_mapping(self) -> dict[str, str]:
        return {str(Path(self.build_lib, INSIDE, source)): source for source in self.get_source_files()}

    def get_outputs(self) -> list[str]:
        return list(self.get_output_mapping())

    def run(self) -> None:
        if self.editable_mode:  # the checkout is used as it lies
            return
        for target, source in self.get_output_mapping().items():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target)


build.sub_commands.append(("build_app", None))
setup(cmdclass={"build_app": BuildApp})
