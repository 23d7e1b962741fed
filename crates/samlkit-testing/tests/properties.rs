//! What holds of every message: it does not depend on how it is written, and not one signed octet can be changed.
#![expect(
    clippy::unwrap_used,
    reason = "a message that cannot be made must stop the test"
)]

use proptest::prelude::*;
use samlkit::websso::SignedParts;
use samlkit::{Code, Expected, InMemoryReplay};
use samlkit_testing::markup::{Element, Node};
use samlkit_testing::{NOW, Provider, TestIdp, TestSp, USER};

fn sp() -> TestSp {
    TestSp::new("https://sp.example/metadata", "https://sp.example/acs")
}

fn accept_xml(idp: &TestIdp, xml: &[u8]) -> Result<String, Code> {
    let provider = sp().service_provider(idp).unwrap();
    let replay = InMemoryReplay::new(1);
    provider
        .accept_xml(xml, Expected::answer_to(sp().request_id()), NOW, &replay)
        .map(|identity| identity.name_id().value().to_owned())
        .map_err(|rejection| rejection.code())
}

fn accept_form(idp: &TestIdp, form: &str) -> Result<String, Code> {
    let provider = sp().service_provider(idp).unwrap();
    let replay = InMemoryReplay::new(1);
    provider
        .accept(form, Expected::answer_to(sp().request_id()), NOW, &replay)
        .map(|identity| identity.name_id().value().to_owned())
        .map_err(|rejection| rejection.code())
}

fn provider() -> impl Strategy<Value = Provider> {
    prop::sample::select(Provider::ALL)
}

fn parts() -> impl Strategy<Value = SignedParts> {
    prop::sample::select(vec![
        SignedParts::Assertion,
        SignedParts::Response,
        SignedParts::Both,
    ])
}

/// Gives every element of a namespace another prefix.
fn rename(element: &mut Element, from: &str, to: &str) {
    let prefix = |prefix: &str, local: &str| {
        if prefix.is_empty() {
            local.to_owned()
        } else {
            format!("{prefix}:{local}")
        }
    };
    let declaration = |prefix: &str| {
        if prefix.is_empty() {
            "xmlns".to_owned()
        } else {
            format!("xmlns:{prefix}")
        }
    };
    let (found, local) = match element.name.split_once(':') {
        Some((prefix, local)) => (prefix.to_owned(), local.to_owned()),
        None => (String::new(), element.name.clone()),
    };
    if found == from {
        element.name = prefix(to, &local);
    }
    for (name, _) in &mut element.attributes {
        if *name == declaration(from) {
            *name = declaration(to);
        }
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            rename(child, from, to);
        }
    }
}

