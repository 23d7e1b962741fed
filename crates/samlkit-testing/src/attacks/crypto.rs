//! Algorithms and keys.

use samlkit::Code;
use samlkit::crypto::algorithm;

use super::surgery::{in_signature, signature_mut};
use crate::attack::{Attack, Class, Make, Shape};
use crate::markup::Element;
use crate::sign::Pending;
use crate::{TestKey, base64, ns};

const ONE: &[Shape] = &[Shape::Assertion, Shape::Response];
const HMAC: &[&str] = &["CVE-2009-0217", "XMLSig §6.3.1"];

pub(super) const ATTACKS: &[Attack] = &[
    // Algorithms.
    Attack::new(
        "hmac-with-public-key",
        Class::Algorithm,
        "an HMAC whose secret is the public key in PEM",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| method(r, ns::HMAC_SHA256)),
    )
    .on(ONE),
    Attack::new(
        "hmac-truncated-to-nothing",
        Class::Algorithm,
        "an HMAC of no bits, which everybody can make",
        Code::SignatureInvalid,
        Make::Edit(|r, s| truncated(r, s.ds("HMACOutputLength").text("0"))),
    )
    .refs(HMAC)
    .on(ONE),
    Attack::new(
        "hmac-truncated-to-a-byte",
        Class::Algorithm,
        "an HMAC of eight bits",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, s| {
            let length = s.ds("HMACOutputLength").text("8");
            let method = in_signature(r, "SignatureMethod")?;
            method.set("Algorithm", ns::HMAC_SHA1);
            method.append(length);
            in_signature(r, "SignatureValue")?.set_text("AA==");
            Some(())
        }),
    )
    .refs(HMAC)
    .on(ONE),
    Attack::new(
        "signature-method-with-output-length",
        Class::Algorithm,
        "an HMACOutputLength of no bits, of a signature that is no HMAC",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let length = s.ds("HMACOutputLength").text("0");
            in_signature(r, "SignatureMethod")?.append(length);
            Some(())
        }),
    )
    .refs(&["CVE-2009-0217"]),
    Attack::new(
        "signature-method-none",
        Class::Algorithm,
        "no signature algorithm",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, _| method(r, "")),
    )
    .codes(
        Code::AlgorithmNotAllowed,
        Code::AlgorithmNotAllowed,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "signature-method-unknown",
        Class::Algorithm,
        "an algorithm that nobody knows",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| method(r, "urn:example:signature")),
    )
    .on(ONE),
    Attack::new(
        "signature-method-dsa",
        Class::Algorithm,
        "DSA",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| method(r, ns::DSA_SHA1)),
    )
    .on(ONE),
    Attack::new(
        "signature-method-sha1",
        Class::Algorithm,
        "RSA with SHA-1, correct: collisions are affordable",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| method(r, ns::RSA_SHA1)),
    )
    .refs(&["RFC 9231 §2.3.1"])
    .on(ONE),
    Attack::new(
        "signature-method-md5",
        Class::Algorithm,
        "RSA with MD5",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| method(r, ns::RSA_MD5)),
    )
    .on(ONE),
    Attack::new(
        "digest-method-sha1",
        Class::Algorithm,
        "a SHA-1 digest under a strong signature, correct",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| {
            in_signature(r, "DigestMethod")?.set("Algorithm", ns::SHA1);
            Some(())
        }),
    )
    .on(ONE),
    Attack::new(
        "digest-method-md5",
        Class::Algorithm,
        "an MD5 digest",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| {
            in_signature(r, "DigestMethod")?.set("Algorithm", ns::MD5);
            Some(())
        }),
    )
    .on(ONE),
    Attack::new(
        "digest-method-none",
        Class::Algorithm,
        "no digest algorithm",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| {
            in_signature(r, "DigestMethod")?.set("Algorithm", "");
            Some(())
        }),
    )
    .on(ONE),
    Attack::new(
        "signature-method-of-another-kind-of-key",
        Class::Algorithm,
        "ECDSA, where the trusted keys are RSA",
        Code::UntrustedKey,
        Make::Edit(|r, _| method(r, algorithm::ECDSA_SHA256)),
    )
    .codes(
        Code::UntrustedKey,
        Code::UntrustedKey,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "signature-method-pss-for-pkcs1",
        Class::Algorithm,
        "a signature of PKCS#1 v1.5 that says it is PSS",
        Code::SignatureInvalid,
        Make::Edit(|r, _| method(r, algorithm::SHA256_RSA_MGF1)),
    ),
    Attack::new(
        "signature-method-other-digest",
        Class::Algorithm,
        "a signature over SHA-256 that says SHA-512",
        Code::SignatureInvalid,
        Make::Edit(|r, _| method(r, algorithm::RSA_SHA512)),
    ),
    Attack::new(
        "key-weak",
        Class::Algorithm,
        "a trusted key of 1024 bits",
        Code::SignatureInvalid,
        Make::BuildDeliver(
            |builder, _| builder.signed_by(TestKey::Weak),
            |delivery| delivery.idp = delivery.idp.clone().with_key(TestKey::Weak),
        ),
    )
    .on(ONE),
    // Keys.
    Attack::new(
        "key-untrusted",
        Class::Key,
        "correct, by a key that only the message knows",
        Code::UntrustedKey,
        Make::Build(|builder, _| builder.signed_by(TestKey::Untrusted)),
    )
    .refs(&["XMLSig §4.5", "CVE-2021-21239"]),
    Attack::new(
        "key-untrusted-behind-trusted-certificate",
        Class::Key,
        "by an unknown key, showing the certificate of the trusted one",
        Code::SignatureInvalid,
        Make::Build(|builder, _| {
            builder
                .signed_by(TestKey::Untrusted)
                .showing_certificate_of(TestKey::Active)
        }),
    ),
    Attack::new(
        "key-value-of-the-attacker",
        Class::Key,
        "by an unknown key, which KeyValue holds",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            let (modulus, exponent) = TestKey::Untrusted.rsa_numbers()?;
            let value = s
                .ds("RSAKeyValue")
                .containing(s.ds("Modulus").text(base64(&modulus)))
                .containing(s.ds("Exponent").text(base64(&exponent)));
            let info = s
                .ds("KeyInfo")
                .containing(s.ds("KeyValue").containing(value));
            with_key(r, TestKey::Untrusted)?;
            signature_mut(r)?.replace("KeyInfo", info).map(drop)
        }),
    )
    .refs(&["XMLSig §4.5.2"])
    .on(ONE),
    Attack::new(
        "key-none",
        Class::Key,
        "by an unknown key, with no KeyInfo",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            with_key(r, TestKey::Untrusted)?;
            signature_mut(r)?.take("KeyInfo").map(drop)
        }),
    )
    .on(ONE),
    Attack::new(
        "key-by-retrieval",
        Class::Key,
        "by an unknown key, which a RetrievalMethod names by URL",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            let retrieval = s
                .ds("RetrievalMethod")
                .with("URI", "http://127.0.0.1/key.pem")
                .with("Type", "http://www.w3.org/2000/09/xmldsig#X509Data");
            with_key(r, TestKey::Untrusted)?;
            let info = s.ds("KeyInfo").containing(retrieval);
            signature_mut(r)?.replace("KeyInfo", info).map(drop)
        }),
    )
    .refs(&["XMLSig §4.5.3"])
    .on(ONE),
    Attack::new(
        "key-certificates-both",
        Class::Key,
        "by an unknown key, whose certificate stands behind the trusted one",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            with_key(r, TestKey::Untrusted)?;
            let data = in_signature(r, "X509Data")?;
            data.append(
                s.ds("X509Certificate")
                    .text(TestKey::Untrusted.certificate_base64()),
            );
            Some(())
        }),
    )
    .on(ONE),
    Attack::new(
        "key-certificates-both-reversed",
        Class::Key,
        "by an unknown key, whose certificate stands before the trusted one",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            with_key(r, TestKey::Untrusted)?;
            let evil = s
                .ds("X509Certificate")
                .text(TestKey::Untrusted.certificate_base64());
            in_signature(r, "X509Data")?.insert_before("X509Certificate", evil)
        }),
    )
    .on(ONE),
    Attack::new(
        "key-certificate-with-evil-key",
        Class::Key,
        "by an unknown key; the subject of its certificate is that of the trusted one",
        Code::UntrustedKey,
        Make::Sign(|r, s| {
            with_key(r, TestKey::Untrusted)?;
            let certificate = s
                .ds("X509Certificate")
                .text(TestKey::Untrusted.certificate_base64());
            let data = s
                .ds("X509Data")
                .containing(
                    s.ds("X509SubjectName")
                        .text("CN=Microsoft Azure Federated SSO Certificate"),
                )
                .containing(certificate);
            let info = s.ds("KeyInfo").containing(data);
            signature_mut(r)?.replace("KeyInfo", info).map(drop)
        }),
    )
    .on(ONE),
    Attack::new(
        "key-of-service-provider",
        Class::Key,
        "by the service provider's own key",
        Code::UntrustedKey,
        Make::Build(|builder, _| builder.signed_by(TestKey::Sp)),
    ),
    Attack::new(
        "key-inner-untrusted",
        Class::Key,
        "the response by the trusted key, the assertion in it by an unknown one",
        Code::UntrustedKey,
        Make::Build(|builder, _| builder.assertion_signed_by(TestKey::Untrusted)),
    )
    .on(&[Shape::Both]),
    Attack::new(
        "key-outer-untrusted",
        Class::Key,
        "the assertion by the trusted key, the response by an unknown one",
        Code::UntrustedKey,
        Make::Build(|builder, s| {
            builder
                .signed_by(TestKey::Untrusted)
                .assertion_signed_by(s.idp.key())
        }),
    )
    .on(&[Shape::Both]),
];

fn method(response: &mut Element, uri: &str) -> Option<()> {
    in_signature(response, "SignatureMethod")?.set("Algorithm", uri);
    Some(())
}

fn truncated(response: &mut Element, length: Element) -> Option<()> {
    in_signature(response, "SignatureMethod")?.append(length);
    in_signature(response, "SignatureValue")?.set_text("");
    Some(())
}

/// Has the innermost signature made with another key, under the same `KeyInfo`.
fn with_key(response: &mut Element, key: TestKey) -> Option<()> {
    signature_mut(response)?.pending = Some(Pending::with(key));
    Some(())
}
