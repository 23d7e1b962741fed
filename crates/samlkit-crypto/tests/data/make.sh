#!/bin/sh
# Makes every file beside it anew with OpenSSL 3: keys, certificates and signatures for the tests of this crate.
# The keys are test-only: they are published here. Needs openssl, python3, date of coreutils.
set -eu
cd "$(dirname "$0")"
find . -maxdepth 1 -type f ! -name make.sh ! -name README.md -delete

printf 'The octets that are signed.\n' > message.txt

# key NAME OPTIONS...: NAME.pub.der, with the private key kept aside
mkdir -p private
trap 'rm -rf private' EXIT
key() {
    name=$1; shift
    openssl genpkey -quiet "$@" -out "private/$name.pem" 2>/dev/null || openssl genpkey "$@" -out "private/$name.pem" 2>/dev/null
    openssl pkey -in "private/$name.pem" -pubout -outform DER -out "$name.pub.der"
}
rsa() { bits=$1; exponent=$2; key "$3" -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -pkeyopt "rsa_keygen_pubexp:$exponent"; }
rsa 512 65537 rsa512
rsa 1024 65537 rsa1024
rsa 2048 65537 rsa2048
rsa 2048 3 rsa2048e3
rsa 3072 65537 rsa3072
rsa 4096 65537 rsa4096
rsa 8192 65537 rsa8192
rsa 2048 17179869185 rsa2048-large-exponent
# OpenSSL makes moduli of an even number of bits only. One of 8n + 1 bits is a case of its own for RSASSA-PSS.
python3 - <<'PY'
import subprocess
def prime(bits):
    out = subprocess.run(["openssl", "prime", "-generate", "-hex", "-bits", str(bits)], capture_output=True, check=True)
    return int(out.stdout, 16)
while True:
    p, q, e = prime(1025), prime(1024), 65537
    n = p * q
    if n.bit_length() == 2049 and (p - 1) % e and (q - 1) % e:
        break
