"""lasso in both roles, in one process each time; it is only found by the system's own python3.

    lasso_peer.py sp RESPONSE IDP-METADATA     checks a Response, prints the user
    lasso_peer.py idp URL [encrypt]            checks our signed AuthnRequest, prints a signed Response

What is refused ends with exit code 1 and REFUSED on standard output.
"""

import base64
import datetime
import pathlib
import sys

import lasso


def login(metadata, key, role, peer):
    server = lasso.Server(metadata, f"{key}.key", None, f"{key}.crt")
    server.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
    server.addProvider(role, peer)
    return lasso.Login(server)


def at(minutes):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def consume(response, metadata):
    profile = login("ours-sp.xml", "sp", lasso.PROVIDER_ROLE_IDP, metadata)
    profile.processAuthnResponseMsg(base64.b64encode(pathlib.Path(response).read_bytes()).decode())
    profile.acceptSso()
    return profile.nameIdentifier.content


def answer(url, encrypt):
    profile = login("ours-idp.xml", "idp", lasso.PROVIDER_ROLE_SP, "ours-sp.xml")
    if encrypt:
        provider = profile.server.providers["http://127.0.0.1:9100/sp"]
        provider.setEncryptionMode(lasso.ENCRYPTION_MODE_ASSERTION)
        provider.setEncryptionSymKeyType(lasso.ENCRYPTION_SYM_KEY_TYPE_AES_256)
    profile.processAuthnRequestMsg(url.split("?", 1)[1])
    profile.validateRequestMsg(True, False)
    profile.buildAssertion(lasso.SAML2_AUTHN_CONTEXT_PASSWORD, at(0), None, at(-1), at(5))
    name_id = profile.assertion.subject.nameId
    name_id.format = lasso.SAML2_NAME_IDENTIFIER_FORMAT_EMAIL
    name_id.content = "alice@idp.test"
    profile.buildAuthnResponseMsg()
    return base64.b64decode(profile.msgBody).decode()


try:
    command, argument, *others = sys.argv[1:]
    sys.stdout.write(consume(argument, *others) if command == "sp" else answer(argument, "encrypt" in others))
except Exception as error:  # noqa: BLE001: whatever it says, it refuses
    print(f"REFUSED {error!r}")
    sys.exit(1)
