# libxmlsec, OpenSAML and the schemas judge what we sign; libxmlsec and libxml2 sign and encrypt for us.

python response.py $acs $sp >unsigned.xml
accepts "the template is of the schema" schema unsigned.xml protocol
more=http://www.w3.org/2001/04/xmldsig-more#
for pair in idp:rsa-sha256 idp:rsa-sha384 idp:rsa-sha512 P-256:ecdsa-sha256 P-384:ecdsa-sha384 P-521:ecdsa-sha512; do
  key=${pair%%:*} algorithm=$more${pair##*:}
  for digest in http://www.w3.org/2001/04/xmlenc#sha256 http://www.w3.org/2001/04/xmlenc#sha512; do
    what="$algorithm with $digest"
    prints signed.xml "samlkit signs by $what" sign unsigned.xml $key --algorithm $algorithm --digest $digest
    accepts "xmlsec1: $what" xmlsec signed.xml $key.crt
    accepts "OpenSAML: $what" opensaml signed.xml $key.crt
    accepts "signxml: $what" python signxml_verify.py signed.xml $key.crt
    accepts "schema: $what" schema signed.xml protocol
    refuses "xmlsec1, changed: $what" FAIL xmlsec "$(tampered signed.xml)" $key.crt
    refuses "OpenSAML, changed: $what" 'igest\|verif\|ignature' opensaml "$(tampered signed.xml)" $key.crt
    refuses "signxml, changed: $what" REFUSED python signxml_verify.py "$(tampered signed.xml)" $key.crt
    refuses "xmlsec1, another key: $what" '' xmlsec signed.xml sp.crt
  done
done

# The assertion inside, then the response around it.
prints inner.xml "samlkit signs the assertion" sign unsigned.xml idp --id _assertion
prints both.xml "samlkit signs the response around it" sign inner.xml idp
accepts "xmlsec1: both signatures" xmlsec both.xml idp.crt
accepts "schema: both signatures" schema both.xml protocol
refuses "xmlsec1: both, changed" FAIL xmlsec "$(tampered both.xml)" idp.crt
accepts "samlkit: both signatures" verify both.xml ours-idp.xml --allow-unsolicited --require-signed-response
refuses "samlkit: both, changed" signature-invalid verify "$(tampered both.xml)" ours-idp.xml --allow-unsolicited
refuses "samlkit: another key" untrusted-key "$samlkit" verify --json --idp-entity-id http://127.0.0.1:9101/idp --idp-cert sp.crt \
  --sp-entity-id $sp --acs-url $acs --allow-unsolicited both.xml

# OpenSAML signs.
accepts "OpenSAML signs" bash -c "samlsign -s -k $work/idp.key -c $work/idp.crt -f $work/unsigned.xml -alg ${more}rsa-sha256 >$work/opensaml.xml"
accepts "samlkit: signed by OpenSAML" verify opensaml.xml ours-idp.xml --allow-unsolicited
refuses "samlkit: signed by OpenSAML, changed" signature-invalid verify "$(tampered opensaml.xml)" ours-idp.xml --allow-unsolicited

# libxmlsec encrypts the signed assertion, with the signature inside and around.
wrap() {
  python3 - "$1" <<'P'
import re, sys
text = open(sys.argv[1]).read()
print(re.sub(r"(<saml:Assertion .*</saml:Assertion>)", r"<saml:EncryptedAssertion>\1</saml:EncryptedAssertion>", text, flags=re.S), end="")
P
}
wrap inner.xml >wrapped.xml
encrypt() {
  xmlsec1 --encrypt --pubkey-cert-pem sp.crt --session-key "$1" --xml-data wrapped.xml \
    --node-xpath "//*[local-name()='EncryptedAssertion']/*[local-name()='Assertion']" --output "$3" "$2"
}
for pair in aes128-cbc:aes-128 aes192-cbc:aes-192 aes256-cbc:aes-256 aes128-gcm:aes-128 aes192-gcm:aes-192 aes256-gcm:aes-256; do
  algorithm=${pair%%:*}
  python encryption.py $algorithm >template.xml
  accepts "xmlsec1 encrypts by $algorithm" encrypt ${pair##*:} template.xml encrypted.xml
  accepts "schema: $algorithm" schema encrypted.xml protocol
  accepts "samlkit: $algorithm" verify encrypted.xml ours-idp.xml --allow-unsolicited --decrypt-key sp.key
  refuses "samlkit, another key: $algorithm" decryption-failed verify encrypted.xml ours-idp.xml --allow-unsolicited --decrypt-key idp.key
  refuses "samlkit, no key: $algorithm" decryption-failed verify encrypted.xml ours-idp.xml --allow-unsolicited
  prints around.xml "samlkit signs around $algorithm" sign encrypted.xml idp
  accepts "samlkit: signed around $algorithm" verify around.xml ours-idp.xml --allow-unsolicited --decrypt-key sp.key --require-signed-response
  accepts "xmlsec1: signed around $algorithm" xmlsec around.xml idp.crt
done
wrap unsigned.xml >wrapped.xml
accepts "xmlsec1 encrypts an unsigned assertion" encrypt aes-256 template.xml encrypted.xml
refuses "samlkit: encrypted, signed by nobody" unsigned verify encrypted.xml ours-idp.xml --allow-unsolicited --decrypt-key sp.key

# Metadata.
accepts "schema: our identity provider" schema ours-idp.xml metadata
prints signed-sp.xml "samlkit signs metadata" "$samlkit" metadata sp --sp-entity-id $sp --acs-url $acs --cert sp.crt --sign-key sp.key
accepts "schema: metadata" schema signed-sp.xml metadata
accepts "xmlsec1: metadata" xmlsec signed-sp.xml sp.crt
accepts "OpenSAML: metadata" opensaml signed-sp.xml sp.crt
accepts "samlkit: metadata" "$samlkit" metadata verify --cert sp.crt signed-sp.xml
refuses "xmlsec1: changed metadata" FAIL xmlsec "$(changed signed-sp.xml '\/acs"' '\/evil"')" sp.crt
refuses "samlkit: changed metadata" signature-invalid "$samlkit" metadata verify --cert sp.crt "$(changed signed-sp.xml '\/acs"' '\/evil"')"
accepts "OpenSAML signs metadata" bash -c "samlsign -s -k $work/idp.key -c $work/idp.crt -f $work/ours-idp.xml -alg ${more}rsa-sha256 >$work/signed-idp.xml"
accepts "samlkit: metadata signed by OpenSAML" "$samlkit" metadata verify --cert idp.crt signed-idp.xml
refuses "samlkit: metadata signed by another" 'untrusted-key\|signature-invalid' "$samlkit" metadata verify --cert sp.crt signed-idp.xml
