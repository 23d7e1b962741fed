//! What a trusted identity provider signed, and must not be believed: against the schema, against the profile, for somebody else.

use samlkit::Code;

use crate::attack::{Attack, Class, Make, Shape};
use crate::instant;
use crate::markup::Element;
use crate::{ADMIN, ns};

const PROFILE: &[&str] = &["SAMLProf §4.1.4.2", "SAMLProf §4.1.4.3"];
const CONDITIONS: &[&str] = &["SAMLCore §2.5.1"];
const ONE: &[Shape] = &[Shape::Assertion, Shape::Response];

pub(super) const ATTACKS: &[Attack] = &[
    // Changed without the key.
    Attack::new("changed-name", Class::Value, "another user", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.find_mut("NameID")?.set_text(ADMIN); Some(()) })),
    Attack::new("changed-attribute", Class::Value, "another value of an attribute", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.find_mut("AttributeValue")?.set_text("evil"); Some(()) })),
    Attack::new("added-attribute", Class::Value, "one more attribute", Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let value = s.saml("AttributeValue").text("admin");
            let attribute = s.saml("Attribute").with("Name", "role").containing(value);
            r.find_mut("AttributeStatement")?.append(attribute);
            Some(())
        })),
    Attack::new("removed-condition", Class::Value, "the AudienceRestriction is taken out", Code::SignatureInvalid,
        Make::Edit(|r, _| r.find_mut("Conditions")?.take("AudienceRestriction").map(drop))),
    Attack::new("changed-time", Class::Value, "a later NotOnOrAfter", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.find_mut("Conditions")?.set("NotOnOrAfter", "2099-01-01T00:00:00.000Z"); Some(()) })),
    Attack::new("changed-audience", Class::Value, "the audience is changed", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.find_mut("Audience")?.set_text("https://evil.example/"); Some(()) })),
    Attack::new("changed-in-response-to", Class::Value, "the assertion answers another request, by an edit", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.find_mut("SubjectConfirmationData")?.set("InResponseTo", "_evil"); Some(()) })),
    Attack::new("changed-order", Class::Value, "the statements change places", Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let last = assertion.children.pop()?;
            let before = assertion.children.len().checked_sub(1)?;
            assertion.children.insert(before, last);
            Some(())
        })),
    Attack::new("changed-name-by-element", Class::Value, "an element splits the name, by an edit", Code::SignatureInvalid,
        Make::Edit(|r, _| super::surgery::name(r, "britta<x xmlns=\"urn:example\"/>.simon@contoso.example"))),
    Attack::new("added-consent", Class::Value, "one more attribute of a signed response, whose assertion is signed too or not", Code::SignatureInvalid,
        Make::Edit(|r, _| { r.set("Consent", "urn:x"); Some(()) })).on(Shape::SIGNED_RESPONSE),
    // For somebody else.
    Attack::new("audience-other", Class::Recipient, "meant for another service provider", Code::AudienceMismatch,
        Make::Build(|b, _| b.audience("https://other.example/metadata"))).refs(&["SAMLCore §2.5.1.4"]),
    Attack::new("audience-slash", Class::Recipient, "our entity ID and a slash", Code::AudienceMismatch,
        Make::Build(|b, s| b.audience(format!("{}/", s.sp.entity_id())))),
    Attack::new("audience-prefix", Class::Recipient, "the beginning of our entity ID", Code::AudienceMismatch,
        Make::Build(|b, s| { let mut id = s.sp.entity_id().to_owned(); id.pop(); b.audience(id) })),
    Attack::new("audience-longer", Class::Recipient, "our entity ID and more", Code::AudienceMismatch,
        Make::Build(|b, s| b.audience(format!("{}.evil.example", s.sp.entity_id())))),
    Attack::new("audience-case", Class::Recipient, "our entity ID in other case", Code::AudienceMismatch,
        Make::Build(|b, s| b.audience(s.sp.entity_id().to_uppercase()))),
    Attack::new("audience-empty", Class::Recipient, "an empty audience", Code::InvalidValue,
        Make::Build(|b, _| b.audience(""))),
    Attack::new("audience-joined", Class::Recipient, "several entity IDs in one Audience", Code::AudienceMismatch,
        Make::Build(|b, s| b.audience(format!("https://other.example/ {}", s.sp.entity_id())))),
    Attack::new("audience-second-restriction", Class::Recipient, "a second restriction, for somebody else", Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let audience = s.saml("Audience").text("https://other.example/");
            let restriction = s.saml("AudienceRestriction").containing(audience);
            r.find_mut("Conditions")?.append(restriction);
            Some(())
        })).refs(&["SAMLCore §2.5.1.4"]),
    Attack::new("audience-in-proxy-restriction", Class::Recipient, "we are named as a proxy's audience alone", Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let conditions = r.find_mut("Conditions")?;
            let restriction = conditions.take("AudienceRestriction")?;
            let proxy = s.saml("ProxyRestriction").containing(restriction.child("Audience")?.clone());
            conditions.append(proxy);
            Some(())
        })),
    Attack::new("audience-restriction-missing", Class::Recipient, "no AudienceRestriction", Code::AudienceMismatch,
        Make::Sign(|r, _| r.find_mut("Conditions")?.take("AudienceRestriction").map(drop))).refs(PROFILE),
    Attack::new("audience-restriction-empty", Class::Recipient, "an AudienceRestriction without audience", Code::MissingElement,
        Make::Sign(|r, _| { r.find_mut("AudienceRestriction")?.children.clear(); Some(()) })),
    Attack::new("conditions-missing", Class::Conditions, "no Conditions", Code::AudienceMismatch,
        Make::Sign(|r, _| r.child_mut("Assertion")?.take("Conditions").map(drop))).refs(PROFILE),
    Attack::new("recipient-other", Class::Recipient, "confirmed for another endpoint", Code::RecipientMismatch,
        Make::Build(|b, _| b.recipient("https://other.example/acs"))).refs(PROFILE),
    Attack::new("recipient-slash", Class::Recipient, "our endpoint and a slash", Code::RecipientMismatch,
        Make::Build(|b, s| b.recipient(format!("{}/", s.sp.acs_url())))),
    Attack::new("recipient-http", Class::Recipient, "our endpoint without TLS", Code::RecipientMismatch,
        Make::Build(|b, s| b.recipient(s.sp.acs_url().replacen("https:", "http:", 1)))),
    Attack::new("recipient-port", Class::Recipient, "our endpoint with a port", Code::RecipientMismatch,
        Make::Build(|b, s| b.recipient(format!("{}:443/acs", s.sp.acs_url().trim_end_matches("/acs"))))),
    Attack::new("recipient-userinfo", Class::Recipient, "our host as the user of another", Code::RecipientMismatch,
        Make::Build(|b, s| b.recipient(s.sp.acs_url().replacen("https://", "https://sp.example@evil.example/", 1)))),
    Attack::new("recipient-case", Class::Recipient, "our endpoint in other case", Code::RecipientMismatch,
        Make::Build(|b, s| b.recipient(s.sp.acs_url().to_uppercase()))),
    Attack::new("recipient-missing", Class::Recipient, "a bearer confirmation without Recipient", Code::SubjectConfirmation,
        Make::Sign(|r, _| r.find_mut("SubjectConfirmationData")?.unset("Recipient").map(drop))).refs(PROFILE),
    Attack::new("recipient-empty", Class::Recipient, "an empty Recipient", Code::RecipientMismatch,
        Make::Build(|b, _| b.recipient(""))),
    Attack::new("destination-other", Class::Recipient, "sent to another endpoint", Code::DestinationMismatch,
        Make::Build(|b, _| b.destination("https://other.example/acs"))).refs(&["SAMLBind §3.5.5.2"]),
    Attack::new("destination-other-unsigned", Class::Recipient, "the Destination is changed", Code::DestinationMismatch,
        Make::Edit(|r, _| { r.set("Destination", "https://other.example/acs"); Some(()) }))
        .codes(Code::DestinationMismatch, Code::SignatureInvalid, Code::SignatureInvalid),
    Attack::new("destination-missing-signed", Class::Recipient, "a signed response without Destination", Code::DestinationMismatch,
        Make::Build(|b, _| b.without_destination())).on(Shape::SIGNED_RESPONSE).refs(&["SAMLBind §3.5.5.2"]),
    Attack::new("destination-empty", Class::Recipient, "an empty Destination", Code::DestinationMismatch,
        Make::Build(|b, _| b.destination(""))),
    // From somebody else.
    Attack::new("issuer-other", Class::Issuer, "another issuer under the trusted key", Code::IssuerMismatch,
        Make::Build(|b, _| b.issuer("https://other.example/metadata"))).refs(PROFILE),
    Attack::new("issuer-slash", Class::Issuer, "the issuer without its last character", Code::IssuerMismatch,
        Make::Build(|b, s| { let mut id = s.idp.entity_id().to_owned(); id.pop(); b.issuer(id) })),
    Attack::new("issuer-case", Class::Issuer, "the issuer in other case", Code::IssuerMismatch,
        Make::Build(|b, s| b.issuer(s.idp.entity_id().to_uppercase()))),
    Attack::new("issuer-space", Class::Issuer, "the issuer with a space before it, as some documentation prints it", Code::IssuerMismatch,
        Make::Build(|b, s| b.issuer(format!(" {}", s.idp.entity_id())))),
    Attack::new("issuer-empty", Class::Issuer, "an empty issuer", Code::InvalidValue,
        Make::Build(|b, _| b.issuer(""))),
    Attack::new("issuer-of-response-other", Class::Issuer, "the response has another issuer than the assertion", Code::IssuerMismatch,
        Make::Sign(|r, _| { r.child_mut("Issuer")?.set_text("https://other.example/"); Some(()) })),
    Attack::new("issuer-of-assertion-other", Class::Issuer, "the assertion has another issuer than the response", Code::IssuerMismatch,
        Make::Sign(|r, _| { r.child_mut("Assertion")?.child_mut("Issuer")?.set_text("https://other.example/"); Some(()) })),
    Attack::new("issuer-format", Class::Issuer, "an issuer that is no entity ID by its Format", Code::IssuerMismatch,
        Make::Sign(|r, _| { r.child_mut("Assertion")?.child_mut("Issuer")?.set("Format", ns::PERSISTENT); Some(()) })).refs(PROFILE),
    Attack::new("issuer-missing", Class::Issuer, "an assertion without Issuer", Code::MissingElement,
        Make::Sign(|r, _| r.child_mut("Assertion")?.take("Issuer").map(drop))).refs(&["SAMLCore §2.3.3"]),
    // Conditions and confirmations.
    Attack::new("condition-unknown", Class::Conditions, "a condition of a type that nobody knows", Code::ConditionNotUnderstood,
        Make::Sign(|r, s| {
            let condition = s.saml("Condition").with("xmlns:xsi", ns::XSI).with("xmlns:x", "urn:example").with("xsi:type", "x:OnlyOnMondays");
            r.find_mut("Conditions")?.append(condition);
            Some(())
        })).refs(CONDITIONS),
    Attack::new("condition-without-type", Class::Conditions, "a condition of no type at all", Code::ConditionNotUnderstood,
        Make::Sign(|r, s| { let condition = s.saml("Condition"); r.find_mut("Conditions")?.append(condition); Some(()) })).refs(CONDITIONS),
    Attack::new("condition-foreign", Class::Conditions, "a condition of another namespace", Code::InvalidValue,
        Make::Sign(|r, _| { r.find_mut("Conditions")?.append(Element::new("x:Never").with("xmlns:x", "urn:example")); Some(()) })).refs(CONDITIONS),
    Attack::new("condition-one-time-use-twice", Class::Conditions, "OneTimeUse twice", Code::InvalidValue,
        Make::Sign(|r, s| {
            let one = s.saml("OneTimeUse");
            let conditions = r.find_mut("Conditions")?;
            conditions.append(one.clone());
            conditions.append(one);
            Some(())
        })).refs(&["SAMLCore §2.5.1.5"]),
    Attack::new("conditions-twice", Class::Schema, "Conditions twice", Code::InvalidValue,
        Make::Sign(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let conditions = assertion.child("Conditions")?.clone();
            assertion.insert_after("Conditions", conditions)
        })),
    Attack::new("conditions-never", Class::Conditions, "NotBefore is NotOnOrAfter", Code::InvalidValue,
        Make::Sign(|r, _| {
            let conditions = r.find_mut("Conditions")?;
            let bound = conditions.attribute("NotOnOrAfter")?.to_owned();
            conditions.set("NotBefore", bound);
            Some(())
        })).refs(&["SAMLCore §2.5.1.2"]),
    Attack::new("confirmation-holder-of-key", Class::Conditions, "not a bearer confirmation", Code::SubjectConfirmation,
        Make::Sign(|r, _| { r.find_mut("SubjectConfirmation")?.set("Method", ns::HOLDER_OF_KEY); Some(()) })).refs(PROFILE),
    Attack::new("confirmation-sender-vouches", Class::Conditions, "confirmed by the sender", Code::SubjectConfirmation,
        Make::Sign(|r, _| { r.find_mut("SubjectConfirmation")?.set("Method", ns::SENDER_VOUCHES); Some(()) })).refs(PROFILE),
    Attack::new("confirmation-method-space", Class::Conditions, "almost the bearer method", Code::SubjectConfirmation,
        Make::Sign(|r, _| { r.find_mut("SubjectConfirmation")?.set("Method", format!("{} ", ns::BEARER)); Some(()) })),
    Attack::new("confirmation-missing", Class::Conditions, "no confirmation", Code::SubjectConfirmation,
        Make::Sign(|r, _| r.find_mut("Subject")?.take("SubjectConfirmation").map(drop))).refs(PROFILE),
    Attack::new("confirmation-data-missing", Class::Conditions, "a confirmation without data", Code::SubjectConfirmation,
        Make::Sign(|r, _| r.find_mut("SubjectConfirmation")?.take("SubjectConfirmationData").map(drop))).refs(PROFILE),
    Attack::new("confirmation-not-before", Class::Conditions, "a bearer confirmation with NotBefore", Code::SubjectConfirmation,
        Make::Sign(|r, s| {
            let time = instant::milliseconds(instant::after(s.idp.now(), -60_000));
            r.find_mut("SubjectConfirmationData")?.set("NotBefore", time);
            Some(())
        })).refs(PROFILE),
    Attack::new("confirmation-not-on-or-after-missing", Class::Conditions, "a bearer confirmation without end", Code::SubjectConfirmation,
        Make::Sign(|r, _| r.find_mut("SubjectConfirmationData")?.unset("NotOnOrAfter").map(drop))).refs(PROFILE),
    Attack::new("confirmation-expired-in-conditions", Class::Replay, "the confirmation is over, the conditions are not", Code::Expired,
        Make::Sign(|r, s| {
            let time = instant::milliseconds(instant::after(s.idp.now(), -600_000));
            r.find_mut("SubjectConfirmationData")?.set("NotOnOrAfter", time);
            Some(())
        })).refs(PROFILE),
    Attack::new("conditions-expired-in-confirmation", Class::Replay, "the conditions are over, the confirmation is not", Code::Expired,
        Make::Sign(|r, s| {
            let time = |seconds: i64| instant::milliseconds(instant::after(s.idp.now(), seconds * 1000));
            let conditions = r.find_mut("Conditions")?;
            conditions.set("NotBefore", time(-1200));
            conditions.set("NotOnOrAfter", time(-600));
            Some(())
        })).refs(PROFILE),
    Attack::new("session-over", Class::Replay, "the session at the identity provider is over", Code::Expired,
        Make::Sign(|r, s| {
            let time = instant::milliseconds(instant::after(s.idp.now(), -600_000));
            r.find_mut("AuthnStatement")?.set("SessionNotOnOrAfter", time);
            Some(())
        })).refs(&["SAMLCore §2.7.2"]),
    Attack::new("in-response-to-inside-other", Class::Replay, "the signed assertion answers another request than the response", Code::InResponseToMismatch,
        Make::Sign(|r, _| { r.find_mut("SubjectConfirmationData")?.set("InResponseTo", "_request-2"); Some(()) })).refs(PROFILE),
    Attack::new("in-response-to-outside-other", Class::Replay, "the response answers another request than the assertion", Code::InResponseToMismatch,
        Make::Sign(|r, _| { r.set("InResponseTo", "_request-2"); Some(()) })).refs(PROFILE),
    Attack::new("in-response-to-unsigned", Class::Replay, "the response alone says which request it answers, and it is not signed", Code::InResponseToMismatch,
        Make::Sign(|r, _| r.find_mut("SubjectConfirmationData")?.unset("InResponseTo").map(drop))).on(&[Shape::Assertion]).refs(PROFILE),
    // The schema.
    Attack::new("version-of-response", Class::Schema, "a response of another version", Code::UnsupportedVersion,
        Make::Sign(|r, _| { r.set("Version", "1.1"); Some(()) })).refs(&["SAMLCore §4.1.3.2"]),
    Attack::new("version-of-assertion", Class::Schema, "an assertion of another version", Code::UnsupportedVersion,
        Make::Sign(|r, _| { r.child_mut("Assertion")?.set("Version", "2.1"); Some(()) })).refs(&["SAMLCore §4.1.3.2"]),
    Attack::new("version-missing", Class::Schema, "an assertion without Version", Code::MissingElement,
        Make::Sign(|r, _| r.child_mut("Assertion")?.unset("Version").map(drop))),
    Attack::new("issue-instant-missing", Class::Schema, "an assertion without IssueInstant", Code::MissingElement,
        Make::Sign(|r, _| r.child_mut("Assertion")?.unset("IssueInstant").map(drop))),
    Attack::new("time-local", Class::Schema, "a time without zone", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |text| text.replace('Z', "")))).refs(&["SAMLCore §1.3.3"]),
    Attack::new("time-offset", Class::Schema, "a time with an offset", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |text| text.replace('Z', "-12:00")))).refs(&["SAMLCore §1.3.3"]),
    Attack::new("time-impossible", Class::Schema, "a day that does not exist", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |_| "2026-02-30T00:00:00Z".to_owned()))),
    Attack::new("time-lower-case", Class::Schema, "a time with small letters", Code::InvalidValue,
        Make::Sign(|r, _| time(r, str::to_lowercase))),
    Attack::new("time-leap-second", Class::Schema, "a leap second, which SAML does not have", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |_| "2026-12-31T23:59:60Z".to_owned()))).refs(&["SAMLCore §1.3.3"]),
    Attack::new("time-far", Class::Schema, "a year of more than four digits", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |_| "999999999999-01-01T00:00:00Z".to_owned()))),
    Attack::new("time-words", Class::Schema, "no time at all", Code::InvalidValue,
        Make::Sign(|r, _| time(r, |_| "never".to_owned()))),
    Attack::new("subject-missing", Class::Schema, "no Subject", Code::MissingElement,
        Make::Sign(|r, _| r.child_mut("Assertion")?.take("Subject").map(drop))).refs(PROFILE),
    Attack::new("subject-twice", Class::Schema, "two Subjects", Code::InvalidValue,
        Make::Sign(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let mut subject = assertion.child("Subject")?.clone();
            subject.find_mut("NameID")?.set_text(ADMIN);
            assertion.insert_after("Subject", subject)
        })),
    Attack::new("subject-late", Class::Schema, "the Subject after the statements", Code::InvalidValue,
        Make::Sign(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let subject = assertion.take("Subject")?;
            assertion.append(subject);
            Some(())
        })),
    Attack::new("name-missing", Class::Schema, "a Subject without NameID", Code::MissingElement,
        Make::Sign(|r, _| r.find_mut("Subject")?.take("NameID").map(drop))).refs(PROFILE),
    Attack::new("name-twice", Class::Schema, "two NameIDs", Code::InvalidValue,
        Make::Sign(|r, _| {
            let subject = r.find_mut("Subject")?;
            let mut name = subject.child("NameID")?.clone();
            name.set_text(ADMIN);
            subject.insert_after("NameID", name)
        })),
    Attack::new("name-empty", Class::Schema, "an empty NameID", Code::InvalidValue,
        Make::Sign(|r, _| { r.find_mut("NameID")?.children.clear(); Some(()) })),
    Attack::new("name-nil", Class::Schema, "a NameID that says that it has no value, and has one", Code::InvalidValue,
        Make::Sign(|r, _| {
            let name = r.find_mut("NameID")?;
            name.set("xmlns:xsi", ns::XSI);
            name.set("xsi:nil", "true");
            Some(())
        })),
    Attack::new("name-in-name", Class::Schema, "a NameID within the NameID", Code::InvalidValue,
        Make::Sign(|r, s| {
            let inner = s.saml("NameID").text(ADMIN);
            r.find_mut("NameID")?.append(inner);
            Some(())
        })),
    Attack::new("name-in-confirmation-alone", Class::Schema, "the NameID stands in the confirmation", Code::MissingElement,
        Make::Sign(|r, _| {
            let subject = r.find_mut("Subject")?;
            let name = subject.take("NameID")?;
            subject.child_mut("SubjectConfirmation")?.prepend(name);
            Some(())
        })),
    Attack::new("base-id", Class::Schema, "a BaseID, whose meaning is in a type that nobody knows", Code::MissingElement,
        Make::Sign(|r, s| {
            let id = s.saml("BaseID").with("xmlns:xsi", ns::XSI).with("xmlns:x", "urn:example").with("xsi:type", "x:Id");
            r.find_mut("Subject")?.replace("NameID", id).map(drop)
        })).codes(Code::MissingElement, Code::MissingElement, Code::MissingElement),
    Attack::new("authn-statement-missing", Class::Schema, "no authentication statement", Code::MissingElement,
        Make::Sign(|r, _| r.child_mut("Assertion")?.take("AuthnStatement").map(drop))).refs(PROFILE),
    Attack::new("unknown-element", Class::Schema, "an element that the schema does not have", Code::InvalidValue,
        Make::Sign(|r, s| { let element = s.saml("Evil"); r.child_mut("Assertion")?.append(element); Some(()) })),
    Attack::new("unknown-attribute", Class::Schema, "an attribute that the schema does not have", Code::InvalidValue,
        Make::Sign(|r, _| { r.child_mut("Assertion")?.set("Evil", ""); Some(()) })),
    Attack::new("stray-text", Class::Schema, "text between the elements of the assertion", Code::InvalidValue,
        Make::Sign(|r, _| { r.child_mut("Assertion")?.append(crate::markup::Node::Text("evil".to_owned())); Some(()) })),
    Attack::new("attribute-without-name", Class::Schema, "an Attribute without Name", Code::MissingElement,
        Make::Sign(|r, _| r.find_mut("Attribute")?.unset("Name").map(drop))),
    Attack::new("assertion-is-root", Class::Schema, "the assertion without the response", Code::NotAResponse,
        Make::Edit(|r, s| {
            let assertion = r.take("Assertion")?;
            let style = s.idp.provider().style();
            *r = if style.declared_at_root {
                crate::response::declare_assertion(assertion, style)
            } else {
                assertion
            };
            Some(())
        })).on(&[Shape::Assertion]),
    Attack::new("assertion-missing", Class::Schema, "a success without an assertion", Code::NoAssertion,
        Make::Sign(|r, _| r.take("Assertion").map(drop))).on(&[Shape::Response]),
    Attack::new("request-in-the-place-of-response", Class::Schema, "an AuthnRequest", Code::NotAResponse,
        Make::Edit(|r, s| { s.samlp("AuthnRequest").name.clone_into(&mut r.name); Some(()) })),
    Attack::new("logout-response-in-the-place-of-response", Class::Schema, "a LogoutResponse, signed by the same key", Code::NotAResponse,
        Make::Sign(|r, s| { s.samlp("LogoutResponse").name.clone_into(&mut r.name); Some(()) })),
    // Status.
    Attack::new("status-error-with-assertion", Class::Status, "an error, and an assertion all the same", Code::StatusNotSuccess,
        Make::Sign(|r, _| status(r, "Requester"))).refs(&["SAMLCore §3.2.2.2"]),
    Attack::new("status-error-unsigned", Class::Status, "the unsigned success around a signed assertion becomes an error", Code::StatusNotSuccess,
        Make::Edit(|r, _| status(r, "Responder"))).on(&[Shape::Assertion]),
    Attack::new("status-made-success", Class::Status, "a signed error becomes a success", Code::SignatureInvalid,
        Make::SignEdit(|r, _| status(r, "Requester"), |r, _| status(r, "Success"))).on(Shape::SIGNED_RESPONSE),
    Attack::new("status-success-inside", Class::Status, "a success within an error", Code::StatusNotSuccess,
        Make::Sign(|r, _| {
            let code = r.find_mut("StatusCode")?;
            let inner = code.clone();
            code.set("Value", [ns::STATUS, "Requester"].concat());
            code.append(inner);
            Some(())
        })),
    Attack::new("status-twice", Class::Status, "an error and a success", Code::InvalidValue,
        Make::Sign(|r, _| {
            let status = r.child("Status")?.clone();
            r.insert_after("Status", status)
        })),
    Attack::new("status-missing", Class::Status, "no Status", Code::MissingElement,
        Make::Sign(|r, _| r.take("Status").map(drop))),
    Attack::new("status-code-missing", Class::Status, "a Status without code", Code::MissingElement,
        Make::Sign(|r, _| r.find_mut("Status")?.take("StatusCode").map(drop))),
    Attack::new("status-space", Class::Status, "almost a success", Code::StatusNotSuccess,
        Make::Sign(|r, _| { r.find_mut("StatusCode")?.set("Value", [ns::STATUS, "Success "].concat()); Some(()) })),
    Attack::new("status-of-saml-11", Class::Status, "the success of SAML 1.1", Code::StatusNotSuccess,
        Make::Sign(|r, _| { r.find_mut("StatusCode")?.set("Value", "samlp:Success"); Some(()) })),
    Attack::new("refusal", Class::Status, "an error as the identity provider reports it", Code::StatusNotSuccess,
        Make::Build(|b, _| b.refusing(&["Requester", "RequestUnsupported"],
            "AADSTS75011: Authentication method by which the user authenticated with the service doesn't match"))).on(ONE),
];

fn status(response: &mut Element, code: &str) -> Option<()> {
    let value = [ns::STATUS, code].concat();
    response.find_mut("StatusCode")?.set("Value", value);
    Some(())
}

/// Changes the end of the confirmation.
fn time(response: &mut Element, edit: fn(&str) -> String) -> Option<()> {
    let data = response.find_mut("SubjectConfirmationData")?;
    let text = edit(data.attribute("NotOnOrAfter")?);
    data.set("NotOnOrAfter", text);
    Some(())
}
