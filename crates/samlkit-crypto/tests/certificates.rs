//! Certificates are read as OpenSSL reads them, most odd ones too, and from every form that people have them in.

use samlkit_crypto::{Certificate, CertificatePart, Error, Form, PublicKey};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("data/", $name)).as_slice()
    };
}

/// A certificate and what OpenSSL says of it.
macro_rules! described {
    ($($name:literal),* $(,)?) => {
        [$((
            $name,
            data!(concat!($name, ".crt.pem")),
            include_str!(concat!("data/", $name, ".crt.pem.txt")),
        )),*]
    };
}

/// What follows `key=` in OpenSSL's words.
fn said<'a>(description: &'a str, key: &str) -> &'a str {
    description
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .unwrap_or("not said")
}

#[test]
fn as_openssl_reads_them() {
    for (name, pem, description) in described![
        "dsa",
        "ed25519",
        "ed448",
        "empty-subject",
        "entra",
        "far-future",
        "k256",
        "long-serial",
        "many-attributes",
        "negative-serial",
        "odd-extensions",
        "p256",
        "p256-explicit",
        "p384",
        "p521",
        "rsa-pss",
        "rsa1024",
        "rsa2048",
        "v1",
        "zero-serial",
    ] {
        let certificate = Certificate::parse(pem).unwrap();
        assert_eq!(certificate.serial(), said(description, "serial"), "{name}");
        assert_eq!(
            certificate.subject(),
            said(description, "subject"),
            "{name}"
        );
        assert_eq!(certificate.issuer(), said(description, "issuer"), "{name}");
        assert_eq!(
            certificate.not_before().to_string(),
            said(description, "notBefore"),
            "{name}"
        );
        assert_eq!(
            certificate.not_after().to_string(),
            said(description, "notAfter"),
            "{name}"
        );
        let sha1 = said(description, "sha1 Fingerprint").replace(':', "");
        assert_eq!(certificate.sha1_thumbprint().to_string(), sha1, "{name}");
        let sha256 = said(description, "sha256 Fingerprint").replace(':', "");
        assert_eq!(
            certificate.sha256_thumbprint().to_string(),
            sha256,
            "{name}"
        );
    }
}

#[test]
fn the_key_inside() {
    for (certificate, key) in [
        (data!("rsa1024.crt.pem"), data!("rsa1024.pub.der")),
        (data!("rsa2048.crt.pem"), data!("rsa2048.pub.der")),
        (data!("p256.crt.pem"), data!("p256.pub.der")),
        (data!("p384.crt.pem"), data!("p384.pub.der")),
        (data!("p521.crt.pem"), data!("p521.pub.der")),
        (data!("ed25519.crt.pem"), data!("ed25519.pub.der")),
        (data!("v1.crt.pem"), data!("rsa2048.pub.der")),
        (data!("negative-serial.crt.pem"), data!("rsa2048.pub.der")),
        (data!("odd-extensions.crt.pem"), data!("rsa2048.pub.der")),
    ] {
        let certificate = Certificate::parse(certificate).unwrap();
        assert_eq!(certificate.public_key(), PublicKey::from_spki_der(key));
        assert_eq!(certificate.clone().public_key(), certificate.public_key());
    }
}

