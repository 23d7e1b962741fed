//! `inspect` says first and plainly that nothing was verified.

use crate::support::{base64, fixture, run, run_with};

const FIRST: &str = "Nothing was verified: anyone can have written this message.";

#[test]
fn the_first_line_says_that_nothing_was_verified() {
    for file in [
        "entra/eu.xml",
        "entra/bad/unsigned.xml",
        "entra/metadata.xml",
        "idp/okta.xml",
    ] {
        let run = run(["inspect", file]);
        assert_eq!(
            (run.code, run.text().lines().next()),
            (0, Some(FIRST)),
            "{file}"
        );
    }
}

#[test]
fn every_form_is_decoded() {
    // Raw DEFLATE of <x/>, as the HTTP-Redirect binding has it.
    let redirect = b"https://idp.example/sso?RelayState=1&SAMLRequest=s6nQtwMA&SigAlg=x".to_vec();
    for (message, encoding) in [
        (b"<x/>".to_vec(), "xml"),
        (base64(b"<x/>").into_bytes(), "base64"),
        (redirect, "redirect"),
    ] {
        let run = run_with(["inspect", "--json", "-"], &message);
        let json = run.json();
        assert_eq!(json["verified"], false);
        assert_eq!(json["encoding"], encoding);
        assert_eq!(json["xml"], "<x/>\n");
    }
    let json = run(["inspect", "--json", "entra/eu.xml"]).json();
    assert_eq!(
        json["root"],
        "{urn:oasis:names:tc:SAML:2.0:protocol}Response"
    );
    assert_eq!(
        json["issuer"],
        "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/"
    );
    assert_eq!(json["signatures"], 1);
}

/// The page is the same tree: parsed again it has the same canonical form, white space between elements aside.
#[test]
fn the_page_is_the_same_tree() {
    let squeeze = |octets: &[u8]| {
        let text = String::from_utf8(octets.to_vec()).unwrap();
        text.split('>')
            .map(str::trim_start)
            .collect::<Vec<_>>()
            .join(">")
    };
    for file in [
        "entra/eu.xml",
        "entra/groups-24.xml",
        "idp/keycloak.xml",
        "idp/shibboleth.xml",
        "entra/metadata.xml",
    ] {
        let page = run(["inspect", "--json", file]).json();
        let printed = run_with(
            ["c14n", "--algorithm", "c14n10", "-"],
            page["xml"].as_str().unwrap().as_bytes(),
        );
        let original = run(["c14n", "--algorithm", "c14n10", file]);
        assert_eq!(
            squeeze(&printed.stdout),
            squeeze(&original.stdout),
            "{file}"
        );
    }
}

#[test]
fn mixed_content_and_odd_text_is_shown() {
    let document = "<!--c--><a b=\"&quot;&#10;\">t&lt;<b/><?p d?>\u{9b}\u{202e}<c>  </c></a>";
    let json = run_with(["inspect", "--json", "-"], document.as_bytes()).json();
    let xml = "<!--c-->\n<a b=\"&quot;&#10;\">\n  t&lt;\n  <b/>\n  <?p d?>\n  \\u{9b}\\u{202e}\n  <c>  </c>\n</a>\n";
    assert_eq!(json["xml"], xml);
}

#[test]
fn what_cannot_be_read_is_refused() {
    for (message, code) in [
        (&b"<a>"[..], "malformed-xml"),
        (b"PGE+", "malformed-xml"),
        (b"?", "malformed-base64"),
        (b"", "malformed-base64"),
        (&fixture("entra/bad/doctype.xml"), "dtd-forbidden"),
    ] {
        let run = run_with(["inspect", "--json", "-"], message);
        assert_eq!(
            (run.code, run.json()["code"].as_str()),
            (1, Some(code)),
            "{run:?}"
        );
        let run = run_with(["inspect", "-"], message);
        assert!(
            run.code == 1 && run.stdout.is_empty() && run.stderr.contains(code),
            "{run:?}"
        );
    }
}
