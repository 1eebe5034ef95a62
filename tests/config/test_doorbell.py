"""A message of the filesystem broker appears whole or not at all, however eagerly somebody reads."""

import threading
import time
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

import config.celery  # noqa: F401 - installs the transport, as every process of the platform does

MESSAGES = 60


@pytest.fixture
def address(tmp_path: Path) -> dict[str, object]:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return {
        "hostname": "filesystem://",
        "transport_options": {
            "data_folder_in": str(tmp_path / "queue"),
            "data_folder_out": str(tmp_path / "queue"),
            "control_folder": str(tmp_path / "control"),
            "polling_interval": 0.001,
        },
    }


def test_a_reader_without_patience_gets_every_message_whole(address):
    exchange = Exchange("bells", type="direct")
    bells = Queue("bells", exchange, routing_key="bells")
    long_text = "叮" * 400_000  # large enough that writing takes a while

    def ring() -> None:
        with Connection(**address) as connection, connection.channel() as channel:
            producer = connection.Producer(channel)
            for number in range(MESSAGES):
                producer.publish(
                    {"number": number, "text": long_text}, exchange=exchange, routing_key="bells", declare=[bells]
                )

    writer = threading.Thread(target=ring)
    heard = []
    with Connection(**address) as connection, connection.channel() as channel:
        bound = bells(channel)
        bound.declare()
        writer.start()
        deadline = time.monotonic() + 60
        while len(heard) < MESSAGES and time.monotonic() < deadline:
            message = bound.get(no_ack=True)
            if message is not None:
                heard.append(message.payload["number"])
    writer.join()

    assert sorted(heard) == list(range(MESSAGES))
