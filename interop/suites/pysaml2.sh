# pysaml2 in both roles, and python3-saml as a service provider.

accepts "schema: our SP metadata" schema ours-sp.xml metadata

# Our sign-on at its identity provider.
login() { "$samlkit" authn-request --json --idp-metadata ours-idp.xml --sp-entity-id $sp --acs-url $acs --relay-state rs "$@"; }
prints request.json "samlkit asks, signed" login --sign-key sp.key
url=$(json request.json url) id=$(json request.json id)
for mode in '' encrypt; do
  prints response.xml "pysaml2 answers our request ${mode:-in the clear}" python pysaml2_peer.py idp "$url" $mode
  accepts "xmlsec1: pysaml2's answer" xmlsec response.xml idp.crt
  if [ -n "$mode" ]; then
    # It encrypts by Triple DES, which is not on our list.
    refuses "samlkit: Triple DES" algorithm-not-allowed verify response.xml ours-idp.xml --in-response-to "$id" --decrypt-key sp.key
    continue
  fi
  accepts "samlkit: pysaml2's answer" verify response.xml ours-idp.xml --in-response-to "$id" --require-signed-response
  refuses "samlkit: to another request" in-response-to-mismatch verify response.xml ours-idp.xml --in-response-to _other
  refuses "samlkit: changed" signature-invalid verify "$(tampered response.xml)" ours-idp.xml --in-response-to "$id"
  refuses "samlkit: another audience" audience-mismatch "$samlkit" verify --json --idp-metadata ours-idp.xml --sp-entity-id http://127.0.0.1:9100/other \
    --acs-url $acs --in-response-to "$id" response.xml
  refuses "samlkit: later" expired verify response.xml ours-idp.xml --in-response-to "$id" --at 2099-01-01T00:00:00Z
done
refuses "pysaml2: our request, its relay state changed" REFUSED python pysaml2_peer.py idp "${url/RelayState=rs/RelayState=x}"
refuses "pysaml2: our request, unsigned" REFUSED python pysaml2_peer.py idp "${url%%&SigAlg=*}"
login >unsigned.json 2>/dev/null && refusal=no || refusal=yes
[ $refusal = yes ] && pass || { : >output; fail "samlkit sends an unsigned request where signed ones are wanted"; }

# Its request to us.
url=$(python pysaml2_peer.py request ours-idp.xml)
check() { "$samlkit" verify-redirect --json --idp-metadata ours-sp.xml --query "$@"; }
accepts "samlkit: pysaml2's request" check "$url" --kind request --sso-url http://127.0.0.1:9101/sso
refuses "samlkit: pysaml2's request, changed" signature-invalid check "${url/RelayState=rs/RelayState=x}"
refuses "samlkit: pysaml2's request, unsigned" '"unsigned"' check "${url%%&SigAlg=*}"
refuses "samlkit: pysaml2's request, elsewhere" destination-mismatch check "$url" --sso-url http://127.0.0.1:9999/sso
accepts "pysaml2 asks by our metadata" grep -q AssertionConsumerService ours-sp.xml

# Our answers at its service provider, and python3-saml's.
issue() { "$peer" issue idp ours-sp.xml "$@"; }
for mode in response both both,aes256-gcm; do
  prints issued.xml "samlkit issues: $mode" issue $mode "$url"
  id=$(xmllint --xpath 'string(/*/@InResponseTo)' issued.xml)
  accepts "schema: $mode" schema issued.xml protocol
  accepts "xmlsec1: $mode" xmlsec issued.xml idp.crt
  accepts "OpenSAML: $mode" opensaml issued.xml idp.crt
  accepts "pysaml2: $mode" python pysaml2_peer.py sp issued.xml ours-idp.xml "$id"
  accepts "python3-saml: $mode" python python3_saml.py issued.xml http://127.0.0.1:9101/idp "$id"
  accepts "samlkit: $mode" verify issued.xml ours-idp.xml --in-response-to "$id" --decrypt-key sp.key
  bad=$(changed issued.xml 'urn:oasis:names:tc:SAML:2.0:status:Success' 'urn:oasis:names:tc:SAML:2.0:status:success')
  [[ $mode == *aes* ]] || bad=$(tampered issued.xml)
  refuses "pysaml2, changed: $mode" REFUSED python pysaml2_peer.py sp "$bad" ours-idp.xml "$id"
  refuses "python3-saml, changed: $mode" REFUSED python python3_saml.py "$bad" http://127.0.0.1:9101/idp "$id"
  refuses "pysaml2, another request: $mode" REFUSED python pysaml2_peer.py sp "$(changed issued.xml "InResponseTo=\"$id\"" 'InResponseTo="_other"')" ours-idp.xml "$id"
done

# Its logout at our identity provider, and ours at its.
python pysaml2_peer.py logout-request ours-idp.xml >logout
id=$(head -n 1 logout) url=$(tail -n 1 logout)
accepts "samlkit verify-redirect: pysaml2's logout" check "$url" --slo-url http://127.0.0.1:9101/slo
prints answer "samlkit answers pysaml2's logout" "$peer" logout-answer idp ours-sp.xml "$url"
accepts "pysaml2: our answer" python pysaml2_peer.py logout-check "$(cat answer)" "$id"
refuses "pysaml2: our answer, changed" REFUSED python pysaml2_peer.py logout-check "$(sed 's/RelayState=rs/RelayState=x/' answer)" "$id"
refuses "pysaml2: our answer to another" REFUSED python pysaml2_peer.py logout-check "$(cat answer)" _other
refuses "samlkit: pysaml2's logout, changed" signature-invalid "$peer" logout-answer idp ours-sp.xml "${url/RelayState=rs/RelayState=x}"
refuses "samlkit: pysaml2's logout, unsigned" unsigned "$peer" logout-answer idp ours-sp.xml "${url%%&SigAlg=*}"
prints logout "samlkit asks to log out" "$peer" logout-request sp ours-idp.xml
id=$(head -n 1 logout) url=$(tail -n 1 logout)
prints answer "pysaml2 answers our logout" python pysaml2_peer.py logout-answer "$url"
answer() { "$samlkit" verify-redirect --json --idp-metadata ours-idp.xml --slo-url http://127.0.0.1:9100/slo --query "$@"; }
accepts "samlkit: pysaml2's answer" answer "$(cat answer)" --in-response-to "$id" --kind response
refuses "samlkit: pysaml2's answer to another" in-response-to-mismatch answer "$(cat answer)" --in-response-to _other
refuses "samlkit: pysaml2's answer, changed" signature-invalid answer "$(sed 's/RelayState=rs/RelayState=x/' answer)" --in-response-to "$id"
refuses "pysaml2: our logout, changed" REFUSED python pysaml2_peer.py logout-answer "${url/RelayState=rs/RelayState=x}"
