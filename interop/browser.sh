# A browser, which only looks at what it is shown and where it is sent, and cases for a service provider behind it. Sourced by run.

# visit URL: opens a page with the cookies in the file jar, and where it is sent to; the last is in the file page. One of our own
# endpoints, which nobody serves, is printed instead.
visit() {
  local url=$1
  : >page
  for _ in $(seq 8); do
    case $url in
    http://127.0.0.1:910[01]/*) echo "$url" && return ;;
    esac
    : >page
    url=$(curl -s -b jar -c jar -o page -w '%{redirect_url}' "$url")
    [ -n "$url" ] || return 0
  done
  echo 'sent around in circles' >page
}
# parameter URL NAME: a parameter of the query, as it is escaped there.
parameter() { sed -n "s/.*[?&]$2=\([^&]*\).*/\1/p" <<<"$1"; }
# forged URL: the first character of its signature is another one.
forged() { sed 's/&Signature=A/\&Signature=B/;t;s/&Signature=%2./\&Signature=A/;t;s/&Signature=./\&Signature=A/' <<<"$1"; }
# saying COMMAND...: if the command fails, what the peer answered is shown, and what it logged meanwhile.
saying() {
  local logged
  logged=$(cat "${peer_logs[@]}" | wc -c)
  "$@" && return
  cat answer
  cat "${peer_logs[@]}" | tail -c "+$((logged + 1))"
  return 1
}

# A service provider is described by the variables peer_page (a page for alice alone), peer_acs, peer_logout (a link), peer_logs,
# and by reasons, what it says of each kind of bad response.
declare -A reasons
peer_logs=()

