//! Cases as files, for tests in any language.
//!
//! [`write()`] makes a folder with one file for each message and a `manifest.json` that says how each is delivered and what must come of
//! it. `cargo run -p samlkit-testing --example corpus -- DIR` calls it.
//!
//! ```json
//! {
//!   "format": 1,
//!   "entries": [{
//!     "id": "moved-assertion-in-advice/entra-assertion",
//!     "about": "the signed assertion stands in Advice, a forged one in its place",
//!     "kind": "response",
//!     "file": "attacks/moved-assertion-in-advice/entra-assertion.b64",
//!     "xml": "attacks/moved-assertion-in-advice/entra-assertion.xml",
//!     "command": ["verify"],
//!     "options": {
//!       "idp_metadata": "idp/entra-active.xml", "sp_entity_id": "https://sp.example/metadata",
//!       "acs_url": "https://sp.example/acs", "in_response_to": "_request-1", "at": "2026-01-15T10:00:00Z",
//!       "decrypt_key": "keys/sp.key.pem"
//!     },
//!     "deliveries": 1,
//!     "verdict": "rejected",
//!     "code": "signature-wrapping",
//!     "attack": {"id": "moved-assertion-in-advice", "class": "wrapping", "refs": ["CVE-2024-45409"]},
//!     "sibling": "entra-assertion"
//!   }]
//! }
//! ```
//!
//! - `kind` is `response` (`file` is the value of the form's control `SAMLResponse`, and `xml` the octets in it, where it is base64),
//!   `redirect` (`file` is the query string), `metadata` (`file` is XML), `logout` (`file` is the value of the control that `control`
//!   names, posted to `slo_url`) or `authn-request` (the same, posted by the service provider to the identity provider at `sso_url`).
//! - `command` and `options` are those of the `samlkit` command, `-` written `_`; paths start at the folder. `query` and the last
//!   argument are left out: they are `file`. What is posted and is no response has no command, and is for libraries.
//! - `deliveries` says how often the message is delivered. The verdict is on the last time; every one before it must be accepted.
//! - `also_trusts` names the metadata of a second identity provider that is trusted for its own users.
//! - `sibling` is the `id` of the entry that differs in the attack alone, and is accepted.

use std::collections::BTreeSet;
use std::path::Path;

use samlkit::Timestamp;
use serde_json::{Map, Value, json};

use crate::case::{Case, Payload};
use crate::{Class, Error, Provider, TestIdp, TestKey, TestSp, attacks, valid};

/// The cases that the example writes: every attack on Entra's messages, the attacks that depend on how a message is written on those of
/// all other identity providers, and everything valid from all.
///
/// # Errors
///
/// [`Error`] where a message cannot be made.
pub fn standard(now: Timestamp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for &provider in Provider::ALL {
        let idp = TestIdp::new(provider, now);
        cases.extend(valid::all(&idp, sp)?);
        let attacks = attacks::all(&idp, sp)?.into_iter();
        cases.extend(attacks.filter(|case| {
            provider == Provider::Entra
                || case
                    .attack()
                    .is_some_and(|attack| depends_on_markup(attack.class))
        }));
    }
    Ok(cases)
}

const fn depends_on_markup(class: Class) -> bool {
    matches!(
        class,
        Class::Wrapping
            | Class::Exclusion
            | Class::SignatureStructure
            | Class::IdConfusion
            | Class::Namespace
    )
}

/// Writes cases, and the siblings of attacks, to a folder. Gives the number of entries of its manifest.
///
/// # Errors
///
/// [`Error::Write`].
pub fn write(folder: &Path, cases: &[Case]) -> Result<usize, Error> {
    let mut writer = Writer {
        folder,
        written: BTreeSet::new(),
        entries: Vec::new(),
    };
    for key in [TestKey::Active, TestKey::Next, TestKey::Second] {
        let path = format!("keys/{}.crt.pem", key.name());
        writer.file(&path, key.certificate_pem().as_bytes())?;
    }
    writer.file("keys/sp.key.pem", TestKey::Sp.private_pem().as_bytes())?;
    writer.file("keys/sp.crt.pem", TestKey::Sp.certificate_pem().as_bytes())?;
    for case in cases {
        if let Some(sibling) = case.sibling() {
            writer.case(sibling)?;
        }
        writer.case(case)?;
    }
    let manifest = json!({"format": 1, "entries": writer.entries});
    let text = format!("{manifest:#}\n");
    writer.file("manifest.json", text.as_bytes())?;
    Ok(writer.entries.len())
}

struct Writer<'a> {
    folder: &'a Path,
    written: BTreeSet<String>,
    entries: Vec<Value>,
}

