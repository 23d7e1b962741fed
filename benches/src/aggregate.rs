//! Signed metadata aggregates of any size, the same ones each time.

use core::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine as _;
use samlkit_c14n::{Algorithm, Canonicalizer, Treatment};
use samlkit_crypto::{DigestAlgorithm, Hasher, SignatureAlgorithm, Signer as _};
use samlkit_testing::TestKey;
use samlkit_xml::Document;

const ROOT: &str = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:shibmd=\"urn:mace:shibboleth:metadata:1.0\" \
Name=\"https://federation.example/\" ID=\"_aggregate\" validUntil=\"2026-12-31T00:00:00Z\" cacheDuration=\"PT6H\">";
const END: &str = "\n</md:EntitiesDescriptor>";

/// Writes a signed aggregate of about `size` octets: entities as federations publish them, pretty-printed, identity and service
/// providers by turns, signed by the key of [`key`](crate::key) over its exclusive canonical form.
///
/// # Errors
///
/// Those of `out`.
pub fn write(size: usize, out: &mut impl Write) -> io::Result<()> {
    let signed_info = signed_info(&digest(size));
    let value = base64::engine::general_purpose::STANDARD.encode(sign(&signed_info));
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{ROOT}\n  <ds:Signature>{}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>",
        signed_info.replace(" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"", "")
    )?;
    for entity in entities(size) {
        out.write_all(entity.as_bytes())?;
    }
    out.write_all(END.as_bytes())?;
    out.flush()
}

/// As [`write()`], in memory.
#[must_use]
pub fn signed(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + (64 << 10));
    write(size, &mut out).expect("memory takes everything");
    out
}

/// The digest of what [`write()`] writes without the signature, in canonical form.
fn digest(size: usize) -> String {
    let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    let mut hasher = Hasher::new(DigestAlgorithm::Sha256);
    let mut octets = Vec::new();
    let mut piece = |text: &str, is_start: bool| {
        let text = format!("{ROOT}{text}</md:EntitiesDescriptor>");
        let document = Document::parse(text.as_bytes()).expect("well-formed");
        octets.clear();
        if is_start {
            let started = canonicalizer.start_tag(document.root(), &mut octets);
            started.expect("canonical");
        }
        canonicalizer
            .content(
                document.root(),
                |_| Treatment::Pass,
                &mut octets,
                &mut Vec::new(),
            )
            .expect("canonical");
        hasher.update(&octets);
    };
    piece("\n  ", true);
    for entity in entities(size) {
        piece(&entity, false);
    }
    hasher.update(END.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(hasher.finalize())
}

/// `SignedInfo` in canonical form.
fn signed_info(digest: &str) -> String {
    let method = |name: &str, uri: &str| format!("<ds:{name} Algorithm=\"{uri}\"></ds:{name}>");
    let exclusive = Algorithm::Exclusive.uri();
    format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}{}<ds:Reference URI=\"#_aggregate\"><ds:Transforms>{}{}</ds:Transforms>{}<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        method("CanonicalizationMethod", exclusive),
        method("SignatureMethod", SignatureAlgorithm::RsaSha256.uri()),
        method(
            "Transform",
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
        ),
        method("Transform", exclusive),
        method("DigestMethod", DigestAlgorithm::Sha256.uri()),
    )
}

fn sign(signed_info: &str) -> Vec<u8> {
    let signed = crate::signing_key().sign(signed_info.as_bytes());
    signed.expect("the key signs")
}

/// Entities of together `size` octets or some more.
fn entities(size: usize) -> impl Iterator<Item = String> {
    let certificate = certificate();
    let mut written = 0;
    (0..).map_while(move |number: usize| {
        (written < size).then(|| {
            let entity = entity(number, &certificate);
            written += entity.len();
            entity
        })
    })
}

/// The certificate, in lines of 64.
fn certificate() -> String {
    let lines = TestKey::Active
        .certificate_pem()
        .lines()
        .filter(|line| !line.starts_with("-----"));
    lines.fold(String::new(), |text, line| text + "\n" + line)
}