# Whether its page is for alice. If not, the URL that asks our identity provider is in $url.
is_signed_on() {
  url=$(visit "$peer_page")
  grep -q 'alice@idp\.test' page
}
is_signed_off() { ! is_signed_on && [[ $url == http://127.0.0.1:9101/sso\?* ]]; }
# begins: in a new browser, it asks our identity provider.
begins() {
  rm -f jar
  is_signed_off || { echo "$peer_page does not ask for a sign-on" >&2; return 1; }
}
# deliver RESPONSE: posts it to the service provider that asked by $url; then alice must be signed on.
deliver() { saying deliver_silently "$1"; }
deliver_silently() {
  local relay=() asked=$url next
  [ -z "$(parameter "$url" RelayState)" ] || relay=(--data "RelayState=$(parameter "$url" RelayState)")
  base64 -w0 "$1" >encoded
  : >answer
  next=$(curl -s -b jar -c jar -o answer -w '%{redirect_url}' --data-urlencode SAMLResponse@encoded "${relay[@]}" "$peer_acs")
  if [ -n "$next" ]; then
    visit "$next" >/dev/null
    cp page answer
  fi
  is_signed_on && return
  url=$asked
  return 1
}
# resigned KEY [CHANGE]: issued.xml without its signatures, changed by sed and signed by the key.
resigned() {
  perl -pe 's#<ds:Signature .*?</ds:Signature>##g' issued.xml >bare.xml
  sed "${2:-}" bare.xml >resigned.xml
  [ -z "${2:-}" ] || ! cmp -s bare.xml resigned.xml || { echo "nothing to change: $2" >&2; return 1; }
  sign resigned.xml "$1" >signed.xml
}
# sealed FILE: the name of a copy of a response with other encrypted data.
sealed() { changed "$1" '\(.*<xenc:CipherValue>\)....' '\1AAAA'; }

# service_provider NAME METADATA HOW...: signs alice on by our responses, in these forms; changed and wrong ones are refused. None
# is sent twice, as Shibboleth remembers what it refused.
service_provider() {
  local name=$1 known=$2 how bad kind wrong
  issue() { "$peer" issue idp "$known" "$@"; }
  accepts "samlkit: metadata of $name" "$samlkit" metadata show "$known"
  for how in "${@:3}"; do
    accepts "$name asks" begins
    issue "$how" "$url" >other.xml
    case $how in
    *aes*) bad=$(sealed other.xml) ;;
    *) bad=$(tampered other.xml) ;;
    esac
    refuses "$name, changed: $how" "${reasons[changed]}" deliver "$bad"
    prints issued.xml "samlkit answers $name: $how" issue "$how" "$url"
    accepts "schema: $how for $name" schema issued.xml protocol
    accepts "$name: $how" deliver issued.xml
  done
  if [ -n "${reasons[replay]:-}" ]; then
    begins
    refuses "$name: again" "${reasons[replay]}" deliver issued.xml
  fi

  begins
  refuses "samlkit: request of $name, changed" signature-invalid issue both "$(forged "$url")"
  refuses "samlkit: request of $name, unsigned" unsigned issue both "${url%%&SigAlg=*}"
  prints issued.xml "samlkit answers $name, unasked" issue both
  accepts "$name: unasked" deliver issued.xml

  while IFS='|' read -r kind wrong; do
    begins
    issue response "$url" >issued.xml
    resigned idp "$wrong"
    refuses "$name: wrong $kind" "${reasons[$kind]}" deliver signed.xml
  done <<'KINDS'
audience|s#<saml:Audience>[^<]*#<saml:Audience>http://127.0.0.1:9100/other#
recipient|s#Recipient="[^"]*"#Recipient="http://127.0.0.1:9100/other"#
destination|s#Destination="[^"]*"#Destination="http://127.0.0.1:9100/other"#
issuer|s#<saml:Issuer>[^<]*#<saml:Issuer>http://127.0.0.1:9101/other#g
status|s#status:Success#status:Responder#
confirmation|s#\(<saml:SubjectConfirmationData [^>]*NotOnOrAfter="\)[^"]*#\12020-01-01T00:00:00Z#
conditions|s#\(<saml:Conditions [^>]*NotOnOrAfter="\)[^"]*#\12020-01-01T00:00:00Z#
start|s#\(<saml:Conditions [^>]*NotBefore="\)[^"]*#\12098-01-01T00:00:00Z#
KINDS
  begins
  issue response "$url" >issued.xml
  resigned sp
  refuses "$name: another key" "${reasons[key]}" deliver signed.xml
  issue response "$url" >issued.xml
  resigned idp
  refuses "$name: unsigned" "${reasons[unsigned]}" deliver bare.xml
  issue response "$url" >issued.xml
  resigned idp
  accepts "$name: nothing wrong" deliver signed.xml
}

# logouts NAME METADATA: single logout from either side; alice is signed on. A changed message is not acted on.
logouts() {
  local name=$1 file=$2 asked id
  accepts "$name asks to log out" log_out_there
  asked=$(cat logout)
  refuses "samlkit: logout of $name, changed" signature-invalid "$peer" logout-answer idp "$file" "$(forged "$asked")"
  refuses "samlkit: logout of $name, unsigned" unsigned "$peer" logout-answer idp "$file" "${asked%%&SigAlg=*}"
  refuses "samlkit: logout of $name, another session" 'not for the session' "$peer" logout-answer idp "$file" "$asked" s2
  refuses "$name: our answer to its logout, changed" "${reasons[logout]}" finishes "$(forged "$("$peer" logout-answer idp "$file" "$asked")")"
  prints answered "samlkit answers the logout of $name" "$peer" logout-answer idp "$file" "$asked"
  accepts "$name: our answer to its logout" finishes "$(cat answered)"
  accepts "$name: alice is signed off" is_signed_off

  prints issued.xml "samlkit answers $name again" "$peer" issue idp "$file" both "$url"
  accepts "$name: alice is back" deliver issued.xml
  refuses "$name: our logout, changed" "${reasons[logout]}" answers_logout "$(forged "$("$peer" logout-request idp "$file" | tail -n 1)")"
  accepts "$name: alice is still signed on" is_signed_on
  prints logout "samlkit asks $name to log out" "$peer" logout-request idp "$file"
  id=$(head -n 1 logout) asked=$(tail -n 1 logout)
  accepts "$name: our logout" answers_logout "$asked"
  accepts "samlkit: answer of $name" takes_answer "$file" "$(cat answered)" --in-response-to "$id"
  refuses "samlkit: answer of $name to another request" in-response-to-mismatch takes_answer "$file" "$(cat answered)" --in-response-to _other
  refuses "samlkit: answer of $name, changed" signature-invalid takes_answer "$file" "$(forged "$(cat answered)")" --in-response-to "$id"
  accepts "$name: alice is signed off again" is_signed_off
}
# takes_answer METADATA URL OPTION...: by samlkit, a logout response to our identity provider.
takes_answer() {
  "$samlkit" verify-redirect --json --idp-metadata "$1" --slo-url http://127.0.0.1:9101/slo --kind response --query "$2" "${@:3}"
}
# The link sends to us with a request.
log_out_there() {
  visit "$peer_logout" >logout
  grep -q '^http://127.0.0.1:9101/slo?.*SAMLRequest=' logout
}
# finishes URL: our answer to a logout is taken.
finishes() { saying finishes_silently "$1"; }
finishes_silently() {
  visit "$1" >/dev/null
  cp page answer
  grep -q "$peer_logged_out" page
}
# answers_logout URL: our logout request is answered.
answers_logout() { saying answers_logout_silently "$1"; }
answers_logout_silently() {
  visit "$1" >answered
  cp page answer
  grep -q '^http://127.0.0.1:910[01]/slo?.*SAMLResponse=' answered
}
