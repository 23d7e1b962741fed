# Libraries that run in one process: lasso in both roles, ruby-saml as service provider, xml-encryption for the assertion.

idp=http://127.0.0.1:9101/idp
lasso() { /usr/bin/python3 "$here/lasso_peer.py" "$@"; }
prints request.json "samlkit asks" "$samlkit" authn-request --json --idp-metadata ours-idp.xml --sp-entity-id $sp --acs-url $acs --relay-state rs --sign-key sp.key
url=$(json request.json url) id=$(json request.json id)

# Its answers to us.
refuses "lasso: our request, changed" REFUSED lasso idp "$(forged "$url")"
refuses "lasso: our request, unsigned" REFUSED lasso idp "${url%%&SigAlg=*}"
for encrypt in '' encrypt; do
  what="lasso's answer${encrypt:+, encrypted}"
  prints response.xml "$what" lasso idp "$url" $encrypt
  accepts "schema: $what" schema response.xml protocol
  accepts "samlkit: $what" verify response.xml ours-idp.xml --in-response-to "$id" --decrypt-key sp.key
  refuses "samlkit: $what, to another request" in-response-to-mismatch verify response.xml ours-idp.xml --in-response-to _other --decrypt-key sp.key
  if [ -n "$encrypt" ]; then
    refuses "samlkit: $what, another key" decryption-failed verify response.xml ours-idp.xml --in-response-to "$id" --decrypt-key idp.key
  else
    refuses "samlkit: $what, changed" signature-invalid verify "$(tampered response.xml)" ours-idp.xml --in-response-to "$id"
  fi
done

# Ours to them.
for mode in response assertion both both,aes128-cbc both,aes256-cbc both,aes128-gcm both,aes256-gcm assertion,aes256-gcm; do
  prints issued.xml "samlkit issues: $mode" "$peer" issue idp ours-sp.xml $mode "$url"
  case $mode in
  *aes*) bad=$(sealed issued.xml) ;;
  *) bad=$(tampered issued.xml) ;;
  esac
  accepts "lasso: $mode" lasso sp issued.xml ours-idp.xml
  refuses "lasso, changed: $mode" REFUSED lasso sp "$bad" ours-idp.xml
  accepts "ruby-saml: $mode" ruby "$here/ruby_saml.rb" issued.xml $idp "$id"
  refuses "ruby-saml, changed: $mode" REFUSED ruby "$here/ruby_saml.rb" "$bad" $idp "$id"
  refuses "ruby-saml, to another request: $mode" REFUSED ruby "$here/ruby_saml.rb" issued.xml $idp _other
done

# xml-encryption encrypts.
prints inner.xml "samlkit issues for xml-encryption" "$peer" issue idp ours-sp.xml assertion "$url"
for algorithm in http://www.w3.org/2001/04/xmlenc#aes128-cbc http://www.w3.org/2001/04/xmlenc#aes256-cbc http://www.w3.org/2009/xmlenc11#aes128-gcm \
  http://www.w3.org/2009/xmlenc11#aes256-gcm; do
  for digest in sha1 sha256; do
    what="xml-encryption, ${algorithm#*#}, OAEP by $digest"
    prints encrypted.xml "$what" node xml_encryption.js inner.xml $algorithm $digest
    accepts "schema: $what" schema encrypted.xml protocol
    accepts "samlkit: $what" verify encrypted.xml ours-idp.xml --in-response-to "$id" --decrypt-key sp.key
    refuses "samlkit, another key: $what" decryption-failed verify encrypted.xml ours-idp.xml --in-response-to "$id" --decrypt-key idp.key
  done
done
