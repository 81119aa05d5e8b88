"""The reports that are added once, at the first start."""

import logging

from hashed_encoder import HashedEncoder

from api.engine import add_first_reports
from index.build import Index


def test_a_first_report_that_cannot_be_read_is_named_in_the_log(tmp_path, caplog):
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "good.txt").write_text("The harbour handled 912 ships.", "utf-8")
    (reports / "torn.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <<")
    index = Index(tmp_path / "data", HashedEncoder())
    with caplog.at_level(logging.WARNING, logger="footnote"):
        add_first_reports(index, reports)
    assert list(index.open().documents) == ["good"]
    (line,) = caplog.messages
    assert line.startswith("left out torn.pdf: ")
    add_first_reports(index, reports)
    assert len(caplog.messages) == 1
