# SimpleSAMLphp in both roles, over HTTP.

idp_base=http://127.0.0.1:9211 sp_base=http://127.0.0.1:9212
mkdir php
# starts ROLE BASE ENCRYPT: serves one role.
starts() {
  ROLE=$1 BASE=$2 ENCRYPT=$3 WORK=$work SIMPLESAMLPHP_CONFIG_DIR=$here/simplesamlphp \
    php -d display_errors=0 -S "${2#http://}" -t /usr/share/simplesamlphp/www "$here/simplesamlphp/router.php" >>"php-$1.log" 2>&1 &
  pids+=($!)
  listens "${2##*:}"
}

# Its service provider.
starts sp $sp_base no
curl -sf $sp_base/module.php/saml/sp/metadata.php/ours >ssp-sp.xml
peer_page="$sp_base/module.php/core/authenticate.php?as=ours"
peer_acs=$sp_base/module.php/saml/sp/saml2-acs.php/ours
peer_logout="$peer_page&logout"
peer_logged_out='You have been logged out'
peer_logs=(simplesamlphp-sp.log)
reasons=(
  [changed]='Reference validation failed\|was signed\|ecrypt' [key]='Unable to validate Signature' [unsigned]='Neither the assertion nor the response was signed'
  [audience]='not a valid audience' [recipient]='Recipient in SubjectConfirmationData does not match' [destination]='Destination in response doesn'
  [issuer]='Cannot retrieve metadata for IdP' [status]='Responder' [confirmation]='NotOnOrAfter in SubjectConfirmationData is in the past'
  [conditions]='assertion that has expired' [start]='assertion that is valid in the future' [logout]='Unable to validate signature on query string'
)
service_provider SimpleSAMLphp ssp-sp.xml response assertion both both,aes128-cbc both,aes192-cbc both,aes256-cbc both,aes128-gcm both,aes192-gcm \
  both,aes256-gcm assertion,aes256-gcm response,aes256-gcm
logouts SimpleSAMLphp ssp-sp.xml
begins
prints issued.xml "samlkit answers SimpleSAMLphp, OAEP by SHA-256" "$peer" issue idp ssp-sp.xml both,aes256-gcm,oaep-sha256 "$url"
refuses "SimpleSAMLphp: OAEP by SHA-256" 'Failed to decrypt' deliver issued.xml
stop

