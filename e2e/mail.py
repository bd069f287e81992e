"""A real mail server for the stories: says every letter it takes as a line of JSON."""
import email
import email.policy
import json
import sys
import time

from aiosmtpd.controller import Controller


class Box:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part.get_content() for part in letter.walk() if part.get_content_type() == "text/plain"]
        print(json.dumps({"to": envelope.rcpt_tos, "from": envelope.mail_from, "subject": str(letter["subject"]), "text": "\n".join(parts)}), flush=True)
        return "250 OK"


Controller(Box(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
print("{}", flush=True)
while True:
    time.sleep(3600)
