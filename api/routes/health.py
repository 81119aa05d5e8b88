"""GET /healthz and /readyz."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.routes.state import EngineOf

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """Index and models are loaded and have answered a question; `snapshot` is the digest of what is served."""

    status: str
    snapshot: str
    documents: int
    passages: int


@router.get("/healthz", response_model=Alive)
def get_health() -> Alive:
    """Say that the process is alive."""
    return Alive(status="alive")


@router.get("/readyz", response_model=Ready)
def get_readiness(engine: EngineOf) -> Ready:
    """Say that questions can be asked; 503 until then."""
    snapshot = engine.snapshot()
    return Ready(
        status="ready",
        snapshot=snapshot.digest,
        documents=len(snapshot.documents),
        passages=len(snapshot.passages),
    )
