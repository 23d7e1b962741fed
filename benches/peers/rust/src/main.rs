//! SAML and XML Signature libraries in Rust that can stand in one binary.

mod gamlastan;
mod samael;
mod saml;
mod saml_rs;
mod xml_sec;

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use peers_harness::{Maker, serve};

const PEERS: [Maker; 5] = [
    ("gamlastan 0.9.1", gamlastan::make),
    ("saml 0.1.0-alpha.1", saml::make),
    ("saml-rs 0.6.1", saml_rs::make),
    ("samael 0.0.22", samael::make),
    ("xml-sec 0.4.1", xml_sec::make),
];

fn main() -> ExitCode {
    serve(&PEERS)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// For libraries that take the decoded message. White space, which a form may have, is looked for only if it is in the way.
fn decode(form: &str) -> Result<String, String> {
    let octets = STANDARD.decode(form).or_else(|_| {
        let packed: String = form.split_ascii_whitespace().collect();
        STANDARD.decode(packed)
    });
    String::from_utf8(octets.map_err(text)?).map_err(text)
}
