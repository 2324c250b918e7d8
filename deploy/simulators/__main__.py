"""`python -m deploy.simulators`: the world outside Kinbridge on one port, for development only."""

import logging
import os

import uvicorn

from deploy.simulators.application import create_app
from deploy.simulators.configuration import read_configuration


def main() -> None:
    """Serve the simulators on 127.0.0.1, at KINBRIDGE_SIM_PORT, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    port = int(os.environ["KINBRIDGE_SIM_PORT"])
    app = create_app(read_configuration(port))
    uvicorn.run(app, host="127.0.0.1", port=port, ws="none", access_log=False, log_config=None)


if __name__ == "__main__":
    main()
