"""Verify an evidence pack offline: python3 verify.py [pack.zip or unpacked folder]. Needs Python 3 and nothing else.

Every file is compared with the manifest, the manifest with the sealed entry of the audit log, every log entry with
its seal. Exit 0: all is as it was packed. Exit 1: the first file that is not, by name. Exit 2: no pack was found.
"""

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

MANIFEST, ENTRIES = "manifest.json", "audit/entries.json"
WORDS = {
    "missing": "缺少文件",  # data
    "changed": "文件已被改动",  # data
    "added": "多出文件",  # data
    "sealed": "与封存的审计记录不符",  # data
    "whole": "核对一致：共 %d 个文件，%d 条审计记录；审计链第 %d 条，摘要 %s",  # data
    "none": "没有找到审计包",  # data
}


class Broken(Exception):
    """The first file that is not as it was packed, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {WORDS[why]}")
        self.name = name


class Folder:
    """An unpacked pack."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def names(self) -> list[str]:
        found = (one for one in self.place.rglob("*") if one.is_file())
        return [one.relative_to(self.place).as_posix() for one in found]

    def read(self, name: str) -> bytes:
        return (self.place / name).read_bytes()


class Archive:
    """A pack as it was downloaded."""

    def __init__(self, place: Path) -> None:
        self.zip = zipfile.ZipFile(place)

    def names(self) -> list[str]:
        return [one for one in self.zip.namelist() if not one.endswith("/")]

    def read(self, name: str) -> bytes:
        try:
            return self.zip.read(name)
        except Exception as error:  # a damaged stream fails in many ways: zipfile's, zlib's, the system's
            raise Broken(name, "changed") from error


def text(value: object) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def entry_digest(entry: dict, position: int, previous: str) -> str:
    """SHA-256 over position, previous digest and every column, each prefixed with its length."""
    number = lambda value: "" if value is None else str(value)  # noqa: E731
    columns = [str(position), previous, str(entry["id"]), entry["at"], number(entry["user_id"])]
    columns += [number(entry["organisation_id"]), text(entry["roles"]), entry["ip"], entry["request_id"]]
    columns += [entry["action"], entry["object_type"], entry["object_id"], text(entry["detail"])]
    columns += [entry["before"], entry["after"], entry["result"]]
    found = hashlib.sha256()
    for column in columns:
        data = column.encode("utf-8", "surrogatepass")
        found.update(f"{len(data)}:".encode())
        found.update(data)
    return found.hexdigest()


def holds(sealed: dict) -> bool:
    """Whether an entry is the one that was sealed."""
    seal = sealed["seal"]
    return entry_digest(sealed["entry"], seal["position"], seal["previous"]) == seal["digest"]


def check_manifest(data: bytes) -> dict:
    """The manifest, if it is the one whose digest stands in the sealed entry."""
    try:
        manifest = json.loads(data)
        if (text(manifest) + "\n").encode("utf-8", "surrogatepass") != data:
            raise Broken(MANIFEST, "changed")
        content, sealed = manifest["content"], manifest["sealed"]
        said = sealed["entry"]["detail"]["content_sha256"]
        if set(manifest) != {"content", "sealed"} or not holds(sealed):
            raise Broken(MANIFEST, "sealed")
        if sha(text(content).encode("utf-8", "surrogatepass")) != said:
            raise Broken(MANIFEST, "sealed")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Broken(MANIFEST, "changed") from error
    return manifest


def check_entries(data: bytes) -> int:
    """Every entry against its seal, and against the one before it where that is here too."""
    position, digest = 0, ""
    rows = json.loads(data)
    for sealed in rows:
        seal = sealed["seal"]
        parted = not digest or seal["position"] != position + 1
        if not holds(sealed) or not (parted or seal["previous"] == digest):
            raise Broken(ENTRIES, "sealed")
        position, digest = seal["position"], seal["digest"]
    return len(rows)


def verify(pack: "Folder | Archive") -> str:
    """What is said of a pack that is whole; Broken otherwise."""
    present = pack.names()
    if MANIFEST not in present:
        raise Broken(MANIFEST, "missing")
    manifest = check_manifest(pack.read(MANIFEST))
    known = {one["path"]: one for one in manifest["content"]["files"]}
    for path, one in sorted(known.items()):
        if path not in present:
            raise Broken(path, "missing")
        if sha(pack.read(path)) != one["sha256"]:
            raise Broken(path, "changed")
    for path in sorted(present):
        if (path not in known and path != MANIFEST) or present.count(path) > 1:
            raise Broken(path, "added")
    count = check_entries(pack.read(ENTRIES))
    seal = manifest["sealed"]["seal"]
    return WORDS["whole"] % (len(known), count, seal["position"], seal["digest"])


def main(arguments: "list[str]") -> int:
    """As a command."""
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        pack = Folder(place) if place.is_dir() else Archive(place)
    except (OSError, zipfile.BadZipFile):
        sys.stderr.write(f"{place}: {WORDS['none']}\n")
        return 2
    try:
        sys.stdout.write(verify(pack) + "\n")
    except Broken as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
