# samlp as identity provider over HTTP, node-saml as service provider.

for mode in '' encrypt; do
  node samlp.js $mode >samlp.log 2>&1 &
  pids+=($!)
  listens 9600
  curl -sf http://127.0.0.1:9600/metadata >samlp.xml
  prints request.json "samlkit asks samlp" "$samlkit" authn-request --json --idp-metadata samlp.xml --sp-entity-id $sp --acs-url $acs --relay-state rs --sign-key sp.key
  url=$(json request.json url) id=$(json request.json id)
  curl -s "$url" >page.html
  prints response.xml "samlp answers ${mode:-in the clear}" bash -c "python3 '$here/form.py' <page.html"
  options=(--in-response-to "$id")
  [ -z "$mode" ] || options+=(--decrypt-key sp.key)
  accepts "samlkit: samlp ${mode}" verify response.xml samlp.xml "${options[@]}"
  refuses "samlkit: samlp ${mode}, to another request" in-response-to-mismatch verify response.xml samlp.xml --decrypt-key sp.key --in-response-to _other
  if [ -z "$mode" ]; then
    refuses "samlkit: samlp, changed" signature-invalid verify "$(tampered response.xml)" samlp.xml "${options[@]}"
  else
    accepts "it is AES-256-GCM" grep -q 'xmlenc11#aes256-gcm' response.xml
    refuses "samlkit: samlp, another key" decryption-failed verify response.xml samlp.xml --in-response-to "$id" --decrypt-key idp.key
  fi
  accepts "samlp: our request is refused if changed" bash -c "curl -s '${url/RelayState=rs/RelayState=x}' | grep -q REFUSED"
  stop
done

python pysaml2_peer.py request ours-idp.xml >request
for mode in response both both,aes256-gcm; do
  prints issued.xml "samlkit issues: $mode" "$peer" issue idp ours-sp.xml $mode "$(cat request)"
  accepts "node-saml: $mode" node node_saml.js issued.xml http://127.0.0.1:9101/idp
  bad=$(changed issued.xml 'status:Success' 'status:success')
  [[ $mode == *aes* ]] || bad=$(tampered issued.xml)
  refuses "node-saml, changed: $mode" REFUSED node node_saml.js "$bad" http://127.0.0.1:9101/idp
done
