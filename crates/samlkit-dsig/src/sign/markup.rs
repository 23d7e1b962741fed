//! `ds:Signature` as it is written (XMLSig §4).

use samlkit_c14n::Algorithm;
use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, algorithm};
use samlkit_xml::{WriteError, Writer};

use super::Naming;
use crate::ns::{DS, DSIG_MORE_2007, ENVELOPED_SIGNATURE};

/// Everything of a signature but its value.
pub(super) struct Markup {
    pub(super) naming: Naming,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) uri: String,
    pub(super) digest: DigestAlgorithm,
    pub(super) digest_value: String,
    pub(super) certificates: Vec<String>,
}

impl Markup {
    /// The signature with this value, in base64. It declares every prefix that it uses.
    pub(super) fn write(&self, value: &str) -> Result<String, WriteError> {
        let mut out = Names {
            naming: self.naming,
            writer: Writer::new(),
        };
        out.start("Signature");
        match self.naming {
            Naming::Prefixed => out.writer.declare("ds", DS),
            Naming::Unprefixed => out.writer.declare("", DS),
        };
        self.write_signed_info(&mut out);
        out.start("SignatureValue").text(value).end();
        if !self.certificates.is_empty() {
            out.start("KeyInfo");
            out.start("X509Data");
            for certificate in &self.certificates {
                out.start("X509Certificate").text(certificate).end();
            }
            out.writer.end().end();
        }
        out.writer.end();
        out.writer.finish()
    }

    fn write_signed_info(&self, out: &mut Names) {
        let canonicalization = Algorithm::Exclusive.uri();
        out.start("SignedInfo");
        out.method("CanonicalizationMethod", canonicalization).end();
        out.method("SignatureMethod", self.algorithm.uri());
        if let SignatureAlgorithm::RsaPss(parameters) = self.algorithm {
            out.writer
                .start("pss:RSAPSSParams")
                .declare("pss", DSIG_MORE_2007);
            out.method("DigestMethod", parameters.digest().uri()).end();
            out.writer
                .start("pss:MaskGenerationFunction")
                .attribute("Algorithm", algorithm::MGF1);
            out.method("DigestMethod", parameters.mgf1_digest().uri())
                .end();
            out.writer.end();
            let salt_length = parameters.salt_length().to_string();
            out.writer.start("pss:SaltLength").text(&salt_length).end();
            out.writer.start("pss:TrailerField").text("1").end();
            out.writer.end();
        }
        out.writer.end();
        out.start("Reference").attribute("URI", &self.uri);
        out.start("Transforms");
        out.method("Transform", ENVELOPED_SIGNATURE).end();
        out.method("Transform", canonicalization).end();
        out.writer.end();
        out.method("DigestMethod", self.digest.uri()).end();
        out.start("DigestValue").text(&self.digest_value).end();
        out.writer.end().end();
    }
}

/// A writer that knows how the names of XML-DSig are written.
struct Names {
    naming: Naming,
    writer: Writer,
}

impl Names {
    fn start(&mut self, name: &str) -> &mut Writer {
        match self.naming {
            Naming::Prefixed => self.writer.start(&["ds:", name].concat()),
            Naming::Unprefixed => self.writer.start(name),
        }
    }

    fn method(&mut self, name: &str, algorithm: &str) -> &mut Writer {
        self.start(name).attribute("Algorithm", algorithm)
    }
}
