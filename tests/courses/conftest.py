import pytest


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    """Files of courses lie in the test's own folder."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
