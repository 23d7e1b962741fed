//! A sign-on of an Azure AD (Entra ID) user to Mimecast, from the settings of both sides to the Mimecast address, and three
//! messages that are refused.
//!
//! Run it from the root of the workspace: `cargo run --release --example sign_in`. It reads committed fixtures, in which every
//! name and key is made up, and fails if anything is not as it tells.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use samlkit::metadata::Metadata;
use samlkit::profiles::azure::Claims;
use samlkit::profiles::idp::IdpDescription;
use samlkit::profiles::mimecast::{
    Address, AuthenticationProfile, Directory, Domain, FieldValue, PersonalPortal, Setup, Subject,
};
use samlkit::{
    Code, Expected, Identity, IdentityProvider, InMemoryReplay, Rejection, ServiceProvider,
    Timestamp, ValueRef, parse_date_time,
};

/// The request that the response answers. A service provider keeps it in the browser's session when it sends the request.
const REQUEST_ID: &str = "_d45f1f310645d6ff4f7f087051effb23";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nNot as told: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let now = parse_date_time("2026-01-15T10:01:00Z").ok_or("a time")?;
    let portal: PersonalPortal = "eu:CUK1A1".parse()?;
    let metadata = Metadata::read_unverified(&fixture("metadata.xml")?)?;
    let entity = metadata
        .entities()
        .next()
        .ok_or("the metadata has no entity")?;

    println!(
        "A sign-on of an Azure AD (Entra ID) user to the Mimecast account CUK1A1 in Europe. Names and keys are made up."
    );
    settings(&portal, &IdpDescription::from_metadata(entity)?, now)?;

    heading("3. A user signs on");
    let service_provider = ServiceProvider::new(
        portal.identifier(),
        portal.reply_url(),
        IdentityProvider::from_metadata(entity, now)?,
    )?;
    let replay = InMemoryReplay::default();
    let response = fixture("eu.xml")?;
    let expected = Expected::answer_to(REQUEST_ID);
    println!("Entra has posted a response to the Reply URL. It is {now}.\n");
    let identity = service_provider.accept_xml(&response, expected, now, &replay)?;
    show(&identity);
    assure(
        identity.name_id().value() == "britta.simon@contoso.example",
        "the subject is Britta Simon",
    )?;
    link(&identity)?;

    heading("4. Three messages that are refused");
    println!("A refusal names one broken rule. The operator sees this:\n");

    let tampered = String::from_utf8(response.clone())?.replace("britta.simon@", "boss@");
    let refused = service_provider.accept_xml(
        tampered.as_bytes(),
        expected,
        now,
        &InMemoryReplay::default(),
    );
    explain(
        "The same message, with another user's address written into it",
        refused,
        Code::SignatureInvalid,
    )?;

    let other_region = fixture("bad/wrong-audience.xml")?;
    let expected_there = Expected::answer_to("_2fe1a7e5a13d1f7c1484ac36c476b27c");
    let refused = service_provider.accept_xml(&other_region, expected_there, now, &replay);
    explain(
        "A message that Entra made for the region us, truly signed",
        refused,
        Code::AudienceMismatch,
    )?;

    let refused = service_provider.accept_xml(&response, expected, now, &replay);
    explain(
        "The message of step 3, sent once more",
        refused,
        Code::Replayed,
    )?;

    println!(
        "The browser is told the same each time: \"{}\"",
        Rejection::PUBLIC_MESSAGE
    );
    Ok(())
}

