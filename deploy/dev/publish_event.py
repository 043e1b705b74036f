"""Publishes one event to Aodh's listener, in the form in which Ceilometer's notifier publisher does.

usage: VIGIL_DEV_AMQP_URL=... publish_event.py TYPE PROJECT_ID [trait=value ...]

Prints the event's message id. Needs Debian's python3-oslo.messaging, which Aodh brings.
"""
import datetime
import os
import sys
import uuid

import oslo_messaging
from oslo_config import cfg

# aodh-listener's default topic.
TOPIC = "alarm.all"
# Ceilometer's number for traits that are texts.
TEXT = 1


def main():
    event_type, project_id, *given = sys.argv[1:]
    config = cfg.ConfigOpts()
    config([])
    transport = oslo_messaging.get_notification_transport(config, url=os.environ["VIGIL_DEV_AMQP_URL"])
    notifier = oslo_messaging.Notifier(transport, driver="messagingv2", publisher_id="vigil.dev", topics=[TOPIC])
    traits = [["project_id", TEXT, project_id]]
    traits += [[name, TEXT, value] for name, _, value in (trait.partition("=") for trait in given)]
    event = {
        "message_id": str(uuid.uuid4()),
        "event_type": event_type,
        "generated": datetime.datetime.utcnow().isoformat(),
        "traits": traits,
        "raw": {},
    }
    notifier.sample({}, event_type="event", payload=[event])
    transport.cleanup()
    print(event["message_id"])


main()
