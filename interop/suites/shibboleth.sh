# Shibboleth's service provider and mod_auth_mellon, in one Apache.

# Apache's own user must be able to read it all, wherever this checkout is.
apache=$(mktemp -d)
folders+=("$apache")
chmod 755 "$apache"
mkdir -p "$apache/www/secure"
echo 'mail=<!--#echo var="mail" --> <!--#echo var="MELLON_mail" -->' >"$apache/www/secure/index.html"
echo 'at home' >"$apache/www/index.html"
for file in apache.conf shibboleth2.xml attribute-map.xml logger; do
  sed "s#@RUN@#$apache#g" "$here/shibboleth/$file" >"$apache/$file"
done
install -m 644 sp.key sp.crt ours-idp.xml "$apache"
shibd -f -F -c "$apache/shibboleth2.xml" >"$apache/shibd.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -S "$apache/shibd.sock" ] && break || sleep 0.1; done
# In a session of its own, as it ends its whole process group when it is stopped.
RUN=$apache setsid apache2 -DFOREGROUND -f "$apache/apache.conf" >"$apache/apache.out" 2>&1 &
pids+=($!)
listens 9213
listens 9214

curl -sf http://127.0.0.1:9213/Shibboleth.sso/Metadata >shibboleth.xml
peer_page=http://127.0.0.1:9213/secure/
peer_acs=http://127.0.0.1:9213/Shibboleth.sso/SAML2/POST
peer_logout=http://127.0.0.1:9213/Shibboleth.sso/Logout
peer_logged_out='Logout completed'
peer_logs=("$apache/shibd.log")
unsafe='Unable to establish security of incoming assertion'
reasons=(
  [changed]="signature could not be verified\|$unsafe\|valid authentication statement was not found" [key]='signature could not be verified' [unsigned]="$unsafe"
  [audience]='unacceptable AudienceRestriction' [recipient]='satisfiable bearer SubjectConfirmation' [destination]='incorrect server URL'
  [issuer]="$unsafe" [status]='reported an IdP error' [confirmation]='satisfiable bearer SubjectConfirmation'
  [conditions]='no longer valid' [start]='not yet valid' [logout]='signature' [replay]='Rejecting replayed message'
)
modes=(response assertion both both,aes128-cbc both,aes192-cbc both,aes256-cbc both,aes128-gcm both,aes192-gcm both,aes256-gcm
  assertion,aes256-gcm response,aes256-gcm)
service_provider Shibboleth shibboleth.xml "${modes[@]}" both,aes256-gcm,oaep-sha256 assertion,aes128-cbc,oaep-sha256
logouts Shibboleth shibboleth.xml

curl -sf http://127.0.0.1:9214/mellon/metadata >mellon.xml
peer_page=http://127.0.0.1:9214/secure/
peer_acs=http://127.0.0.1:9214/mellon/postResponse
peer_logout=http://127.0.0.1:9214/mellon/logout?ReturnTo=http://127.0.0.1:9214/
peer_logged_out='at home'
peer_logs=("$apache/apache.log" "$apache/apache.out")
invalid='Failed to verify signature\|did not we found\|Lasso error'
reasons=(
  [changed]="$invalid" [key]="$invalid" [unsigned]='Signature element not found'
  [audience]='Invalid Audience' [recipient]='Wrong Recipient' [destination]='Invalid Destination'
  [issuer]='identifier of a provider is unknown' [status]='Status code is not success' [confirmation]='NotOnOrAfter in SubjectConfirmationData was in the past'
  [conditions]='NotOnOrAfter in Condition was in the past' [start]='NotBefore in Condition was in the future' [logout]='ignature'
)
service_provider mod_auth_mellon mellon.xml "${modes[@]}"
logouts mod_auth_mellon mellon.xml
begins
prints issued.xml "samlkit answers mod_auth_mellon, OAEP by SHA-256" "$peer" issue idp mellon.xml both,aes256-gcm,oaep-sha256 "$url"
refuses "mod_auth_mellon: OAEP by SHA-256" 'Could not decrypt' deliver issued.xml
