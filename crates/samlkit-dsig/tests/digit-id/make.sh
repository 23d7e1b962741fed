#!/bin/sh
# Makes signed.xml with xmlsec1: an element whose ID is no NCName, as some identity providers write, signed by the test-only
# key of the fixtures.
set -eu
cd "$(dirname "$0")"
ds=http://www.w3.org/2000/09/xmldsig#
cat >template.xml <<XML
<a:a xmlns:a="urn:a" ID="1234"><a:b/><Signature xmlns="$ds"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="#1234"><Transforms><Transform Algorithm="${ds}enveloped-signature"/><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo><SignatureValue/></Signature></a:a>
XML
keys=../../../../fixtures/keys
xmlsec1 --sign --id-attr:ID urn:a:a --privkey-pem "$keys/test-only-idp.key.pem" --output signed.xml template.xml
xmlsec1 --verify --enabled-key-data raw-x509-cert --id-attr:ID urn:a:a --pubkey-cert-pem "$keys/test-only-idp.crt.pem" signed.xml
rm template.xml
