//! `samlkit mimecast`

use samlkit::profiles::idp::IdpDescription;
use samlkit::profiles::mimecast::{
    AuthenticationProfile, FieldValue, PersonalPortal, Region, Setup, Warning,
};
use serde::{Serialize, Serializer};

use crate::cli::{self, Json};
use crate::failure::Failure;
use crate::metadata;
use crate::output::{self, Outcome, Page, Style};

#[derive(Serialize)]
struct RegionsJson {
    regions: Vec<RegionJson>,
}

#[derive(Serialize)]
struct RegionJson {
    id: &'static str,
    label: &'static str,
    sso_host: &'static str,
    rest_api_host: &'static str,
    account_code_prefix: Option<&'static str>,
    admin_console_url: Option<&'static str>,
    confidence: &'static str,
    source: &'static str,
}

impl From<Region> for RegionJson {
    fn from(region: Region) -> Self {
        Self {
            id: region.id(),
            label: region.label(),
            sso_host: region.sso_host(),
            rest_api_host: region.rest_api_host(),
            account_code_prefix: region.account_code_prefix(),
            admin_console_url: region
                .admin_console_url()
                .map(samlkit::profiles::Fact::into_value),
            confidence: region.confidence().id(),
            source: region.source(),
        }
    }
}

/// Lists the regions.
pub(crate) fn regions(args: &Json) -> Result<Outcome, Failure> {
    if args.json {
        let regions = RegionsJson {
            regions: Region::ALL.into_iter().map(Into::into).collect(),
        };
        return Ok(Outcome::done(output::json(&regions)?));
    }
    let mut page = Page::new();
    page.styled(
        Style::Heading,
        &format!(
            "{:<8}{:<24}{:<34}{:<15}{}",
            "region", "name", "sign-on host", "account codes", "known"
        ),
    );
    for region in Region::ALL {
        let prefix = region
            .account_code_prefix()
            .map_or_else(|| "-".to_owned(), |prefix| format!("{prefix}..."));
        page.line(format_args!(
            "{:<8}{:<24}{:<34}{prefix:<15}{}",
            region.id(),
            region.label(),
            region.sso_host(),
            region.confidence()
        ));
    }
    Ok(Outcome::done(page.into_octets()))
}

/// The JSON of `samlkit mimecast setup`.
#[derive(Serialize)]
struct SetupJson<'a> {
    sign_on_url: String,
    identifier: String,
    reply_url: String,
    authentication_profile: Option<ProfileJson<'a>>,
    warnings: Vec<WarningJson>,
}

#[derive(Serialize)]
struct WarningJson {
    code: &'static str,
    message: String,
}

/// The fields in the order of the form.
struct ProfileJson<'a>(&'a AuthenticationProfile);

impl Serialize for ProfileJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .fields()
                .map(|field| (field.key(), FieldJson(field.value()))),
        )
    }
}

struct FieldJson<'a>(FieldValue<'a>);

impl Serialize for FieldJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FieldValue::Text(text) => serializer.serialize_str(text),
            FieldValue::Ticked(ticked) => serializer.serialize_bool(ticked),
            _ => serializer.serialize_none(),
        }
    }
}

/// Says what to type where.
pub(crate) fn setup(args: &cli::Setup) -> Result<Outcome, Failure> {
    let portal = PersonalPortal::new(args.region, args.account.clone());
    let setup = match &args.idp_metadata {
        None => Setup::new(portal),
        Some(path) => {
            let metadata = metadata::read(path)?;
            let entity = metadata::choose(&metadata, args.idp_entity_id.as_deref(), None)?;
            let idp = IdpDescription::from_metadata(entity)
                .map_err(|error| Failure::usage_with(error.to_string(), error.help()))?;
            Setup::with_identity_provider(portal, &idp, args.at.now())
        }
    };
    if args.json.json {
        let warning = |warning: &Warning| WarningJson {
            code: warning.code(),
            message: warning.to_string(),
        };
        return Ok(Outcome::done(output::json(&SetupJson {
            sign_on_url: setup.sign_on_url(),
            identifier: setup.identifier(),
            reply_url: setup.reply_url(),
            authentication_profile: setup.authentication_profile().map(ProfileJson),
            warnings: setup.warnings().iter().map(warning).collect(),
        })?));
    }
    Ok(Outcome::done(setup_page(&setup).into_octets()))
}

fn setup_page(setup: &Setup) -> Page {
    let mut page = Page::new();
    page.styled(
        Style::Heading,
        "At the identity provider (Azure portal: Single sign-on > Basic SAML Configuration)",
    );
    page.field("Identifier", &setup.identifier());
    page.field("Reply URL", &setup.reply_url());
    page.field("Sign-on URL", &setup.sign_on_url());
    page.line("");
    page.styled(
        Style::Heading,
        "In Mimecast (Administration Console: Services > Applications > Authentication Profiles > New Authentication Profile)",
    );
    match setup.authentication_profile() {
        None => page.paragraph(
            2,
            "Give the identity provider's metadata with --idp-metadata to have these filled in.",
        ),
        Some(profile) => {
            for field in profile.fields() {
                page.line(format_args!("  {}", field.label()));
                match field.value() {
                    FieldValue::Text(text) => page.field("", text),
                    FieldValue::Ticked(true) => page.field("", "[x]"),
                    FieldValue::Ticked(false) => page.field("", "[ ]"),
                    _ => page.field("", "(leave empty: the metadata does not tell it)"),
                }
            }
        }
    }
    if !setup.warnings().is_empty() {
        page.line("");
        page.styled(Style::Bad, "What looks wrong");
        for warning in setup.warnings() {
            page.line(format_args!("  {}", warning.code()));
            page.paragraph(4, &warning.to_string());
            page.paragraph(4, warning.help());
        }
    }
    page.line("");
    page.styled(Style::Heading, "Easily missed");
    for note in setup.notes() {
        page.item(&note.to_string());
    }
    page
}
