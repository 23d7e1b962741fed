"""Prints the template by which xmlsec1 encrypts an assertion: an EncryptedAssertion with empty CipherValues.

    encryption.py DATA-ALGORITHM [OAEP-DIGEST]
"""

import sys

XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
algorithm = sys.argv[1]
namespace = XENC11 if algorithm.endswith("gcm") else XENC
print(
    f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element"><xenc:EncryptionMethod Algorithm="{namespace}{algorithm}"/>'
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod '
    f'Algorithm="{XENC}rsa-oaep-mgf1p"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>'
    "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
)
