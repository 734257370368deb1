"""An empty FastAPI page, served as ours are, to measure beside them: `python -m bench.empty_page PORT`."""

import gc
import sys

import uvicorn
from fastapi import FastAPI
from starlette.responses import HTMLResponse

app = FastAPI(openapi_url=None)


@app.get("/")
def show_nothing() -> HTMLResponse:
    """As little as a page can be; like ours it runs in a thread."""
    return HTMLResponse("<!DOCTYPE html>")


if __name__ == "__main__":
    gc.freeze()
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning", lifespan="off")