/// What to type where.
fn settings(
    portal: &PersonalPortal,
    idp: &IdpDescription,
    now: Timestamp,
) -> Result<(), Box<dyn Error>> {
    let setup = Setup::with_identity_provider(portal.clone(), idp, now);
    heading("1. In the Azure portal");
    println!("Enterprise applications > Mimecast Personal Portal > Single sign-on > SAML\n");
    field("Identifier", &setup.identifier());
    field("Reply URL", &setup.reply_url());
    field("Sign-on URL", &setup.sign_on_url());

    heading("2. In Mimecast");
    println!("Services > Applications > Authentication Profiles > New Authentication Profile\n");
    for entry in setup
        .authentication_profile()
        .into_iter()
        .flat_map(AuthenticationProfile::fields)
    {
        let value = match entry.value() {
            FieldValue::Text(text) if text.len() > 90 => {
                format!("{}...", text.get(..76).unwrap_or_default())
            }
            FieldValue::Text(text) => text.to_owned(),
            FieldValue::Ticked(true) => "[x]".to_owned(),
            _ => "[ ]".to_owned(),
        };
        // The form's own names, without the explanations in them.
        let label = entry
            .label()
            .replace(" for Mimecast Personal Portal", "")
            .replace(" (Metadata)", "");
        field(&label, &value);
    }
    for warning in setup.warnings() {
        println!("\nTo be looked at: {warning}.\n  {}", warning.help());
    }
    assure(
        setup.identifier() == "https://eu-api.mimecast.com/sso/CUK1A1",
        "the identifier is the tutorial's",
    )?;
    assure(
        setup.reply_url() == "https://eu-api.mimecast.com/login/saml",
        "the reply URL is the tutorial's",
    )?;
    assure(
        setup.authentication_profile().is_some(),
        "the metadata fills in the profile",
    )
}

/// What the signed octets say.
fn show(identity: &Identity) {
    println!("Accepted. Everything below was read from the octets that Entra's key signed:\n");
    field("Issuer", identity.issuer());
    field("NameID", identity.name_id().value());
    field(
        "In response to",
        identity.in_response_to().unwrap_or("nothing"),
    );
    field("Signed", identity.signed_parts().as_str());
    field("Signature algorithm", identity.signature_algorithm().uri());
    field("Usable until", &identity.not_on_or_after().to_string());
    for attribute in identity.attributes() {
        let values: Vec<&str> = texts(attribute.values()).collect();
        // The last part of the URI is the part that people know.
        field(
            attribute.name().rsplit('/').next().unwrap_or_default(),
            &values.join(", "),
        );
    }
}

/// The Mimecast user that the identity belongs to.
fn link(identity: &Identity) -> Result<(), Box<dyn Error>> {
    let mut directory = Directory::new();
    directory.register_domain(Domain::new("contoso.example")?);
    directory.add_address(Address::new("Britta.Simon@contoso.example")?)?;

    let attributes = identity
        .attributes()
        .map(|attribute| (attribute.name(), texts(attribute.values())));
    let claims = Claims::from_attributes(attributes)?;
    let mut subject = Subject::new(identity.name_id().value());
    if let Some(email) = claims.email() {
        subject = subject.with_email(email);
    }
    let address = directory.link(&subject)?;
    println!();
    field("Mimecast address", address.as_str());
    assure(
        address.as_str() == "Britta.Simon@contoso.example",
        "the identity links to its address",
    )
}

fn explain(
    title: &str,
    outcome: Result<Identity, Rejection>,
    code: Code,
) -> Result<(), Box<dyn Error>> {
    let Err(rejection) = outcome else {
        return Err(format!("{title}: accepted").into());
    };
    println!("{title}:");
    println!("  {}: {rejection}", rejection.code());
    println!("  rule: {}", rejection.section());
    println!("  help: {}\n", rejection.help().unwrap_or("none"));
    assure(
        rejection.code() == code,
        "the refusal is for the rule that was broken",
    )
}

fn assure(holds: bool, what: &str) -> Result<(), Box<dyn Error>> {
    if holds { Ok(()) } else { Err(what.into()) }
}

fn texts<'i>(values: impl Iterator<Item = ValueRef<'i>>) -> impl Iterator<Item = &'i str> {
    values.filter_map(|value| match value {
        ValueRef::Text(text) => Some(text),
        _ => None,
    })
}

fn heading(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.len()));
}

fn field(name: &str, value: &str) {
    println!("  {name:<30} {value}");
}

fn fixture(name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fixtures/entra")
            .join(name),
    )
}
