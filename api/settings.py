"""The one reader of the environment: a table of name, default and help."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.encoder import DEFAULT_MODEL


class Settings(BaseSettings):
    """Every setting; the environment variable is `FOOTNOTE_` and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", frozen=True)

    data: Path = Field(Path(".footnote"), description="folder of files, ledger, snapshots and compiled models")
    reports: Path = Field(Path("reports"), description="folder whose files are added once, at the first start")
    encoder: str = Field(DEFAULT_MODEL, description="sentence-transformers model: the default's name, or a folder")
    max_risk: float = Field(0.65, ge=0, le=1, description="share of wrong answers borne where a request names none")
    host: str = Field("127.0.0.1", description="address that the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that the service listens on; 0 takes a free one")
    allowed_hosts: str = Field("", description="further host names, comma-separated, that requests may be addressed to")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body that is read")

    def list_allowed_hosts(self) -> frozenset[str]:
        """Return the host names that a request may name in its Host and Origin headers, lower-case, without port."""
        named = {name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip()}
        return frozenset({"localhost", "127.0.0.1", "[::1]", self.host.lower(), *named})
