//! `samlkit authn-request`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samlkit::core::write::NameIdPolicy;
use samlkit::crypto::SystemRandomness;
use samlkit::profiles::azure::authn_request::{self, RequestError};
use samlkit::profiles::idp::IdpKind;
use samlkit::websso::{Login, LoginError, Outgoing, RelayState, RequestBinding};
use samlkit::{Certificate, IdentityProvider, Timestamp};
use serde::Serialize;

use crate::cli::{At, Json, SpArgs};
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Safe};
use crate::{clock, keys, metadata, verify};

#[derive(Args, Debug)]
pub(crate) struct AuthnRequest {
    #[command(flatten)]
    sp: SpArgs,
    /// The identity provider's metadata, as the administrator downloaded it: it is trusted as it is.
    #[arg(long, value_name = "FILE")]
    idp_metadata: PathBuf,
    /// Which identity provider of the metadata, if there are several.
    #[arg(long, value_name = "URI")]
    idp_entity_id: Option<String>,
    /// How the request travels.
    #[arg(long, value_enum, default_value_t = Binding::Redirect)]
    binding: Binding,
    /// What comes back with the response, at most 80 octets.
    #[arg(long, value_name = "S", value_parser = relay_state, allow_hyphen_values = true)]
    relay_state: Option<RelayState>,
    /// A private key to sign the request with.
    #[arg(long, value_name = "FILE")]
    sign_key: Option<PathBuf>,
    /// The certificate of that key, to put into the signature of a posted request.
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    sign_cert: Option<PathBuf>,
    /// Have the user authenticate anew.
    #[arg(long)]
    force_authn: bool,
    /// Do not disturb the user.
    #[arg(long)]
    is_passive: bool,
    /// The format of name identifier to ask for.
    #[arg(long, value_name = "URI")]
    name_id_format: Option<String>,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    json: Json,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Binding {
    /// A URL for the browser to be sent to.
    Redirect,
    /// A page that posts the request by itself.
    Post,
}

#[derive(Serialize)]
struct Started<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_security_policy: Option<&'a str>,
    issue_instant: String,
}

/// Starts a sign-on (SAMLProf §4.1.3).
pub(crate) fn run(args: &AuthnRequest) -> Result<Outcome, Failure> {
    // Whole seconds: what is printed is then exactly what the request says.
    let now = args.at.now();
    let now = Timestamp::from_timestamp(now.timestamp(), 0).unwrap_or(now);
    let trusted = metadata::read(&args.idp_metadata)?;
    let entity = metadata::choose(&trusted, args.idp_entity_id.as_deref(), None)?;
    let kind = metadata::kind(entity);
    let provider = IdentityProvider::from_metadata(entity, now).map_err(|error| {
        Failure::usage(format!("the identity provider cannot be used: {error}"))
    })?;
    let service_provider = verify::service_provider(&args.sp, kind, provider)?;

    let signer = args
        .sign_key
        .as_deref()
        .map(keys::signing_key)
        .transpose()?;
    let mut login = login(args);
    if let Some(signer) = &signer {
        login = login.with_signer(signer, certificate(args)?);
    }
    if kind == IdpKind::Entra {
        authn_request::check(&login).map_err(refused_by_entra)?;
    }
    let (outgoing, pending) = service_provider
        .login(&entity.entity_id, &login, now, &SystemRandomness)
        .map_err(|error| not_started(&error))?;
    let mut started = Started {
        id: pending.id(),
        url: None,
        form: None,
        content_security_policy: None,
        issue_instant: clock::rfc3339(now),
    };
    let text = match &outgoing {
        Outgoing::Redirect(url) => {
            started.url = Some(url);
            format!("{}\nrequest ID: {}\n", Safe(url), started.id)
        }
        Outgoing::Post(form) => {
            started.form = Some(form.html());
            started.content_security_policy = Some(form.content_security_policy());
            format!("{}\n<!-- request ID: {} -->\n", form.html(), started.id)
        }
        _ => return Err(Failure::usage("the request cannot be shown")),
    };
    if args.json.json {
        return Ok(Outcome::done(output::json(&started)?));
    }
    Ok(Outcome::done(text))
}

fn login(args: &AuthnRequest) -> Login<'_> {
    let mut login = Login::new().with_binding(match args.binding {
        Binding::Redirect => RequestBinding::Redirect,
        Binding::Post => RequestBinding::Post,
    });
    if args.force_authn {
        login = login.with_force_authn(true);
    }
    if args.is_passive {
        login = login.with_is_passive(true);
    }
    if let Some(format) = &args.name_id_format {
        login = login.with_name_id_policy(NameIdPolicy::new().with_format(format));
    }
    if let Some(relay_state) = &args.relay_state {
        login = login.with_relay_state(relay_state.clone());
    }
    login
}

fn certificate(args: &AuthnRequest) -> Result<Option<Certificate>, Failure> {
    let keys = keys::certificates(args.sign_cert.as_slice())?;
    let first = keys.first().and_then(|key| key.certificate());
    Ok(first.cloned())
}

/// Told here with the code that Entra would show on a page of its own.
fn refused_by_entra(error: RequestError) -> Refusal {
    Refusal {
        code: "refused-by-entra",
        message: error.to_string(),
        help: samlkit::profiles::azure::aadsts::lookup(error.aadsts())
            .map(|entry| format!("AADSTS{}: {}.", entry.code(), entry.fix())),
    }
}

fn not_started(error: &LoginError) -> Failure {
    let help = match error {
        LoginError::SignatureWanted => "Give a private key with --sign-key.",
        LoginError::NoEndpoint { .. } => "Choose the other binding with --binding.",
        _ => return Failure::usage(error.to_string()),
    };
    Failure::usage_with(error.to_string(), help)
}

fn relay_state(text: &str) -> Result<RelayState, String> {
    RelayState::new(text).ok_or_else(|| "not 1 to 80 octets".to_owned())
}