#[test]
fn a_key_of_another_type_does_not_hide_the_certificate() {
    for (pem, oid) in [
        (data!("dsa.crt.pem"), "1.2.840.10040.4.1"),
        (data!("ed448.crt.pem"), "1.3.101.113"),
        (data!("k256.crt.pem"), "1.3.132.0.10"),
        (data!("rsa-pss.crt.pem"), "1.2.840.113549.1.1.10"),
        (data!("p256-explicit.crt.pem"), "1.2.840.10045.2.1"),
    ] {
        match Certificate::parse(pem).unwrap().public_key() {
            Err(Error::UnsupportedKey { oid: found }) => assert_eq!(found.to_string(), oid),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn odd_ones_that_still_hold_a_key() {
    let entra = Certificate::from_der(data!("entra.crt.der")).unwrap();
    let dates = (entra.not_before(), entra.not_after());
    for (der, dates) in [
        (data!("unsigned-modulus.crt.der"), dates),
        (data!("bad-extensions.crt.der"), dates),
        (
            data!("generalized-early.crt.der"),
            (1_577_934_245, 1_893_553_445),
        ),
    ] {
        let certificate = Certificate::from_der(der).unwrap();
        assert_eq!(certificate.serial(), entra.serial());
        assert_eq!(certificate.public_key(), entra.public_key());
        assert_eq!((certificate.not_before(), certificate.not_after()), dates);
        assert_eq!(certificate.der(), der);
    }
}

/// OpenSSL refuses the padded serial number too. The other forms are from before RFC 2459, and BER: no identity provider's
/// certificate is known to have them.
#[test]
fn encodings_that_are_not_der_are_refused() {
    for (der, part) in [
        (
            data!("padded-serial.crt.der"),
            CertificatePart::SerialNumber,
        ),
        (data!("long-lengths.crt.der"), CertificatePart::Structure),
        (data!("no-seconds.crt.der"), CertificatePart::Validity),
        (data!("zone-offset.crt.der"), CertificatePart::Validity),
        (data!("bad-time.crt.der"), CertificatePart::Validity),
    ] {
        assert_eq!(
            Certificate::from_der(der),
            Err(Error::MalformedCertificate { part })
        );
    }
}

#[test]
fn one_certificate_in_every_form() {
    let der = data!("entra.crt.der");
    let certificate = Certificate::from_der(der).unwrap();
    let pem = core::str::from_utf8(data!("entra.crt.pem")).unwrap();
    let body = pem
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect::<Vec<_>>();
    let crlf = format!("\u{feff}\r\n{}", pem.replace('\n', "\r\n"));
    let pasted = pem.replace('\n', " ");
    let indented = format!("\n      {}\n    ", body.join("\n      "));
    let doubled = format!("{}\u{c}\t", body.join("\r\n"));
    for (form, input) in [
        ("DER", der),
        ("DER, saved by an editor", &[der, b"\r\n"].concat()),
        ("PEM", pem.as_bytes()),
        ("PEM after its text", data!("entra.text.pem")),
        ("PEM with CRLF and byte order mark", crlf.as_bytes()),
        ("PEM on one line", pasted.as_bytes()),
        ("base64", body.concat().as_bytes()),
        ("base64, indented", indented.as_bytes()),
        ("base64, CRLF and stray white space", doubled.as_bytes()),
        (
            "base64 without padding",
            body.concat().trim_end_matches('=').as_bytes(),
        ),
        (
            "PEM of an old label",
            pem.replace("CERTIFICATE", "X509 CERTIFICATE").as_bytes(),
        ),
        (
            "with its private key",
            &[data!("rsa2048.pkcs8.key.pem"), pem.as_bytes()].concat(),
        ),
    ] {
        assert_eq!(Certificate::parse(input), Ok(certificate.clone()), "{form}");
    }
    assert_eq!(Certificate::from_pem(pem), Ok(certificate.clone()));
    assert_eq!(Certificate::from_base64(&indented), Ok(certificate));
    assert_eq!(Certificate::from_base64(pem), Err(Error::MalformedBase64));
}

#[test]
fn several_certificates() {
    let bundle = data!("bundle.pem");
    assert_eq!(
        Certificate::parse(bundle),
        Err(Error::SeveralCertificates { count: 3 })
    );
    let subjects = Certificate::parse_all(bundle)
        .unwrap()
        .iter()
        .map(Certificate::subject)
        .collect::<Vec<_>>();
    assert_eq!(
        subjects,
        [
            "CN=Microsoft Azure Federated SSO Certificate",
            "CN=v1",
            "CN=test-only p256"
        ]
    );
    assert_eq!(
        Certificate::parse_all(data!("v1.crt.pem")).unwrap().len(),
        1
    );
}

#[test]
fn what_people_paste_instead() {
    let wrong = |found| Err(Error::WrongInput { found });
    let malformed = |part| Err(Error::MalformedCertificate { part });
    let cases: [(&[u8], Result<Certificate, Error>); 12] = [
        (b"", Err(Error::Nothing)),
        (b"<EntityDescriptor/>", wrong(Form::Xml)),
        (data!("rsa2048.csr.pem"), wrong(Form::CertificateRequest)),
        (data!("entra.p7b.pem"), wrong(Form::Pkcs7)),
        (data!("entra.p7b.der"), wrong(Form::Pkcs7)),
        (data!("rsa2048.pub.pem"), wrong(Form::PublicKey)),
        (data!("rsa2048.pub.der"), wrong(Form::PublicKey)),
        (data!("rsa2048.pkcs8.key.pem"), Err(Error::PrivateKey)),
        (data!("rsa2048.pkcs1.key.der"), Err(Error::PrivateKey)),
        (b"51:B0:7D:DF", Err(Error::MalformedBase64)),
        (b"-----BEGIN CERTIFICATE-----", Err(Error::MalformedPem)),
        (
            b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
            malformed(CertificatePart::Structure),
        ),
    ];
    for (input, expected) in cases {
        assert_eq!(
            Certificate::parse(input),
            expected,
            "{}",
            String::from_utf8_lossy(input)
        );
    }
    let limit = 64 * 1024;
    assert_eq!(
        Certificate::from_der(&vec![0x30; limit + 1]),
        Err(Error::TooLong { limit })
    );
}

#[test]
fn every_truncation_is_refused() {
    let der = data!("entra.crt.der");
    let structure = Err(Error::MalformedCertificate {
        part: CertificatePart::Structure,
    });
    for length in 0..der.len() {
        assert_eq!(Certificate::from_der(&der[..length]), structure);
    }
    assert_eq!(Certificate::from_der(&[der, &[0]].concat()), structure);
}

#[test]
fn the_last_second_still_counts() {
    let certificate = Certificate::from_der(data!("entra.crt.der")).unwrap();
    assert!(!certificate.is_expired_at(certificate.not_before()));
    assert!(!certificate.is_expired_at(certificate.not_after()));
    assert!(certificate.is_expired_at(certificate.not_after() + 1));
}

#[test]
fn debug_shows_the_thumbprint_alone() {
    let certificate = Certificate::from_der(data!("entra.crt.der")).unwrap();
    let expected = format!(
        "Certificate {{ thumbprint: Thumbprint({}), .. }}",
        certificate.sha256_thumbprint()
    );
    assert_eq!(format!("{certificate:?}"), expected);
}
