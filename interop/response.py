"""Prints an unsigned Response of our identity provider for our service provider, fresh by the clock.

    response.py ACS ENTITY-ID [IN-RESPONSE-TO]
"""

import datetime
import secrets
import sys

acs, audience = sys.argv[1:3]
request = f' InResponseTo="{sys.argv[3]}"' if len(sys.argv) > 3 else ""
URN = "urn:oasis:names:tc:SAML:"


def at(minutes):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


issuer = "<saml:Issuer>http://127.0.0.1:9101/idp</saml:Issuer>"
statement = (
    f'<saml:AuthnStatement AuthnInstant="{at(0)}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>{URN}2.0:ac:classes:'
    "Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
    f'<saml:AttributeStatement><saml:Attribute Name="mail" NameFormat="{URN}2.0:attrname-format:basic">'
    "<saml:AttributeValue>alice@idp.test</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
)
subject = (
    f'<saml:Subject><saml:NameID Format="{URN}1.1:nameid-format:emailAddress">alice@idp.test</saml:NameID>'
    f'<saml:SubjectConfirmation Method="{URN}2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{at(5)}" Recipient="{acs}"{request}/>'
    "</saml:SubjectConfirmation></saml:Subject>"
)
conditions = (
    f'<saml:Conditions NotBefore="{at(-1)}" NotOnOrAfter="{at(5)}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>'
    "</saml:AudienceRestriction></saml:Conditions>"
)
assertion = f'<saml:Assertion ID="_assertion" Version="2.0" IssueInstant="{at(0)}">{issuer}{subject}{conditions}{statement}</saml:Assertion>'
print(
    f'<samlp:Response xmlns:samlp="{URN}2.0:protocol" xmlns:saml="{URN}2.0:assertion" ID="_{secrets.token_hex(16)}" Version="2.0" '
    f'IssueInstant="{at(0)}" Destination="{acs}"{request}>{issuer}<samlp:Status><samlp:StatusCode Value="{URN}2.0:status:Success"/>'
    f"</samlp:Status>{assertion}</samlp:Response>",
    end="",
)