# Its identity provider. It answers a page with a form, or with an error that its log explains.
peer_logs=(simplesamlphp-idp.log)
asks() { saying asks_silently "$1"; }
asks_silently() {
  visit "$1" >/dev/null
  cp page answer
  python3 "$here/form.py" <page >received.xml
}
# leaves_us URL: our answer to its logout ends it.
leaves_us() { saying leaves_us_silently "$1"; }
leaves_us_silently() {
  visit "$1" >finished
  cp page answer
  grep -q '^http://127.0.0.1:9100/done$' finished
}
# We ask it to sign a user on.
sign_on() { "$samlkit" authn-request --json --idp-metadata ssp-idp.xml --sp-entity-id $sp --acs-url $acs --relay-state rs --sign-key sp.key; }
for encrypt in no yes; do
  starts idp $idp_base $encrypt
  rm -f jar
  curl -sf $idp_base/saml2/idp/metadata.php >ssp-idp.xml
  accepts "samlkit: metadata of SimpleSAMLphp" "$samlkit" metadata show ssp-idp.xml
  prints request.json "samlkit asks SimpleSAMLphp" sign_on
  url=$(json request.json url) id=$(json request.json id)
  refuses "SimpleSAMLphp: our request, changed" 'Unable to validate signature on query string' asks "$(forged "$url")"
  refuses "SimpleSAMLphp: our request, unsigned" 'no signature found' asks "${url%%&SigAlg=*}"
  accepts "SimpleSAMLphp: our request" asks "$url"
  accepts "schema: SimpleSAMLphp's answer" schema received.xml protocol
  accepts "OpenSAML: SimpleSAMLphp's answer" opensaml received.xml idp.crt
  accepts "xmlsec1: SimpleSAMLphp's answer" xmlsec received.xml idp.crt
  options=(--require-signed-response)
  if [ $encrypt = yes ]; then
    accepts "it is AES-128-CBC" grep -q 'xmlenc#aes128-cbc' received.xml
    refuses "samlkit: SimpleSAMLphp's answer, no key" decryption-failed verify received.xml ssp-idp.xml "${options[@]}" --in-response-to "$id"
    refuses "samlkit: SimpleSAMLphp's answer, another key" decryption-failed verify received.xml ssp-idp.xml "${options[@]}" --in-response-to "$id" --decrypt-key idp.key
    options+=(--decrypt-key sp.key)
    bad=$(sealed received.xml)
  else
    bad=$(tampered received.xml)
  fi
  refuses "samlkit: SimpleSAMLphp's answer, changed" signature-invalid verify "$bad" ssp-idp.xml "${options[@]}" --in-response-to "$id"
  refuses "samlkit: SimpleSAMLphp's answer to another request" in-response-to-mismatch verify received.xml ssp-idp.xml "${options[@]}" --in-response-to _other
  refuses "samlkit: SimpleSAMLphp's answer, later" expired verify received.xml ssp-idp.xml "${options[@]}" --in-response-to "$id" --at 2099-01-01T00:00:00Z
  prints verified.json "samlkit: SimpleSAMLphp's answer" verify received.xml ssp-idp.xml "${options[@]}" --in-response-to "$id"

  # We log out there.
  session=$(json verified.json session_index)
  prints logout "samlkit asks SimpleSAMLphp to log out" "$peer" logout-request sp ssp-idp.xml "$session"
  id=$(head -n 1 logout) asked=$(tail -n 1 logout)
  refuses "SimpleSAMLphp: our logout, changed" 'Unable to validate signature on query string' answers_logout "$(forged "$asked")"
  refuses "SimpleSAMLphp: our logout, unsigned" 'no signature found' answers_logout "${asked%%&SigAlg=*}"
  accepts "SimpleSAMLphp: our logout" answers_logout "$asked"
  takes() { "$samlkit" verify-redirect --json --idp-metadata ssp-idp.xml --slo-url http://127.0.0.1:9100/slo --query "$@"; }
  accepts "samlkit: its answer" takes "$(cat answered)" --kind response --in-response-to "$id"
  refuses "samlkit: its answer to another request" in-response-to-mismatch takes "$(cat answered)" --kind response --in-response-to _other
  refuses "samlkit: its answer, changed" signature-invalid takes "$(forged "$(cat answered)")" --in-response-to "$id"

  # It logs us out.
  prints request.json "samlkit asks SimpleSAMLphp again" sign_on
  accepts "SimpleSAMLphp: our other request" asks "$(json request.json url)"
  prints verified.json "samlkit: its other answer" verify received.xml ssp-idp.xml --decrypt-key sp.key --in-response-to "$(json request.json id)"
  session=$(json verified.json session_index)
  prints logout "SimpleSAMLphp asks to log out" visit "$idp_base/saml2/idp/initSLO.php?RelayState=http://127.0.0.1:9100/done"
  asked=$(cat logout)
  accepts "samlkit verify-redirect: its logout" takes "$asked" --kind request
  answer() { "$peer" logout-answer sp ssp-idp.xml "$@"; }
  refuses "samlkit: its logout, changed" signature-invalid answer "$(forged "$asked")" "$session"
  refuses "samlkit: its logout, unsigned" unsigned answer "${asked%%&SigAlg=*}" "$session"
  refuses "samlkit: its logout, another session" 'not for the session' answer "$asked" _other
  prints answered "samlkit answers its logout" answer "$asked" "$session"
  refuses "SimpleSAMLphp: our answer, changed" 'Unable to validate signature on query string' leaves_us "$(forged "$(cat answered)")"
  accepts "SimpleSAMLphp: our answer" leaves_us "$(cat answered)"
  stop
done
