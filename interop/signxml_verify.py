"""signxml.py FILE CERTIFICATE: verifies the one signature of a document with signxml."""

import pathlib
import sys

import signxml

configuration = signxml.SignatureConfiguration(expect_references=1)
try:
    signxml.XMLVerifier().verify(
        pathlib.Path(sys.argv[1]).read_bytes(),
        x509_cert=pathlib.Path(sys.argv[2]).read_text(),
        id_attribute="ID",
        expect_config=configuration,
    )
except Exception as error:  # noqa: BLE001: whatever it says, it refuses
    print(f"REFUSED {error!r}")
    sys.exit(1)
