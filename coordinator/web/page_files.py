"""The files of the pages, kept in memory as they are sent: a page asks for some fifty at once."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_MEDIA_TYPES: Final = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}
_COMPRESSED: Final = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_LEAST_BYTES: Final = 1_000


class _Kept(NamedTuple):
    """A file as it was when it was read."""

    changed_at: int
    etag: str
    media_type: str
    plain: bytes
    compressed: bytes | None


class PageFiles:
    """Answers for a folder; a file that changes is read again, one that is added is not found.

    Beside the folder's there are files that were made: they are as they are until the next start.
    """

    def __init__(self, folder: Path, made: Mapping[str, bytes]) -> None:
        self._made = {name: _keep(name, plain, 0) for name, plain in made.items()}
        self._paths = {
            it.relative_to(folder).as_posix(): it for it in folder.rglob("*") if it.is_file()
        }
        self._kept: dict[str, _Kept] = {}

    async def answer(self, request: Request) -> Response:
        """Answer for the file at the rest of the path."""
        return self.file(request.path_params["path"], request)

    def file(self, name: str, request: Request) -> Response:
        """Return a file, or that the one which the browser has is still right.

        Raises:
            HTTPException: there is none of this name.
        """
        kept = self._made.get(name) or self._newest(name)
        headers = {"ETag": kept.etag, "Vary": "Accept-Encoding"}
        if kept.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = kept.plain
        if kept.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = kept.compressed, "gzip"
        return Response(body, media_type=kept.media_type, headers=headers)

    def _newest(self, name: str) -> _Kept:
        path = self._paths.get(name)
        if path is None:
            raise HTTPException(404, f"no file {name!r}")
        changed_at = path.stat().st_mtime_ns
        kept = self._kept.get(name)
        if kept is None or kept.changed_at != changed_at:
            kept = self._kept[name] = _keep(path.name, path.read_bytes(), changed_at)
        return kept


def _keep(name: str, plain: bytes, changed_at: int) -> _Kept:
    media_type = (
        _MEDIA_TYPES.get(Path(name).suffix)
        or mimetypes.guess_type(name)[0]
        or "application/octet-stream"
    )
    worth_it = len(plain) >= _LEAST_BYTES and media_type.startswith(_COMPRESSED)
    etag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
    compressed = gzip.compress(plain, mtime=0) if worth_it else None
    return _Kept(changed_at, etag, media_type, plain, compressed)
