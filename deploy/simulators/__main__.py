"""`python -m deploy.simulators`: the world outside Kinbridge on one port, for development only."""

import logging
import os

import uvicorn

from deploy.simulators.application import create_app
from deploy.simulators.configuration import read_configuration


def main() -> None:
    """Serve the simulators at KINBRIDGE_SIM_PORT of 127.0.0.1, or of KINBRIDGE_SIM_HOST."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    port = int(os.environ["KINBRIDGE_SIM_PORT"])
    app = create_app(read_configuration(port))
    host = os.environ.get("KINBRIDGE_SIM_HOST", "127.0.0.1")
    uvicorn.run(app, host=host, port=port, ws="none", access_log=False, log_config=None)


if __name__ == "__main__":
    main()
