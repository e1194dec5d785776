"""Suggested faces need a model that the team brings; without one the error says so."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from takingstock.evidence.faces import suggested_faces
from takingstock.evidence.pdq import MissingExtraError
from takingstock.records import BadFileError, Region


def test_what_is_no_model(tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(BadFileError, match="by hand"):
        suggested_faces(Image.new("RGB", (64, 64)), tmp_path / "model.onnx")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match="by hand"):
        suggested_faces(Image.new("RGB", (64, 64)), tmp_path / "model.onnx")


def test_boxes_are_wider_than_the_detector_s_and_stay_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The detector itself cannot be tried: no model may be shipped. What is made of its answer can."""
    cv2 = pytest.importorskip("cv2")

    class Detector:
        @staticmethod
        def create(model: str, config: str, size: tuple[int, int], score: float) -> Detector:
            assert size == (200, 100)
            return Detector()

        def detect(self, picture: np.ndarray) -> tuple[int, np.ndarray]:
            return 1, np.array([[80, 40, 40, 20, *([0.0] * 11)], [-10, 0, 40, 40, *([0.0] * 11)]], dtype=np.float32)

    monkeypatch.setattr(cv2, "FaceDetectorYN", Detector)
    found = suggested_faces(Image.new("RGB", (200, 100)), tmp_path / "yunet.onnx")
    rule = f"yunet/opencv-{cv2.__version__}"
    assert found == (
        Region(left=0.35, top=0.35, right=0.65, bottom=0.65, rule=rule),
        Region(left=0.0, top=0.0, right=0.2, bottom=0.5, rule=rule),
    )
