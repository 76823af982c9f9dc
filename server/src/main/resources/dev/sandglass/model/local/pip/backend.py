"""Stands in for a source distribution's build backend while pip downloads it.

pip asks the backend for the package's metadata before it hands over the archive, which would run the archive's own
build code. This one answers with name and version, from the environment, and runs nothing.
"""

import os


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name = os.environ["SANDGLASS_SDIST_NAME"]
    version = os.environ["SANDGLASS_SDIST_VERSION"]
    folder = f"{name.replace('-', '_')}-{version}.dist-info"
    os.makedirs(os.path.join(metadata_directory, folder))
    with open(os.path.join(metadata_directory, folder, "METADATA"), "w", encoding="utf-8") as file:
        file.write(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder
