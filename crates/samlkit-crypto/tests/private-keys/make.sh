#!/bin/sh
# Makes every file beside it anew with OpenSSL 3. The keys are test-only: they are published here. Needs openssl, python3.
set -eu
cd "$(dirname "$0")"
find . -maxdepth 1 -type f ! -name make.sh ! -name README.md -delete

public() { openssl pkey -in "$1.pkcs8.pem" -pubout -outform DER -out "$1.pub.der"; }
key() {
    name=$1; shift
    openssl genpkey "$@" -out "$name.pkcs8.pem" 2>/dev/null
    public "$name"
}
for bits in 1024 2048 3072; do key "rsa$bits" -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits"; done
key rsa2048-e3 -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3
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
def write(name, numbers):
    conf = "asn1=SEQUENCE:rsa\n[rsa]\n" + "".join(f"n{i}=INTEGER:0x{v:x}\n" for i, v in enumerate(numbers))
    open("rsa.cnf", "w").write(conf)
    subprocess.run(["openssl", "asn1parse", "-genconf", "rsa.cnf", "-noout", "-out", name], check=True)
crt = [d % (p - 1), d % (q - 1), pow(q, -1, p)]
write("rsa2049.pkcs1.der", [0, n, e, d, p, q, *crt])
write("rsa2049-other-d.pkcs1.der", [0, n, e, d + 2, p, q, *crt])
write("rsa2049-other-prime.pkcs1.der", [0, n, e, d, p + 2, q, *crt])
write("rsa2049-even.pkcs1.der", [0, n + 1, e, d, p, q, *crt])
subprocess.run(["rm", "rsa.cnf"], check=True)
PY
openssl pkey -in rsa2049.pkcs1.der -inform DER -out rsa2049.pkcs8.pem
public rsa2049
for curve in 256 384 521; do
    key "p$curve" -algorithm EC -pkeyopt "ec_paramgen_curve:P-$curve"
    openssl pkey -in "p$curve.pkcs8.pem" -traditional -out "p$curve.sec1.pem"
    openssl ec -in "p$curve.pkcs8.pem" -outform DER -out "p$curve.sec1.der" 2>/dev/null
done
openssl ec -in p256.pkcs8.pem -no_public -out p256-no-public.sec1.pem 2>/dev/null
{ openssl ecparam -name prime256v1; cat p256.sec1.pem; } > p256-with-parameters.sec1.pem
key k256 -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
key ed25519 -algorithm ED25519
key ed448 -algorithm ED448
openssl pkey -in rsa2048.pkcs8.pem -traditional -out rsa2048.pkcs1.pem
openssl rsa -in rsa2048.pkcs8.pem -traditional -outform DER -out rsa2048.pkcs1.der 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in rsa2048.pkcs8.pem -outform DER -out rsa2048.pkcs8.der
openssl genrsa -traditional -primes 3 2048 2>/dev/null > rsa2048-three-primes.pkcs1.pem
openssl pkcs8 -topk8 -in rsa2048.pkcs8.pem -passout pass:test -out rsa2048.encrypted.pem
openssl pkcs8 -topk8 -in rsa2048.pkcs8.pem -passout pass:test -outform DER -out rsa2048.encrypted.der
openssl rsa -in rsa2048.pkcs8.pem -traditional -aes128 -passout pass:test -out rsa2048.legacy-encrypted.pem 2>/dev/null
openssl req -x509 -new -key rsa2048.pkcs8.pem -subj "/CN=test only" -days 36500 -out certificate.pem
cat certificate.pem rsa2048.pkcs8.pem > rsa2048-with-certificate.pem
openssl pkcs12 -export -inkey rsa2048.pkcs8.pem -in certificate.pem -passout pass:test -out rsa2048.p12
cat rsa2048.pkcs8.pem p256.pkcs8.pem > two.pem