impl Writer<'_> {
    fn file(&self, path: &str, octets: &[u8]) -> Result<(), Error> {
        let full = self.folder.join(path);
        let failed = |error: std::io::Error| Error::Write {
            path: path.to_owned(),
            kind: error.kind(),
        };
        if let Some(parent) = full.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(full, octets).map_err(failed)
    }

    /// The metadata of an identity provider, once.
    fn idp(&mut self, idp: &TestIdp) -> Result<String, Error> {
        let name = format!("{}-{}", idp.provider().id(), idp.key().name());
        let path = format!("idp/{name}.xml");
        if self.written.insert(path.clone()) {
            self.file(&path, idp.metadata().as_bytes())?;
        }
        Ok(path)
    }

    fn case(&mut self, case: &Case) -> Result<(), Error> {
        if !self.written.insert(format!("case {}", case.id())) {
            return Ok(());
        }
        let base = match case.attack() {
            Some(_) => format!("attacks/{}", case.id()),
            None => format!("valid/{}", case.id()),
        };
        let mut entry = Map::new();
        let mut put = |name: &str, value: Value| entry.insert(name.to_owned(), value);
        put("id", json!(case.id()));
        put("about", json!(case.about()));
        let (kind, file, command) = match case.payload() {
            Payload::Response(octets) => {
                let xml = format!("{base}.xml");
                self.file(&xml, octets)?;
                put("xml", json!(xml));
                let value = case.form_value().unwrap_or_default();
                let file = format!("{base}.b64");
                self.file(&file, value.as_bytes())?;
                ("response", file, json!(["verify"]))
            }
            Payload::FormValue(value) => {
                let file = format!("{base}.b64");
                self.file(&file, value.as_bytes())?;
                ("response", file, json!(["verify"]))
            }
            Payload::Query(query) => {
                let file = format!("{base}.query");
                self.file(&file, query.as_bytes())?;
                ("redirect", file, json!(["verify-redirect"]))
            }
            Payload::Logout { octets, .. } | Payload::AuthnRequest(octets) => {
                let xml = format!("{base}.xml");
                self.file(&xml, octets)?;
                put("xml", json!(xml));
                let (control, value) = case.posted().unwrap_or_default();
                put("control", json!(control));
                let file = format!("{base}.b64");
                self.file(&file, value.as_bytes())?;
                let kind = match case.payload() {
                    Payload::AuthnRequest(_) => "authn-request",
                    _ => "logout",
                };
                (kind, file, Value::Null)
            }
            Payload::Metadata(octets) => {
                let file = format!("{base}.xml");
                self.file(&file, octets)?;
                ("metadata", file, json!(["metadata", "verify"]))
            }
        };
        put("kind", json!(kind));
        put("file", json!(file));
        put("command", command);
        put("deliveries", json!(case.delivery().times));
        put("options", self.options(case)?);
        if case.delivery().trusts_second {
            let second = self.idp(&case.delivery().second_idp())?;
            put("also_trusts", json!(second));
        }
        match case.code() {
            Some(code) => {
                put("verdict", json!("rejected"));
                put("code", json!(code.as_str()));
            }
            None => {
                put("verdict", json!("accepted"));
            }
        }
        let attack = case.attack().map(
            |attack| json!({"id": attack.id, "class": attack.class.id(), "refs": attack.refs}),
        );
        put("attack", json!(attack));
        put("sibling", json!(case.sibling().map(Case::id)));
        self.entries.push(Value::Object(entry));
        Ok(())
    }

    fn options(&mut self, case: &Case) -> Result<Value, Error> {
        let delivery = case.delivery();
        let at = delivery.at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string();
        let metadata = self.idp(&delivery.idp)?;
        let sp = &delivery.sp;
        let mut options = match case.payload() {
            Payload::Metadata(_) => {
                return Ok(json!({"cert": "keys/active.crt.pem", "at": at}));
            }
            Payload::Query(_) | Payload::Logout { .. } => json!({
                "idp_metadata": metadata, "sp_entity_id": sp.entity_id(), "acs_url": sp.acs_url(), "slo_url": sp.slo_url(),
                "at": at,
            }),
            Payload::AuthnRequest(_) => json!({
                "idp_entity_id": delivery.idp.entity_id(), "sso_url": delivery.idp.sso_url(), "sp_entity_id": sp.entity_id(),
                "acs_url": sp.acs_url(), "sp_cert": "keys/sp.crt.pem", "at": at,
            }),
            Payload::Response(_) | Payload::FormValue(_) => json!({
                "idp_metadata": metadata, "sp_entity_id": sp.entity_id(), "acs_url": sp.acs_url(), "at": at,
                "decrypt_key": "keys/sp.key.pem",
            }),
        };
        let flags = [
            ("allow_unsolicited", delivery.allow_unsolicited),
            ("require_signed_response", delivery.require_signed_response),
            ("allow_sha1", delivery.allow_sha1),
            ("allow_weak_rsa", delivery.allow_weak_rsa),
        ];
        if let Some(options) = options.as_object_mut() {
            if let Some(id) = &delivery.in_response_to {
                options.insert("in_response_to".to_owned(), json!(id));
            }
            for (name, _) in flags.iter().filter(|(_, is_set)| *is_set) {
                options.insert((*name).to_owned(), json!(true));
            }
        }
        Ok(options)
    }
}
