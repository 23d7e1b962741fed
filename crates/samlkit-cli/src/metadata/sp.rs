//! `samlkit metadata sp`

use std::path::PathBuf;

use clap::Args;
use samlkit::core::uri::{binding, nameid_format};
use samlkit::crypto::{Randomness as _, Signer as _, SystemRandomness};
use samlkit::dsig::sign::{Position, Template};
use samlkit::metadata::{
    Endpoint, EntityDescriptor, IndexedEndpoint, KeyDescriptor, KeyInfo, KeyUse, SpSsoDescriptor,
    X509Certificate,
};
use samlkit::profiles::idp::IdpKind;
use samlkit::profiles::mimecast::PersonalPortal;
use samlkit::xml::Document;
use samlkit::{Certificate, TrustedKey};

use crate::cli::SpArgs;
use crate::failure::Failure;
use crate::output::Outcome;
use crate::{input, keys, metadata};

#[derive(Args, Debug)]
pub(crate) struct MetadataSp {
    #[command(flatten)]
    sp: SpArgs,
    /// With --mimecast: the identity provider's metadata, as Mimecast's entity ID is spelled otherwise for Entra than for the rest.
    /// Default: as for Entra.
    #[arg(long, value_name = "FILE", requires = "mimecast")]
    idp_metadata: Option<PathBuf>,
    /// Certificates of the keys that requests are signed with; one file may hold several. Repeatable.
    #[arg(long, value_name = "PEM")]
    cert: Vec<PathBuf>,
    /// Certificates of the keys that assertions may be encrypted to. Repeatable.
    #[arg(long, value_name = "PEM")]
    encryption_cert: Vec<PathBuf>,
    /// Where logout messages go, by HTTP-Redirect and HTTP-POST.
    #[arg(long, value_name = "URL")]
    slo_url: Option<String>,
    /// A private key to sign the metadata with; the certificate of --cert that goes with it is put beside the signature.
    #[arg(long, value_name = "PEM")]
    sign_key: Option<PathBuf>,
}

/// Writes the metadata of a service provider (SAMLMeta §2.4.4).
pub(crate) fn run(args: &MetadataSp) -> Result<Outcome, Failure> {
    let signing = keys::certificates(&args.cert)?;
    let encryption = keys::certificates(&args.encryption_cert)?;
    let mut entity = entity(args, &signing, &encryption)?;
    let Some(path) = &args.sign_key else {
        return Ok(Outcome::done(written(&entity)?));
    };
    let signer = keys::signing_key(path)?;
    entity.id = Some(random_id()?);
    let metadata = written(&entity)?;
    let document = Document::parse_with(metadata.as_bytes(), &input::LIMITS)
        .map_err(|error| Failure::usage(format!("cannot read the metadata back: {error}")))?;
    let mut template = Template::new().with_position(Position::First);
    let thumbprint = signer.public_key().map(samlkit::PublicKey::thumbprint);
    let own = signing
        .iter()
        .find(|key| Some(key.public_key().thumbprint()) == thumbprint);
    if let Some(certificate) = own.and_then(TrustedKey::certificate) {
        template = template.with_certificate(certificate.clone());
    }
    let signed = template
        .sign(document.root(), &signer)
        .map_err(|error| Failure::usage(format!("cannot sign the metadata: {error}")))?;
    Ok(Outcome::done(signed))
}

fn entity(
    args: &MetadataSp,
    signing: &[TrustedKey],
    encryption: &[TrustedKey],
) -> Result<EntityDescriptor, Failure> {
    let (entity_id, acs_url) = names(args)?;
    let consumer = Endpoint::new(binding::HTTP_POST, acs_url);
    let mut service = IndexedEndpoint::new(consumer, 0);
    service.is_default = Some(true);
    let mut role = SpSsoDescriptor::new(vec![service]);
    role.authn_requests_signed = Some(!signing.is_empty());
    role.want_assertions_signed = Some(true);
    for (keys, key_use) in [(signing, KeyUse::Signing), (encryption, KeyUse::Encryption)] {
        let certificates = keys.iter().filter_map(TrustedKey::certificate);
        let keys = certificates.map(|certificate| key(certificate, key_use));
        role.sso.key_descriptors.extend(keys);
    }
    if let Some(url) = &args.slo_url {
        role.sso.single_logout_services = vec![
            Endpoint::new(binding::HTTP_REDIRECT, url),
            Endpoint::new(binding::HTTP_POST, url),
        ];
    }
    role.sso.name_id_formats = vec![nameid_format::EMAIL_ADDRESS.to_owned()];
    let mut entity = EntityDescriptor::new(entity_id);
    entity.sp_sso_descriptors.push(role);
    Ok(entity)
}

fn names(args: &MetadataSp) -> Result<(String, String), Failure> {
    let kind = match &args.idp_metadata {
        Some(path) => {
            let trusted = metadata::read(path)?;
            metadata::kind(metadata::choose(&trusted, None, None)?)
        }
        None => IdpKind::Entra,
    };
    let portal = args.sp.mimecast.as_ref();
    let entity_id = args
        .sp
        .sp_entity_id
        .clone()
        .or_else(|| portal.map(|portal| portal.entity_id_for(kind)));
    let acs_url = args
        .sp
        .acs_url
        .clone()
        .or_else(|| portal.map(PersonalPortal::reply_url));
    Ok((entity_id.unwrap_or_default(), acs_url.unwrap_or_default()))
}

fn key(certificate: &Certificate, key_use: KeyUse) -> KeyDescriptor {
    let mut key_info = KeyInfo::default();
    key_info
        .certificates
        .push(X509Certificate::new(certificate));
    KeyDescriptor::new(Some(key_use), key_info)
}

fn written(entity: &EntityDescriptor) -> Result<String, Failure> {
    entity
        .write()
        .map_err(|error| Failure::usage(format!("cannot write the metadata: {error}")))
}

fn random_id() -> Result<String, Failure> {
    let mut octets = [0_u8; 20];
    SystemRandomness
        .fill(&mut octets)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    Ok(format!("_{digits}"))
}
