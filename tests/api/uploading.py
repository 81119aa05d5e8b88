"""What the tests of uploads share."""

import time

HARBOUR = b"The harbour of Norwick handled 4,812 ships in 2020. It has two locks.\n"
MILL = b"The mill of Aldham ground 912 tons of grain in 2019. It rested on Sundays.\n"


def upload(client, *files, ids=(), wait=True):
    """Upload files, each a name and bytes."""
    parts = [("file", (name, content)) for name, content in files]
    return client.post(f"/v1/documents{'?wait=true' if wait else ''}", files=parts, data={"document_id": list(ids)})


def states(reply):
    return [(document["document_id"], document["state"]) for document in reply.json()["documents"]]


def listed(client):
    return [document["document_id"] for document in client.get("/v1/documents").json()["documents"]]


def wait_for_job(client, job_id, seconds=20):
    deadline = time.monotonic() + seconds
    while (body := client.get(f"/v1/jobs/{job_id}").json())["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline, body
        time.sleep(0.02)
    return body
