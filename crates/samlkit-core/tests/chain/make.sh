#!/bin/sh
# Makes the certificates beside this file with openssl: an authority and what it issued, and two that sign themselves under
# one name, as an identity provider's old and new certificate do. The keys are thrown away.
set -eu
cd "$(dirname "$0")"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
selfsigned() {
    key "$1"
    openssl req -x509 -key "$1.key" -subj "/CN=$2" -days 3650 -outform DER -out "$1.der"
}
selfsigned authority "TEST ONLY authority"
selfsigned old "TEST ONLY signing"
selfsigned new "TEST ONLY signing"
key issued
openssl req -new -key issued.key -subj "/CN=TEST ONLY issued" |
    openssl x509 -req -CA authority.der -CAform DER -CAkey authority.key -set_serial 2 -days 3650 -outform DER -out issued.der
for name in authority old new issued; do base64 -w0 "$name.der" >"$name.crt.base64"; done
rm -f ./*.key ./*.der
