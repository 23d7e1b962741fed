"""pysaml2 in both roles, in one process each time.

    pysaml2_peer.py idp URL [encrypt]                  checks our signed AuthnRequest, prints a signed Response
    pysaml2_peer.py sp RESPONSE IDP-METADATA [ID]      checks a Response
    pysaml2_peer.py request IDP-METADATA               prints the URL of a signed AuthnRequest
    pysaml2_peer.py logout-request IDP-METADATA        prints the ID and the URL of a signed LogoutRequest
    pysaml2_peer.py logout-answer URL                  checks our LogoutRequest, prints the URL of a signed LogoutResponse
    pysaml2_peer.py logout-check URL ID                checks our LogoutResponse to the request with the ID
    pysaml2_peer.py metadata idp|sp                    prints its metadata

What is refused ends with exit code 1 and REFUSED on standard output.
"""

import base64
import sys
from urllib.parse import parse_qs, urlparse

from saml2 import BINDING_HTTP_POST as POST
from saml2 import BINDING_HTTP_REDIRECT as REDIRECT
from saml2.client import Saml2Client
from saml2.config import IdPConfig, SPConfig
from saml2.metadata import entity_descriptor
from saml2.s_utils import success_status_factory
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS as EMAIL
from saml2.saml import NameID
from saml2.server import Server
from saml2.sigver import verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

IDP, SP = "http://127.0.0.1:9101", "http://127.0.0.1:9100"


def configuration(role, entity_id, service, metadata):
    # The algorithms are only read inside of the service.
    service = dict(signing_algorithm=SIG_RSA_SHA256, digest_algorithm=DIGEST_SHA256, name_id_format=[EMAIL], **service)
    return dict(
        entityid=entity_id,
        xmlsec_binary="/usr/bin/xmlsec1",
        key_file=f"{role}.key",
        cert_file=f"{role}.crt",
        encryption_keypairs=[dict(key_file=f"{role}.key", cert_file=f"{role}.crt")],
        allow_unknown_attributes=True,
        service={role: service},
        metadata=dict(local=metadata) if metadata else {},
    )


def idp(metadata):
    endpoints = dict(single_sign_on_service=[(IDP + "/sso", REDIRECT)], single_logout_service=[(IDP + "/slo", REDIRECT)])
    service = dict(endpoints=endpoints, want_authn_requests_signed=True, policy=dict(default=dict(lifetime=dict(minutes=5))))
    return IdPConfig().load(configuration("idp", IDP + "/idp", service, metadata))


def sp(metadata):
    endpoints = dict(assertion_consumer_service=[(SP + "/acs", POST)], single_logout_service=[(SP + "/slo", REDIRECT)])
    service = dict(
        endpoints=endpoints,
        authn_requests_signed=True,
        logout_requests_signed=True,
        want_response_signed=True,
        want_assertions_signed=False,
        allow_unsolicited=True,
    )
    return SPConfig().load(configuration("sp", SP + "/sp", service, metadata))


def query(url):
    return {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}


def location(http):
    return dict(http["headers"])["Location"]


def name_id():
    return NameID(format=EMAIL, text="alice@idp.test")


def answer(url, encrypt):
    values = query(url)
    server = Server(config=idp(["ours-sp.xml"]))
    request = server.parse_authn_request(
        values["SAMLRequest"],
        REDIRECT,
        relay_state=values.get("RelayState"),
        sigalg=values["SigAlg"],
        signature=values["Signature"],
    )
    response = server.create_authn_response(
        identity=dict(mail="alice@idp.test"),
        userid="alice",
        name_id=name_id(),
        authn=dict(class_ref="urn:oasis:names:tc:SAML:2.0:ac:classes:Password"),
        sign_assertion=True,
        sign_response=True,
        encrypt_assertion=encrypt,
        encrypted_advice_attributes=False,
        encrypt_assertion_self_contained=True,
        **server.response_args(request.message),
    )
    return str(response)


def consume(response, metadata, requests):
    text = base64.b64encode(open(response, "rb").read()).decode()
    outstanding = {request: "/" for request in requests}
    read = Saml2Client(config=sp([metadata])).parse_authn_request_response(text, POST, outstanding=outstanding)
    return f"{read.name_id.text} {read.ava}"


def logout_request(metadata):
    client = Saml2Client(config=sp([metadata]))
    request_id, request = client.create_logout_request(
        IDP + "/slo", IDP + "/idp", name_id=name_id(), session_indexes=["s1"], expire="2100-01-01T00:00:00Z", sign=False
    )
    http = client.apply_binding(REDIRECT, str(request), IDP + "/slo", "rs", sign=True, sigalg=SIG_RSA_SHA256)
    return f"{request_id}\n{location(http)}"


def check_signature(entity, values, issuer):
    certificates = entity.metadata.certs(issuer, "any", "signing")
    assert any(verify_redirect_signature(values, entity.sec.sec_backend, cert) for _, cert in certificates), "signature"


def logout_answer(url):
    values = query(url)
    server = Server(config=idp(["ours-sp.xml"]))
    # It looks at the signature itself only where its configuration is told to, so it is asked to here.
    check_signature(server, values, SP + "/sp")
    request = server.parse_logout_request(
        values["SAMLRequest"],
        REDIRECT,
        relay_state=values.get("RelayState"),
        sigalg=values["SigAlg"],
        signature=values["Signature"],
    ).message
    assert request.name_id.text == "alice@idp.test", "name identifier"
    assert [index.text for index in request.session_index] == ["s1"], "session"
    response = server.create_logout_response(request, [REDIRECT], status=success_status_factory(), sign=False)
    http = server.apply_binding(
        REDIRECT, str(response), SP + "/slo", values.get("RelayState", ""), response=True, sign=True, sigalg=SIG_RSA_SHA256
    )
    return location(http)


def logout_check(url, request_id):
    values = query(url)
    client = Saml2Client(config=sp(["ours-idp.xml"]))
    # It looks at no signature of a query with a response by itself.
    check_signature(client, values, IDP + "/idp")
    response = client.parse_logout_request_response(values["SAMLResponse"], REDIRECT)
    assert response.in_response_to == request_id, "in response to"
    assert response.status_ok(), "status"
    return "logged out"


def main():
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "metadata":
        return str(entity_descriptor(dict(idp=idp, sp=sp)[arguments[0]](None)))
    if command == "request":
        client = Saml2Client(config=sp(arguments))
        return location(client.prepare_for_authenticate(relay_state="rs", sign=True, sigalg=SIG_RSA_SHA256)[1])
    if command == "idp":
        return answer(arguments[0], "encrypt" in arguments)
    if command == "sp":
        return consume(arguments[0], arguments[1], arguments[2:])
    if command == "logout-request":
        return logout_request(arguments[0])
    if command == "logout-answer":
        return logout_answer(arguments[0])
    return logout_check(*arguments)


try:
    sys.stdout.write(main())
except Exception as error:  # noqa: BLE001: whatever it says, it refuses
    print(f"REFUSED {error!r}")
    sys.exit(1)
