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

fn decode(form: &str) -> Result<String, String> {
    String::from_utf8(STANDARD.decode(form).map_err(text)?).map_err(text)
}
