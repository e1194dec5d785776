"""Faces: suggested boxes to make unreadable, by a detector whose model the team brings itself.

No wheel that takingstock uses carries a face model (OpenCV 5 dropped the cascade files that came with OpenCV 4), and
nothing is fetched. With OpenCV (it comes with the extra ``ocr``) and the file of a YuNet model there are suggestions;
without, boxes are drawn by hand. Either way a person looks at the picture: a detector misses faces that are small,
turned, masked or upside down.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from takingstock.evidence.pdq import MissingExtraError
from takingstock.records.errors import BadFileError
from takingstock.records.evidence import Region, RegionKind

_LONGEST = 1024
_MARGIN = 0.25


def suggested_faces(image: Image.Image, model: Path, *, score: float = 0.6) -> tuple[Region, ...]:
    """Boxes around faces, a quarter wider on each side than the detector's, with rule and version.

    ``image``: as seen. ``model``: the ONNX file of a YuNet face detector, given by the team. Raises MissingExtraError
    without OpenCV, BadFileError when the file is no such model."""
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError(
            "suggested faces need OpenCV: install takingstock[ocr]; or draw the boxes by hand"
        ) from error
    picture = image.convert("RGB")
    picture.thumbnail((_LONGEST, _LONGEST))
    try:
        detector = cv2.FaceDetectorYN.create(str(model), "", picture.size, score)
        found = detector.detect(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))[1]
    except cv2.error as error:
        raise BadFileError(
            f"{model.name} is no YuNet face model that OpenCV {cv2.__version__} reads; give its ONNX file, "
            "or draw the boxes by hand"
        ) from error
    regions = []
    for left, top, width, height in [] if found is None else found[:, :4].tolist():
        across, down = _MARGIN * width, _MARGIN * height
        box = np.clip(
            [
                (left - across) / picture.width,
                (top - down) / picture.height,
                (left + width + across) / picture.width,
                (top + height + down) / picture.height,
            ],
            0,
            1,
        ).tolist()
        if box[0] < box[2] and box[1] < box[3]:
            rule = f"{model.stem}/opencv-{cv2.__version__}"
            regions.append(
                Region(kind=RegionKind.FACE, left=box[0], top=box[1], right=box[2], bottom=box[3], rule=rule)
            )
    return tuple(regions)