d = pow(e, -1, (p - 1) * (q - 1))
numbers = [0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
conf = "asn1=SEQUENCE:rsa\n[rsa]\n" + "".join(f"n{i}=INTEGER:0x{v:x}\n" for i, v in enumerate(numbers))
open("private/rsa2049.cnf", "w").write(conf)
subprocess.run(["openssl", "asn1parse", "-genconf", "private/rsa2049.cnf", "-noout", "-out", "private/rsa2049.der"], check=True)
PY
openssl pkey -in private/rsa2049.der -inform DER -out private/rsa2049.pem
openssl pkey -in private/rsa2049.pem -pubout -outform DER -out rsa2049.pub.der
for curve in 256 384 521; do key "p$curve" -algorithm EC -pkeyopt "ec_paramgen_curve:P-$curve"; done
key k256 -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
key p256-explicit -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
key ed25519 -algorithm ED25519
key ed448 -algorithm ED448
key rsa-pss -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
openssl genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out private/dsa.param 2>/dev/null \
    || openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out private/dsa.param 2>/dev/null
openssl genpkey -paramfile private/dsa.param -out private/dsa.pem
openssl pkey -in private/dsa.pem -pubout -outform DER -out dsa.pub.der

# Other forms of the same public keys.
openssl pkey -in private/rsa2048.pem -pubout -out rsa2048.pub.pem
openssl rsa -in private/rsa2048.pem -RSAPublicKey_out -out rsa2048.pkcs1.pem 2>/dev/null
openssl rsa -in private/rsa2048.pem -RSAPublicKey_out -outform DER -out rsa2048.pkcs1.der 2>/dev/null
for curve in 256 384 521; do
    openssl ec -in "private/p$curve.pem" -pubout -conv_form compressed -outform DER -out "p$curve.compressed.der" 2>/dev/null
done

# Private keys in every form, to be refused.
cp private/rsa2048.pem rsa2048.pkcs8.key.pem
openssl pkey -in private/rsa2048.pem -outform DER -out rsa2048.pkcs8.key.der
openssl rsa -in private/rsa2048.pem -traditional -out rsa2048.pkcs1.key.pem 2>/dev/null
openssl rsa -in private/rsa2048.pem -traditional -outform DER -out rsa2048.pkcs1.key.der 2>/dev/null
openssl ec -in private/p256.pem -out p256.sec1.key.pem 2>/dev/null
openssl ec -in private/p256.pem -outform DER -out p256.sec1.key.der 2>/dev/null
openssl pkcs8 -topk8 -in private/rsa2048.pem -passout pass:test-only -out rsa2048.encrypted.key.pem
openssl pkcs8 -topk8 -in private/rsa2048.pem -passout pass:test-only -outform DER -out rsa2048.encrypted.key.der
openssl pkey -in private/ed25519.pem -outform DER -out ed25519.key.der

# RSASSA-PKCS1-v1_5
for hash in sha1 sha224 sha256 sha384 sha512; do
    openssl dgst "-$hash" -sign private/rsa2048.pem -out "rsa2048.$hash.sig" message.txt
done
for name in rsa1024 rsa2048e3 rsa2049 rsa3072 rsa4096 rsa8192 rsa2048-large-exponent; do
    openssl dgst -sha256 -sign "private/$name.pem" -out "$name.sha256.sig" message.txt
done
openssl dgst -md5 -sign private/rsa2048.pem -out rsa2048.md5.sig message.txt

# RSASSA-PSS: KEY DIGEST MGF1-DIGEST SALT-LENGTH
pss() {
    openssl dgst "-$2" -sign "private/$1.pem" -sigopt rsa_padding_mode:pss -sigopt "rsa_mgf1_md:$3" \
        -sigopt "rsa_pss_saltlen:$4" -out "$1.pss-$2-$3-$4.sig" message.txt
}
pss rsa2048 sha1 sha1 20
pss rsa2048 sha224 sha224 28
pss rsa2048 sha256 sha256 32
pss rsa2048 sha384 sha384 48
pss rsa2048 sha512 sha512 64
pss rsa2048 sha256 sha256 0
pss rsa2048 sha256 sha256 222
pss rsa2048 sha384 sha256 20
pss rsa2048 sha512 sha224 33
pss rsa2048 sha256 sha1 32
pss rsa2049 sha256 sha256 32
pss rsa2049 sha256 sha512 0
pss rsa1024 sha256 sha256 32
pss rsa1024 sha512 sha512 62

# ECDSA, r and s side by side
for curve in 256 384 521; do
    for hash in sha1 sha224 sha256 sha384 sha512; do
        openssl dgst "-$hash" -sign "private/p$curve.pem" -out private/der.sig message.txt
        cp private/der.sig "p$curve.$hash.asn1.sig"
        python3 - "$curve" "p$curve.$hash.sig" <<'PY'
import sys
der, width = open("private/der.sig", "rb").read(), (int(sys.argv[1]) + 7) // 8
at = 3 if der[1] & 0x80 else 2
out = b""
for _ in "rs":
    length = der[at + 1]
    out += int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(width, "big")
    at += 2 + length
open(sys.argv[2], "wb").write(out)
PY
    done
    rm "p$curve.sha1.asn1.sig" "p$curve.sha224.asn1.sig" "p$curve.sha384.asn1.sig" "p$curve.sha512.asn1.sig"
done

openssl pkeyutl -sign -inkey private/ed25519.pem -rawin -in message.txt -out ed25519.sig

# Encoded messages that a lenient verifier of RSASSA-PKCS1-v1_5 would take (raw RSA of a crafted block).
python3 - <<'PY'
import hashlib, subprocess
digest = hashlib.sha256(open("message.txt", "rb").read()).digest()
prefix = bytes.fromhex("3031300d060960864801650304020105000420")
no_null = bytes.fromhex("302f300b0609608648016503040201" + "0420")
long_len = bytes.fromhex("308131" "300d060960864801650304020105000420")
def block(t, kind=1, first=0, fill=0xff, separator=0, size=256, tail=b""):
    return bytes([first, kind]) + bytes([fill]) * (size - 3 - len(t) - len(tail)) + bytes([separator]) + t + tail
cases = {
    "control": block(prefix + digest),
    "missing-null": block(no_null + digest),
    "long-length": block(long_len + digest),
    "type-0": block(prefix + digest, kind=0, fill=0),
    "type-2": block(prefix + digest, kind=2),
    "zero-fill": block(prefix + digest, fill=0),
    "separator-1": block(prefix + digest, separator=1),
    "digest-alone": block(digest),
    "trailing": b"\0\1" + b"\xff" * 8 + b"\0" + prefix + digest + b"\0" * (256 - 11 - len(prefix) - 32),
    "trailing-in-parameters": block(bytes.fromhex("3033300f0609608648016503040201" "0502aaaa" "0420") + digest),
}
fill = bytearray(block(prefix + digest))
fill[100] ^= 1
cases["one-bit-of-padding"] = bytes(fill)
for name, octets in cases.items():
    subprocess.run(["openssl", "pkeyutl", "-decrypt", "-inkey", "private/rsa2048.pem", "-pkeyopt", "rsa_padding_mode:none",
        "-out", f"rsa2048.crafted-{name}.sig"], input=octets, check=True)
PY

# Certificates, and beside each what OpenSSL says of it.
expect() {
    {
        openssl x509 -in "$1" -inform "${2:-PEM}" -noout -serial -fingerprint -sha1
        openssl x509 -in "$1" -inform "${2:-PEM}" -noout -fingerprint -sha256
        openssl x509 -in "$1" -inform "${2:-PEM}" -noout -subject -issuer -nameopt RFC2253,-esc_msb,utf8
        echo "notBefore=$(date -u -d "$(openssl x509 -in "$1" -inform "${2:-PEM}" -noout -startdate | cut -d= -f2)" +%s)"
        echo "notAfter=$(date -u -d "$(openssl x509 -in "$1" -inform "${2:-PEM}" -noout -enddate | cut -d= -f2)" +%s)"
    } > "$1.txt"
}
cert() {
    name=$1; shift
    openssl req -x509 -out "$name.crt.pem" "$@" 2>/dev/null
    expect "$name.crt.pem"
}
for name in rsa1024 rsa2048 p256 p384 p521 ed25519 ed448 k256 dsa rsa-pss p256-explicit; do
    cert "$name" -key "private/$name.pem" -days 3650 -subj "/CN=test-only $name"
done
cert entra -key private/rsa2048.pem -days 1095 -subj '/CN=Microsoft Azure Federated SSO Certificate'
cert negative-serial -key private/rsa2048.pem -set_serial -79623 -subj /CN=negative
cert zero-serial -key private/rsa2048.pem -set_serial 0 -subj /CN=zero
cert long-serial -key private/rsa2048.pem -subj /CN=long \
    -set_serial 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
cert far-future -key private/rsa2048.pem -days 60000 -subj /CN=far
cert empty-subject -key private/rsa2048.pem -subj /
cert many-attributes -key private/rsa2048.pem -utf8 -multivalue-rdn \
    -subj '/C=GB/ST=Greater London/L=London/O=Ex, "Ample" \+ Söhne; <x>\\\\/OU= # /DC=example/UID=u1+CN=m=1/emailAddress=a@example.test'
openssl req -new -key private/rsa2048.pem -subj /CN=v1 -out rsa2048.csr.pem
openssl x509 -req -in rsa2048.csr.pem -signkey private/rsa2048.pem -days 3650 -out v1.crt.pem 2>/dev/null
expect v1.crt.pem
cat > private/odd.cnf <<'CNF'
[req]
distinguished_name = dn
x509_extensions = ext
string_mask = nombstr
utf8 = yes
prompt = no
[dn]
CN = café
O = Latin
[ext]
1.2.3.4 = ASN1:NULL
basicConstraints = critical,DER:FF
subjectAltName = critical,DER:00
CNF
cert odd-extensions -config private/odd.cnf -key private/rsa2048.pem -days 3650

# Forms of one certificate.
openssl x509 -in entra.crt.pem -outform DER -out entra.crt.der
openssl x509 -in entra.crt.pem -text -out entra.text.pem
openssl crl2pkcs7 -nocrl -certfile entra.crt.pem -out entra.p7b.pem
openssl crl2pkcs7 -nocrl -certfile entra.crt.pem -outform DER -out entra.p7b.der
cat entra.crt.pem v1.crt.pem p256.crt.pem > bundle.pem

# What DER or RFC 5280 does not allow; most of it OpenSSL takes.
python3 - <<'PY'
import subprocess
der = open("entra.crt.der", "rb").read()
def tlv(at):
    first = der[at + 1]
    if first < 0x80: return at + 2, first
    n = first & 0x7f
    return at + 2 + n, int.from_bytes(der[at + 2 : at + 2 + n], "big")
def enc(tag, value, pad=0):
    n = len(value).to_bytes((len(value).bit_length() + 7) // 8 or 1, "big")
    if pad: n = b"\0" * pad + n
    return bytes([tag]) + (bytes([len(value)]) if len(value) < 0x80 and not pad else bytes([0x80 | len(n)]) + n) + value
def children(value):
    out, at = [], 0
    global der
    der, kept = value, der
    while at < len(value):
        start, length = tlv(at)
        out.append((value[at], value[start : start + length]))
        at = start + length
    der = kept
    return out
start, length = tlv(0)
tbs, algorithm, signature = children(der[start : start + length])
fields = children(tbs[1])
def build(fields, pad=0):
    return enc(0x30, enc(0x30, b"".join(enc(t, v) for t, v in fields), pad) + enc(*algorithm) + enc(*signature), pad)
assert build(fields) == der
def with_(index, value):
    return build(fields[:index] + [value] + fields[index + 1 :])
serial = fields[1][1]
files = {
    "padded-serial": with_(1, (2, b"\0\0\0" + serial)),
    "long-lengths": build(fields, pad=1),
    "no-seconds": with_(4, (0x30, enc(0x17, b"2001020304Z") + enc(0x17, b"490102030405Z"))),
    "zone-offset": with_(4, (0x30, enc(0x17, b"200102030405+0100") + enc(0x18, b"20500102030405-0230"))),
    "generalized-early": with_(4, (0x30, enc(0x18, b"20200102030405Z") + enc(0x18, b"20300102030405Z"))),
    "unsigned-modulus": None,
    "bad-extensions": build(fields[:7] + [(0xa3, b"\x30\x03\x02\x01\x01")]),
    "bad-time": with_(4, (0x30, enc(0x17, b"201302030405Z") + enc(0x17, b"490102030405Z"))),
}
spki = children(fields[6][1])
modulus, exponent = children(children(spki[1][1][1:])[0][1])
pkcs1 = enc(0x30, enc(2, modulus[1].lstrip(b"\0")) + enc(*exponent))
files["unsigned-modulus"] = with_(6, (0x30, enc(*spki[0]) + enc(3, b"\0" + pkcs1)))
for name, octets in files.items():
    open(f"{name}.crt.der", "wb").write(octets)
PY
echo made: "$(ls | wc -l)" files
