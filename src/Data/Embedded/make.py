#!/usr/bin/env python3
"""Makes the embedded part of Fashion-MNIST: the first images and labels of each of the four IDX files, gzip'ed.

Usage: make.py [FOLDER]    FOLDER has the full set's files (default: where Debian's dataset-fashion-mnist puts them)
"""
import gzip
import pathlib
import struct
import sys

KEPT = {"train": 6000, "t10k": 2000}
FILES = ["images-idx3-ubyte", "labels-idx1-ubyte"]


def first_items(idx: bytes, count: int) -> bytes:
    """The IDX file with only the first `count` items along its first axis."""
    axes = idx[3]
    extents = struct.unpack_from(f">{axes}I", idx, 4)
    item_size = 1
    for extent in extents[1:]:
        item_size *= extent
    values = 4 + 4 * axes
    header = idx[:4] + struct.pack(f">{axes}I", count, *extents[1:])
    return header + idx[values:values + count * item_size]


def main() -> None:
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
    target = pathlib.Path(__file__).resolve().parent
    for split, count in KEPT.items():
        for kind in FILES:
            name = f"{split}-{kind}.gz"
            part = first_items(gzip.decompress((source / name).read_bytes()), count)
            # Without a time and a name in the header the same input gives the same file.
            (target / name).write_bytes(gzip.compress(part, compresslevel=9, mtime=0))
            print(f"{name}: {count} items, {(target / name).stat().st_size} bytes")


main()
