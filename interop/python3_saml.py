"""python3-saml as service provider: python3_saml.py RESPONSE IDP-ENTITY-ID [REQUEST-ID]"""

import base64
import pathlib
import sys

from onelogin.saml2.auth import OneLogin_Saml2_Auth

response, provider = sys.argv[1:3]
SP = "http://127.0.0.1:9100"
text = pathlib.Path.read_text
message = base64.b64encode(pathlib.Path(response).read_bytes()).decode()
settings = dict(
    strict=True,
    sp=dict(
        entityId=SP + "/sp",
        assertionConsumerService=dict(url=SP + "/acs"),
        x509cert=text(pathlib.Path("sp.crt")),
        privateKey=text(pathlib.Path("sp.key")),
    ),
    idp=dict(entityId=provider, singleSignOnService=dict(url=provider), x509cert=text(pathlib.Path("idp.crt"))),
    security=dict(wantMessagesSigned=True, rejectDeprecatedAlgorithm=True),
)
auth = OneLogin_Saml2_Auth(
    dict(https="off", http_host="127.0.0.1:9100", script_name="/acs", get_data={}, post_data=dict(SAMLResponse=message)), settings
)
auth.process_response(*sys.argv[3:4])
if auth.get_errors() or not auth.is_authenticated():
    print("REFUSED", auth.get_errors(), auth.get_last_error_reason())
    sys.exit(1)
print(auth.get_nameid())