fn entity(number: usize, certificate: &str) -> String {
    let mut xml = String::with_capacity(8 << 10);
    let is_idp = number.is_multiple_of(2);
    let kind = if is_idp { "idp" } else { "sp" };
    let host = format!("{kind}{number}.university.example");
    let role = if is_idp {
        "IDPSSODescriptor"
    } else {
        "SPSSODescriptor"
    };
    write!(
        xml,
        "
  <md:EntityDescriptor entityID=\"https://{host}/shibboleth\" ID=\"_{kind}{number}\">
    <md:Extensions>
      <mdrpi:RegistrationInfo xmlns:mdrpi=\"urn:oasis:names:tc:SAML:metadata:rpi\" registrationInstant=\"2019-03-04T10:20:30Z\" registrationAuthority=\"https://federation.example\">
        <mdrpi:RegistrationPolicy xml:lang=\"en\">https://federation.example/policy</mdrpi:RegistrationPolicy>
      </mdrpi:RegistrationInfo>
    </md:Extensions>
    <md:{role} protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">
      <md:Extensions>
        <shibmd:Scope regexp=\"false\">{host}</shibmd:Scope>
        <mdui:UIInfo>
          <mdui:DisplayName xml:lang=\"en\">University No. {number} &amp; Partners</mdui:DisplayName>
          <mdui:DisplayName xml:lang=\"fr\">Université n° {number}</mdui:DisplayName>
          <mdui:Description xml:lang=\"en\">Sign-on for students and staff of university number {number}</mdui:Description>
          <mdui:Logo height=\"60\" width=\"80\">https://{host}/logo.png?size=80&amp;kind=small</mdui:Logo>
        </mdui:UIInfo>
      </md:Extensions>"
    )
    .expect("writing to a string");
    for usage in ["signing", "encryption"] {
        write!(
            xml,
            "
      <md:KeyDescriptor use=\"{usage}\">
        <ds:KeyInfo>
          <ds:X509Data>
            <ds:X509Certificate>{certificate}
            </ds:X509Certificate>
          </ds:X509Data>
        </ds:KeyInfo>
      </md:KeyDescriptor>"
        )
        .expect("writing to a string");
    }
    endpoints(&mut xml, is_idp, &host);
    write!(
        xml,
        "
    </md:{role}>
    <md:Organization>
      <md:OrganizationName xml:lang=\"en\">University No. {number}</md:OrganizationName>
      <md:OrganizationDisplayName xml:lang=\"en\">University No. {number}</md:OrganizationDisplayName>
      <md:OrganizationURL xml:lang=\"en\">https://www.{host}/</md:OrganizationURL>
    </md:Organization>
    <md:ContactPerson contactType=\"technical\">
      <md:GivenName>Administrator</md:GivenName>
      <md:EmailAddress>mailto:admin@{host}</md:EmailAddress>
    </md:ContactPerson>
  </md:EntityDescriptor>"
    )
    .expect("writing to a string");
    xml
}

fn endpoints(xml: &mut String, is_idp: bool, host: &str) {
    const BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings";
    for binding in ["HTTP-Redirect", "HTTP-POST"] {
        write!(
            xml,
            "
      <md:SingleLogoutService Binding=\"{BINDING}:{binding}\" Location=\"https://{host}/SLO/{binding}\"/>"
        )
        .expect("writing to a string");
    }
    xml.push_str(
        "
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>",
    );
    for (index, binding) in ["HTTP-POST", "HTTP-Redirect", "HTTP-POST-SimpleSign"]
        .into_iter()
        .enumerate()
    {
        let written = if is_idp {
            write!(
                xml,
                "
      <md:SingleSignOnService Binding=\"{BINDING}:{binding}\" Location=\"https://{host}/SSO/{binding}\"/>"
            )
        } else {
            write!(
                xml,
                "
      <md:AssertionConsumerService index=\"{index}\" Binding=\"{BINDING}:{binding}\" Location=\"https://{host}/ACS/{binding}\"/>"
            )
        };
        written.expect("writing to a string");
    }
}
