"""A mail server for the tests: prints its port, then one line for each message: sender, recipients, subject, Bcc,
Message-ID and text, with tabs between them. Ends when its standard input does."""

import asyncio, email, email.policy, ssl, sys

try:
    from aiosmtpd.smtp import AuthResult, SMTP
except ImportError:
    sys.exit(77)

mode, data = sys.argv[1], sys.argv[2]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 5.1.1 no such person"
        if address.startswith("busy@"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        fields = [envelope.mail_from, ",".join(envelope.rcpt_tos), message["subject"], message["bcc"],
                  message["message-id"], text.replace("\r", "\\r").replace("\n", "\\n")]
        print("\t".join(str(field) for field in fields), flush=True)
        return "250 OK"


def check(server, session, envelope, mechanism, login):
    good = getattr(login, "login", None) == b"anna" and login.password == b"se/cret"
    # handled=False lets aiosmtpd say 535; else it would say nothing at all.
    return AuthResult(success=good, handled=good)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{data}/cert.pem", f"{data}/key.pem")


def smtp():
    if mode == "starttls":
        return SMTP(Handler(), tls_context=context, require_starttls=True, authenticator=check, auth_required=True,
                    hostname="localhost")
    return SMTP(Handler(), hostname="localhost")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(smtp, "127.0.0.1", 0, ssl=context if mode == "smtps" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