/// Moves the attributes of every element around.
fn shuffle(element: &mut Element, seed: usize) {
    let count = element.attributes.len();
    if count > 0 {
        element.attributes.rotate_left(seed % count);
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            shuffle(child, seed / 2 + 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Base64 may be in lines of any length, with any white space of ASCII.
    #[test]
    fn line_breaks_in_the_form_value_mean_nothing(
        provider in provider(),
        width in 1_usize..200,
        space in prop::sample::select(vec!["\n", "\r\n", " ", "\t", "\r\n\t "]),
    ) {
        let idp = TestIdp::new(provider, NOW);
        let form = idp.response(&sp()).build().unwrap().form_value();
        let mut wrapped = String::new();
        for (at, c) in form.chars().enumerate() {
            if at % width == 0 {
                wrapped.push_str(space);
            }
            wrapped.push(c);
        }
        prop_assert_eq!(accept_form(&idp, &wrapped), Ok(USER.to_owned()));
    }

    /// The order of attributes means nothing, before a message is signed and after.
    #[test]
    fn the_order_of_attributes_means_nothing(
        provider in provider(),
        parts in parts(),
        seed in 0_usize..1000,
    ) {
        let idp = TestIdp::new(provider, NOW);
        let response = idp.sign_on(&sp(), parts);
        let before = response.build_edited(|tree| shuffle(tree, seed)).unwrap();
        prop_assert_eq!(accept_xml(&idp, before.xml().as_bytes()), Ok(USER.to_owned()));
        let after = response.build().unwrap().edited(|tree| shuffle(tree, seed));
        prop_assert_eq!(accept_xml(&idp, after.xml().as_bytes()), Ok(USER.to_owned()));
    }

    /// Prefixes mean nothing: any may be chosen before a message is signed, and a changed one is a changed signed octet.
    #[test]
    fn prefixes_mean_nothing(
        parts in parts(),
        prefix in "[a-wy-z][a-z0-9]{0,5}",
        protocol in prop::bool::ANY,
    ) {
        let idp = TestIdp::new(Provider::OneLogin, NOW);
        let from = if protocol { "samlp" } else { "saml" };
        let taken = ["samlp", "saml", "ds"].iter().any(|other| *other == prefix);
        prop_assume!(!taken && !prefix.starts_with("xs"));
        let response = idp.sign_on(&sp(), parts);
        let message = response.build_edited(|tree| rename(tree, from, &prefix)).unwrap();
        prop_assert_eq!(accept_xml(&idp, message.xml().as_bytes()), Ok(USER.to_owned()));
        let signed = response.build().unwrap();
        let renamed = signed.edited(|tree| rename(tree, from, &prefix));
        // The assertion alone has nothing of the protocol's namespace in it.
        let untouched = protocol && parts == SignedParts::Assertion;
        prop_assert_eq!(accept_xml(&idp, renamed.xml().as_bytes()).is_ok(), untouched);
    }

    /// One bit of any octet of the message, wherever it is: it is refused, or it was not signed and the user is who was signed.
    #[test]
    fn a_flipped_bit_never_makes_another_user(
        provider in provider(),
        parts in parts(),
        at in any::<prop::sample::Index>(),
        bit in 0_u32..8,
    ) {
        let idp = TestIdp::new(provider, NOW);
        let mut xml = idp.sign_on(&sp(), parts).build().unwrap().xml().into_bytes();
        let at = at.index(xml.len());
        if let Some(octet) = xml.get_mut(at) {
            *octet ^= 1 << bit;
        }
        if let Ok(name) = accept_xml(&idp, &xml) {
            prop_assert_eq!(name, USER);
        }
    }

    /// Any edit of the signed text of the assertion: a character taken out, doubled, or exchanged.
    #[test]
    fn no_signed_text_can_be_changed(
        provider in provider(),
        parts in parts(),
        which in any::<prop::sample::Index>(),
        kind in 0_u8..3,
    ) {
        let idp = TestIdp::new(provider, NOW);
        let message = idp.sign_on(&sp(), parts).build().unwrap();
        let changed = message.clone().edited(|tree| {
            let assertion = tree.child_mut("Assertion").unwrap();
            let mut texts = Vec::new();
            signed_texts(assertion, &mut texts);
            let at = which.index(texts.len());
            let text = texts.swap_remove(at);
            let last = text.pop().unwrap_or('x');
            match kind {
                0 => text.push_str(if text.is_empty() { "y" } else { "" }),
                1 => text.extend([last, last]),
                _ => text.push(if last == 'z' { 'y' } else { 'z' }),
            }
        });
        prop_assert_ne!(changed.xml(), message.xml());
        prop_assert_eq!(
            accept_xml(&idp, changed.xml().as_bytes()),
            Err(Code::SignatureInvalid)
        );
    }
}

/// The texts and attribute values of everything but signatures and what stands before a signature is looked at.
fn signed_texts<'e>(element: &'e mut Element, texts: &mut Vec<&'e mut String>) {
    if matches!(element.local(), "Signature" | "Issuer" | "Assertion") {
        if element.local() == "Assertion" {
            for child in &mut element.children {
                if let Node::Element(child) = child {
                    signed_texts(child, texts);
                }
            }
        }
        return;
    }
    for child in &mut element.children {
        match child {
            Node::Text(text) if !text.is_empty() => texts.push(text),
            Node::Element(child) => signed_texts(child, texts),
            _ => {}
        }
    }
}

/// Every octet of the signed assertion, one after the other.
#[test]
fn no_octet_of_an_assertion_can_be_flipped() {
    let idp = TestIdp::entra(NOW);
    let message = idp.response(&sp()).build().unwrap();
    let xml = message.xml();
    let signed = message.edited(|tree| {
        let assertion = tree.take("Assertion").unwrap();
        *tree = assertion;
    });
    let assertion = signed.xml();
    let start = xml.find(&assertion).unwrap();
    let key_info = assertion.find("<KeyInfo>").unwrap()..assertion.find("</KeyInfo>").unwrap();
    let mut tried = 0;
    for at in (0..assertion.len()).filter(|at| !key_info.contains(at)) {
        let mut octets = xml.clone().into_bytes();
        *octets.get_mut(start + at).unwrap() ^= 1;
        let outcome = accept_xml(&idp, &octets);
        assert!(outcome.is_err(), "octet {at}: {outcome:?}");
        tried += 1;
    }
    assert!(tried > 3000, "{tried}");
}

/// A message that is cut, split or rewritten without the key is never accepted as anything but what was signed.
#[test]
fn every_place_for_a_comment() {
    let idp = TestIdp::entra(NOW);
    let sp = sp();
    let xml = idp.response(&sp).build().unwrap().xml();
    let provider = sp.service_provider(&idp).unwrap();
    let certificate = xml.find("<X509Certificate>").unwrap()..xml.find("</X509Data>").unwrap();
    let mut accepted = 0;
    for (at, _) in xml.char_indices() {
        // One octet of it is as good as another.
        if certificate.contains(&at) && at % 64 != 0 {
            continue;
        }
        for inserted in ["<!--x-->", "<?x?>", "<![CDATA[]]>", "<x/>", " "] {
            let mut changed = xml.clone();
            changed.insert_str(at, inserted);
            let octets = changed.as_bytes();
            let expected = Expected::answer_to(sp.request_id());
            let replay = InMemoryReplay::new(1);
            if let Ok(identity) = provider.accept_xml(octets, expected, NOW, &replay) {
                let name = identity.name_id().value();
                assert_eq!(name, USER, "{inserted} at {at}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 1000, "{accepted}");
}
