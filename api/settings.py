"""The one reader of the environment: a table of name, default and help."""

from dataclasses import replace
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.encoder import DEFAULT_MODEL
from index.parse import ParseLimits


class Settings(BaseSettings):
    """Every setting; the environment variable is `FOOTNOTE_` and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", frozen=True)

    data: Path = Field(Path(".footnote"), description="folder of files, ledger, snapshots and compiled models")
    reports: Path = Field(Path("reports"), description="folder whose files are added once, at the first start")
    encoder: str = Field(DEFAULT_MODEL, description="sentence-transformers model: the default's name, or a folder")
    max_risk: float = Field(0.6, ge=0, le=1, description="share of wrong answers borne where a request names none")
    host: str = Field("127.0.0.1", description="address that the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that the service listens on; 0 takes a free one")
    allowed_hosts: str = Field("", description="further host names, comma-separated, that requests may be addressed to")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body that is read")
    max_upload_bytes: int = Field(268_435_456, ge=1024, description="largest upload, all its files together")
    max_file_bytes: int = Field(67_108_864, ge=1024, description="largest file of an upload; held in memory whole")
    parse_seconds: float = Field(120.0, gt=0, description="most processor seconds that reading one file may take")
    parse_memory_mb: int = Field(2048, ge=64, description="most memory, in MiB, to read one file; held to on Linux")
    queue_length: int = Field(8, ge=1, description="uploads that are received, waiting or being read at a time")

    def make_parse_limits(self) -> ParseLimits:
        """Return what reading one file may take."""
        limits = ParseLimits(seconds=self.parse_seconds, memory_bytes=self.parse_memory_mb << 20)
        return replace(limits, file_bytes=max(limits.file_bytes, self.max_file_bytes))

    def list_allowed_hosts(self) -> frozenset[str]:
        """Return the host names that a request may name in its Host and Origin headers, lower-case, without port."""
        named = {name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip()}
        return frozenset({"localhost", "127.0.0.1", "[::1]", self.host.lower(), *named})
